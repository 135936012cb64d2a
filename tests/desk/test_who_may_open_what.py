"""Every address of the desk as every role, against one table: what a role may not open, it does not get."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from recoup.book.models import ImportRun, Pause, ProductTerms
from recoup.casework.operations import run_day
from recoup.contact.models import Stop
from recoup.policy import operations as policy
from tests.desk.conftest import signed_in
from tests.people_and_book import NOW, TODAY, Book, debt, instalments

#: Lin collects in Riverside, Gao in Hillside; Mei and Han lead Riverside, Rui Hillside; Kai is legal, Yan looks after
#: compliance, Ada administers. A dot is a page, - refused (403), 0 not found (404), > sent elsewhere (302).
EVERYBODY = ("lin", "mei", "han", "gao", "rui", "kai", "yan", "ada")
TABLE = {
    #                           lin mei han gao rui kai yan ada
    "today": "......." + ">",
    "own-settings": "........",
    "enrol-second-factor": "........",
    "keys": "........",
    "search": ".......-",
    "case": "...00..-",
    "debtor": "...00..-",
    "debt": "...00..-",
    "branch": "-..-...-",
    "imports": "-.-----.",
    "import": "-0-----.",
    "mapping-file": "-0-----0",
    "rejects": "-0-----0",
    "pauses-and-stops": "-..-...-",
    "administration": "-..-.-..",
    "people": "-------.",
    "new-staff": "-------.",
    "staff": "-------.",
    "branches": "-------.",
    "ladders": "-..-.-..",
    "ladder": "-..-.-..",
    "terms-list": "-..-.-..",
    "terms": "-..-.-..",
    "audit": "------.-",
    # Rules: leaders, legal, compliance and administrators read; Han, Rui and Yan propose; Mei and Yan agree.
    "rulebooks": "-..-....",
    "rulebook": "-..-....",
    "rulebook-file": "-..-....",
    "rulebook-version": "-..-....",
    "rulebook-version-file": "-..-....",
    "draft": "-..-....",
    "draft-file": "-..-....",
    "draft-dry-run": "-..-....",
    "draft-editor": "--.-.-.-",
    "draft-row": "--.-.-.-",
}
#: Addresses that only take orders: what an order with an empty or wrong form answers. ! is a form shown again (422),
#: > is carried out or refused with a message (302), x is an order that no form came with (404).
ORDERS = {
    "switch-keys": ">>>>>>>>",
    "change-password": "!!!!!!!!",
    "end-second-factor": "!!!!!!!!",
    "show-person": "000" + "0000-",
    "show-debtor": "0000000-",
    "set-aside": ">>>00>--",
    "case-order": "!!!00!--",
    "debt-order": "-!!-0---",
    "end-stop": "->>-0>>-",
    "end-pause": "->>-0---",
    "start-import": "-0----->",
    "map-columns": "-0-----!",
    "reset-password": "-------!",
    "switch-active": "------->",
    "end-staff-second-factor": "------->",
    "add-absence": "-------!",
    "remove-absence": "------->",
    "rename-branch": "------->",
    "rulebook-propose": "--!-!-!-",
    "rulebook-version-order": "-!----!-",
    "draft-order": "--!-!-!-",
    "draft-check": "--.-.-.-",
    "draft-upload": "--!-!-!-",
    "remove-row": "-->->->-",
}
#: Open to strangers: the way in, and how the page looks.
STRANGERS = {"sign-in", "second-factor", "sign-out", "choose-language", "choose-theme"}
_ANSWERS = {".": 200, "-": 403, "0": 404, ">": 302, "!": 422}


@pytest.fixture
def arguments(book: Book, tmp_path: Any, settings: Any) -> dict[str, dict[str, Any]]:
    """What each address is asked with: everything is Riverside's and Zhou's."""
    settings.MEDIA_ROOT = tmp_path
    settings.RECOUP_HOME = tmp_path
    case, zhou, ada = book.zhous_case.pk, book.zhou.pk, book.house.ada
    stop = Stop.objects.create(debtor=book.zhou, reason="dispute_open", starts_on=TODAY)
    pause = Pause.objects.create(debt=book.loan, starts_on=TODAY.replace(day=1), reason="agreed")
    terms = ProductTerms.objects.create(creditor=book.zhou.creditor, kind="loan")
    run = ImportRun.objects.create(
        file_name="a.csv", file_kind="", started_at=NOW, by=ada, report={"state": "new"}, stored_file=""
    )
    (tmp_path / "a.csv").write_text("debt_ref\n1\n", encoding="utf-8")
    ImportRun.objects.filter(pk=run.pk).update(stored_file="a.csv")
    draft = policy.propose_draft("house/stages", why="Earlier.", key="k-1", by=book.house.han, at=NOW)
    version = {"version_id": draft.base_id}
    row = {"draft_id": draft.pk, "table": 1, "rule": 2}
    gao = {"staff_id": book.house.gao.pk}
    return {
        "case": {"case_id": case},
        "show-person": {"case_id": case},
        "set-aside": {"case_id": case},
        "case-order": {"case_id": case, "name": "note"},
        "debtor": {"debtor_id": zhou},
        "show-debtor": {"debtor_id": zhou},
        "debt": {"debt_id": book.loan.pk},
        "debt-order": {"debt_id": book.loan.pk, "name": "payment"},
        "end-stop": {"stop_id": stop.pk},
        "end-pause": {"pause_id": pause.pk},
        **{name: {"run_id": run.pk} for name in ("import", "mapping-file", "rejects", "start-import", "map-columns")},
        **dict.fromkeys(("staff", "reset-password", "switch-active", "end-staff-second-factor", "add-absence"), gao),
        "remove-absence": {**gao, "absence_id": 1},
        "rename-branch": {"branch_id": book.house.hillside.pk},
        "ladder": {"key": "house", "clock": "bucket"},
        "terms": {"terms_id": terms.pk},
        "rulebook": {"name": "house/stages"},
        "rulebook-propose": {"name": "house/stages"},
        "rulebook-file": {"name": "house/stages", "ending": "dmn"},
        "rulebook-version": version,
        "rulebook-version-file": {**version, "ending": "xlsx"},
        "rulebook-version-order": {**version, "order": "back"},
        **{name: {"draft_id": draft.pk} for name in ("draft", "draft-editor", "draft-check", "draft-upload")},
        "draft-dry-run": {"draft_id": draft.pk},
        "draft-file": {"draft_id": draft.pk, "ending": "dmn"},
        "draft-order": {"draft_id": draft.pk, "order": "withdraw"},
        "draft-row": row,
        "remove-row": row,
    }


def desk_names() -> set[str]:
    """The name of every address that the desk has."""
    desk = [each for each in get_resolver().url_patterns if "desk" in str(getattr(each, "urlconf_name", ""))]
    patterns = [pattern for each in desk if isinstance(each, URLResolver) for pattern in each.url_patterns]
    return {str(pattern.name) for pattern in patterns if isinstance(pattern, URLPattern)}


def test_the_table_knows_every_address() -> None:
    assert desk_names() == set(TABLE) | set(ORDERS) | STRANGERS


@pytest.mark.parametrize("who", EVERYBODY)
def test_pages_open_for_those_who_may(book: Book, arguments: dict[str, dict[str, Any]], who: str) -> None:
    client = signed_in(book.house.everybody()[who])
    found = {name: client.get(reverse(name, kwargs=arguments.get(name))).status_code for name in TABLE}
    assert found == {name: _ANSWERS[row[EVERYBODY.index(who)]] for name, row in TABLE.items()}


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("name", ORDERS)
def test_orders_are_taken_from_those_who_may(
    book: Book, arguments: dict[str, dict[str, Any]], name: str, who: str
) -> None:
    client = signed_in(book.house.everybody()[who])
    answer = client.post(reverse(name, kwargs=arguments.get(name)))
    assert answer.status_code == _ANSWERS[ORDERS[name][EVERYBODY.index(who)]]


@pytest.mark.parametrize("name", sorted([*TABLE, *ORDERS]))
def test_strangers_are_asked_to_sign_in(book: Book, arguments: dict[str, dict[str, Any]], name: str) -> None:
    path = reverse(name, kwargs=arguments.get(name))
    for answer in (Client().get(path), Client().post(path)):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")


def test_orders_are_not_given_by_following_a_link(book: Book, arguments: dict[str, dict[str, Any]]) -> None:
    client = signed_in(book.house.mei)
    assert client.get(reverse("set-aside", kwargs=arguments["set-aside"])).status_code == 405


def test_lin_sees_a_debtor_whose_debt_names_lin(book: Book) -> None:
    assert signed_in(book.house.lin).get(f"/debts/{book.loan.pk}/").status_code == 200


def test_an_unled_case_is_seen_by_every_collector_of_its_branch_and_by_no_other(book: Book) -> None:
    book.zhous_case.team.update(left_on=TODAY)
    type(book.zhous_case).objects.filter(pk=book.zhous_case.pk).update(lead=None)
    type(book.loan).objects.filter(pk=book.loan.pk).update(relationship_manager="")
    path = f"/cases/{book.zhous_case.pk}/"
    assert signed_in(book.house.lin).get(path).status_code == 200
    assert signed_in(book.house.gao).get(path).status_code == 404


def test_a_case_that_went_to_a_colleague_is_out_of_sight(book: Book) -> None:
    book.zhous_case.team.filter(staff=book.house.lin).update(left_on=TODAY)
    type(book.zhous_case).objects.filter(pk=book.zhous_case.pk).update(lead=book.house.mei)
    type(book.loan).objects.filter(pk=book.loan.pk).update(relationship_manager="")
    assert signed_in(book.house.lin).get(f"/cases/{book.zhous_case.pk}/").status_code == 404


def test_other_creditors_debts_of_the_same_person_show_only_where_they_may_be_seen(book: Book) -> None:
    zhou_elsewhere = type(book.zhou).objects.create(
        creditor=book.wu.creditor, ref="D-9", name="Zhou Wen", id_number=book.zhou.id_number
    )
    elsewhere = debt(zhou_elsewhere, "NF-ELSE", branch=book.house.hillside)
    instalments(elsewhere, TODAY.replace(day=1), 1, principal=1_000)
    run_day(TODAY, at=NOW)
    path = f"/debtors/{book.zhou.pk}/"
    assert "NF-ELSE" not in signed_in(book.house.lin).get(path).content.decode()
    assert "NF-ELSE" not in signed_in(book.house.mei).get(path).content.decode()
    assert "NF-ELSE" in signed_in(book.house.yan).get(path).content.decode()


def test_a_lender_without_branches_is_led_by_people_without_a_branch(book: Book) -> None:
    mei = book.house.mei
    type(mei).objects.filter(pk=mei.pk).update(branch=None)
    assert signed_in(mei).get(f"/cases/{book.wus_case.pk}/").status_code == 200
