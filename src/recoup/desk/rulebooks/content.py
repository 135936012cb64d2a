"""What every page about rules shows of them: tables in words, formulas, findings, and a trial beside them."""

from __future__ import annotations

from typing import Any

from recoup.desk.access import DeskRequest
from recoup.desk.pages import language_of_page
from recoup.desk.rulebooks.case_facts import facts_asked_for
from recoup.desk.rulebooks.lamp import lamp_of
from recoup.desk.rulebooks.problem_words import SHOWN, problems_shown
from recoup.desk.rulebooks.sheet import formulas_of, sheets_of
from recoup.desk.rulebooks.trial_facts import trial_of, typed_from
from recoup.desk.rulebooks.trial_result import result_of
from recoup.policy.reading import Loaded, checked

Context = dict[str, Any]


def tables_of(request: DeskRequest, loaded: Loaded, *, name: str, url: str) -> Context:
    """The tables of a text that was read, its findings, and the trial that the address asks for."""
    language, model = language_of_page(), loaded.model
    problems = checked(loaded.text, name=name).problems
    asked = facts_asked_for(request, model)
    typed = typed_from(asked.facts) if asked.facts is not None else request.GET
    trial = trial_of(model, typed, language)
    result = result_of(loaded.compiled, trial.facts, language) if trial.asked and trial.is_whole else None
    return {
        "name": name,
        "url": url,
        "sheets": sheets_of(model, language, result.marks if result else None),
        "formulas": formulas_of(model),
        "findings": problems_shown(problems, model, language),
        "problems_more": max(len(problems) - SHOWN, 0),
        "lamp": lamp_of(problems),
        "columns": request.GET.get("view") == "columns",
        "trial": trial,
        "tried": result is not None,
        "result": result,
        "of_case": asked.ref,
        "asked_case": request.GET.get("case", ""),
        "case_wrong": asked.wrong,
    }
