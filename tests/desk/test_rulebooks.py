"""Pages of rulebooks: read, try, propose, change, agree, go back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tasks_db.models import DBTaskResult

from recoup.people.models import Role
from recoup.policy import operations as orders
from recoup.policy import queries as policy
from recoup.policy.models import RuleDraft
from tests.desk.conftest import signed_in
from tests.people_and_book import NOW, TODAY, Book, hired

STAGES = "house/stages"
PAGE = f"/rules/of/{STAGES}/"


def text_of(answer: Any) -> str:
    """The page's text."""
    return str(answer.content.decode())


def draft_of(book: Book, *changes: tuple[str, str], name: str = STAGES, by: str = "han") -> RuleDraft:
    """A draft of Han's, with words of the rules in force exchanged."""
    staff = book.house.everybody()[by]
    draft = orders.propose_draft(name, why="Calls after day 50 come too late.", key=f"k-{name}", by=staff, at=NOW)
    text = policy.draft_text(draft)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return orders.save_draft(draft.pk, revision=draft.revision, dmn=text, by=staff, at=NOW)


def tried(draft: RuleDraft) -> RuleDraft:
    """The draft as if it had been tried on the book."""
    assert draft.proposed_by is not None
    orders.start_dry_run(draft.pk, revision=draft.revision, by=draft.proposed_by, at=NOW)
    orders.record_dry_run(draft.pk, revision=draft.revision, book_on=TODAY, figures={}, at=NOW)
    return policy.draft_by_id(draft.pk) or draft


EARLIER = (("(30..60]", "(30..50]"), ("(60..180]", "(50..180]"))


@pytest.fixture
def draft(book: Book) -> RuleDraft:
    """Han proposes that stage S4 begins on day 51."""
    return draft_of(book, *EARLIER)


@pytest.fixture
def submitted(book: Book, draft: RuleDraft) -> RuleDraft:
    """The same, tried and given to a second person."""
    keys = [finding.key for finding in policy.check_draft(tried(draft))]
    return orders.submit_draft(draft.pk, revision=draft.revision, acknowledged=keys, by=book.house.han, at=NOW)


# --- reading ----------------------------------------------------------------------------------------------------------


def test_the_list_names_every_rulebook_with_version_owner_and_lamp(book: Book) -> None:
    orders.adopt_shipped(at=NOW)
    text = text_of(signed_in(book.house.mei).get("/rules/"))
    for word in ("Who is on a case", "Which case next, and why", "Cause to method", "v1", "Compliance officer"):
        assert word in text
    assert "Complete, no gaps" in text


def test_the_list_is_titled_in_the_readers_language(book: Book) -> None:
    assert "案件由谁跟进" in text_of(signed_in(book.house.mei, "zh-Hans").get("/rules/"))
    assert "案件由誰負責" in text_of(signed_in(book.house.mei, "zh-Hant").get("/rules/"))


def test_a_rulebook_reads_as_words_with_the_feel_beside(book: Book) -> None:
    text = text_of(signed_in(book.house.mei).get(PAGE))
    assert "over 30, up to 60" in text
    assert 'title="(30..60]"' in text
    assert "exactly one row fits" in text
    assert "Recoup house rules, stage 3" in text


def test_every_shipped_rulebook_can_be_read_and_taken_along_in_three_languages(book: Book) -> None:
    for language in ("en", "zh-Hans", "zh-Hant"):
        client = signed_in(book.house.mei, language)
        for line in policy.rulebooks_list(TODAY):
            page = f"/rules/of/{line.name}/"
            assert client.get(page).status_code == 200, line.name
            assert client.get(f"{page}?view=columns").status_code == 200, line.name
            assert client.get(f"{page}rules.xlsx").content.startswith(b"PK"), line.name
            assert b"<definitions" in client.get(f"{page}rules.dmn").content, line.name


def test_an_unknown_rulebook_is_not_found(book: Book) -> None:
    client = signed_in(book.house.mei)
    assert client.get("/rules/of/house/nothing/").status_code == 404
    assert client.get(f"{PAGE}rules.exe").status_code == 404
    assert client.get("/rules/versions/999/").status_code == 404
    assert client.get("/rules/drafts/999/").status_code == 404


# --- trying -----------------------------------------------------------------------------------------------------------


def test_a_trial_lights_the_row_and_strikes_out_the_others(book: Book) -> None:
    text = text_of(signed_in(book.house.mei).get(PAGE, {"fact:days_delinquent": "47"}))
    assert '<tr id="t1r4" class="lit">' in text
    assert text.count('class="miss"') == 6
    assert "Row 4 is lit" in text
    assert "The nearest change of answer" in text


def test_a_trial_of_what_cannot_be_read_says_so_and_decides_nothing(book: Book) -> None:
    text = text_of(signed_in(book.house.mei).get(PAGE, {"fact:days_delinquent": "soon"}))
    assert "is not a number" in text
    assert "Path" not in text


def test_a_trial_without_facts_shows_what_unknown_gives(book: Book) -> None:
    assert "No answer" in text_of(signed_in(book.house.mei).get(PAGE, {"fact:days_delinquent": ""}))


def test_typed_markup_stays_text(book: Book) -> None:
    text = text_of(signed_in(book.house.mei).get(PAGE, {"fact:days_delinquent": "<script>x</script>", "case": "<b>"}))
    assert "<script>x" not in text
    assert "&lt;script&gt;" in text


def test_the_facts_of_a_case_are_taken_for_those_who_may_see_it(book: Book) -> None:
    answer = signed_in(book.house.mei).get("/rules/of/house/priority/", {"case": book.zhous_case.ref})
    assert f"facts of {book.zhous_case.ref}" in text_of(answer)
    assert 'class="light' in text_of(answer)


def test_the_facts_of_another_branchs_case_are_not_found(book: Book) -> None:
    answer = signed_in(book.house.mei).get("/rules/of/house/priority/", {"case": book.wus_case.ref})
    assert "There is no case" in text_of(answer)
    assert 'class="light' not in text_of(answer)


def test_who_sees_no_cases_tries_without_them(book: Book) -> None:
    answer = signed_in(book.house.ada).get("/rules/of/house/priority/", {"case": book.zhous_case.ref})
    assert "You may not see cases." in text_of(answer)


# --- proposing and changing -------------------------------------------------------------------------------------------


def proposal(client: Client, **more: Any) -> Any:
    """Sends the form of a proposal."""
    return client.post(f"{PAGE}propose/", {"why": "Earlier calls.", "key": "form-1", **more})


def test_a_proposal_begins_a_draft_once(book: Book) -> None:
    client = signed_in(book.house.han)
    first, second = proposal(client), proposal(client)
    assert first["Location"] == second["Location"]
    assert RuleDraft.objects.count() == 1
    assert "Nothing yet" in text_of(client.get(first["Location"]))


def test_a_proposal_needs_a_reason(book: Book) -> None:
    assert proposal(signed_in(book.house.han), why="").status_code == 422


def test_an_edited_spreadsheet_comes_back_as_a_draft(book: Book) -> None:
    client = signed_in(book.house.han)
    sheet = client.get(f"{PAGE}rules.xlsx").content
    answer = proposal(client, file=SimpleUploadedFile("stages.xlsx", sheet))
    assert answer.status_code == 302
    assert RuleDraft.objects.get().origin == "spreadsheet"


def test_a_file_that_is_no_rulebook_is_refused_with_the_place(book: Book) -> None:
    client = signed_in(book.house.han)
    answer = proposal(client, file=SimpleUploadedFile("stages.dmn", b"<definitions><nothing/></definitions>"))
    assert answer.status_code == 422
    assert "cannot be read" in text_of(answer)
    assert RuleDraft.objects.count() == 0


def test_a_row_is_changed_in_a_plain_form(book: Book) -> None:
    draft = draft_of(book)
    client = signed_in(book.house.han)
    page = f"/rules/drafts/{draft.pk}/tables/1/4/"
    assert 'value="(30..60]"' in text_of(client.get(page))
    given = {"revision": draft.revision, "when-0": "(30..50]", "then-0": '"S3"', "then-1": "3", "note-0": "house 3"}
    answer = client.post(page, given)
    assert answer["Location"] == f"/rules/drafts/{draft.pk}/#t1r4"
    text = text_of(client.get(f"/rules/drafts/{draft.pk}/"))
    assert "Row 4: Days delinquent: over 30, up to 60 → over 30, up to 50" in text
    assert "1 gap" in text


def test_a_new_row_stands_where_it_was_asked_for_and_can_be_taken_out_again(book: Book) -> None:
    draft = draft_of(book)
    client = signed_in(book.house.han)
    given = {"when-0": "7", "then-0": '"S1"', "then-1": "1", "note-0": "house"}
    client.post(f"/rules/drafts/{draft.pk}/tables/1/0/", {**given, "revision": draft.revision, "after": 2})
    assert "Row 3 is new: when Days delinquent 7" in text_of(client.get(f"/rules/drafts/{draft.pk}/"))
    client.post(f"/rules/drafts/{draft.pk}/tables/1/3/remove/", {"revision": draft.revision + 1})
    assert "Nothing yet" in text_of(client.get(f"/rules/drafts/{draft.pk}/"))


def test_a_row_that_cannot_be_read_is_kept_and_said(book: Book) -> None:
    draft = draft_of(book)
    client = signed_in(book.house.han)
    given = {"revision": draft.revision, "when-0": "(30..", "then-0": '"S3"', "then-1": "3", "note-0": "house"}
    assert client.post(f"/rules/drafts/{draft.pk}/tables/1/4/", given).status_code == 302
    text = text_of(client.get(f"/rules/drafts/{draft.pk}/"))
    assert "It cannot be compared before it can be read." in text
    assert "Stage, row 4:" in text


def test_whoever_saves_second_loses_nothing_and_is_told_who_was_first(book: Book) -> None:
    draft = draft_of(book)
    yan = signed_in(book.house.yan)
    mine = policy.draft_text(draft).replace("(30..60]", "(30..55]")
    theirs = policy.draft_text(draft).replace("(30..60]", "(30..45]")
    page = f"/rules/drafts/{draft.pk}/editor/"
    signed_in(book.house.han).post(page, {"revision": draft.revision, "dmn": theirs})
    answer = yan.post(page, {"revision": draft.revision, "dmn": mine})
    assert answer.status_code == 409
    assert "Han saved revision" in text_of(answer)
    assert "(30..55]" in text_of(answer)
    yan.post(page, {"revision": draft.revision + 1, "dmn": mine})
    assert "(30..55]" in policy.draft_text(policy.draft_by_id(draft.pk) or draft)


def test_the_check_answers_while_somebody_types(book: Book) -> None:
    draft = draft_of(book)
    text = policy.draft_text(draft).replace("(30..60]", "(30..50]")
    answer = signed_in(book.house.han).post(f"/rules/drafts/{draft.pk}/check/", {"dmn": text})
    assert "No row fits these facts." in text_of(answer)
    assert "<html" not in text_of(answer)
    assert policy.draft_text(draft) != text


def test_the_editor_alone_may_do_more_and_only_what_it_needs(book: Book) -> None:
    draft = draft_of(book)
    client = signed_in(book.house.han)
    wide = client.get(f"/rules/drafts/{draft.pk}/editor/")["Content-Security-Policy"]
    narrow = client.get(f"/rules/drafts/{draft.pk}/")["Content-Security-Policy"]
    assert "script-src 'self';" in wide
    assert "'unsafe-inline'" not in wide
    assert "'unsafe-eval'" not in wide
    assert "'nonce-" in wide
    assert "'nonce-" not in narrow
    assert "data:" not in narrow


# --- the second person ------------------------------------------------------------------------------------------------


def order(client: Client, draft: RuleDraft, name: str, **more: Any) -> Any:
    """Sends an order on a draft."""
    return client.post(f"/rules/drafts/{draft.pk}/{name}/", {"revision": draft.revision, **more})


def test_a_draft_that_was_not_tried_is_not_handed_on(book: Book, draft: RuleDraft) -> None:
    keys = [finding.key for finding in policy.check_draft(draft)]
    answer = order(signed_in(book.house.han), draft, "submit", acknowledged=keys)
    assert answer.status_code == 422
    assert "Try these rules on the book first" in text_of(answer)


def test_warnings_are_ticked_before_a_draft_is_handed_on(book: Book, draft: RuleDraft) -> None:
    client = signed_in(book.house.han)
    [finding] = policy.check_draft(tried(draft))
    assert order(client, draft, "submit").status_code == 422
    assert order(client, draft, "submit", acknowledged=[finding.key]).status_code == 302


def test_the_proposer_is_told_why_somebody_else_must_agree(book: Book, submitted: RuleDraft) -> None:
    hired_too = hired("both", "Bo", book.house.riverside, Role.RISK_MANAGER, Role.BRANCH_MANAGER)
    text = text_of(signed_in(book.house.han).get(f"/rules/drafts/{submitted.pk}/"))
    assert "You cannot agree to this." in text
    assert "Agree and publish" not in text
    assert "Agree and publish" in text_of(signed_in(hired_too).get(f"/rules/drafts/{submitted.pk}/"))


def test_whoever_wrote_it_cannot_agree_by_sending_the_form(book: Book, draft: RuleDraft) -> None:
    yan = book.house.yan
    text = policy.draft_text(draft).replace("stage 3", "stage three")
    draft = tried(orders.save_draft(draft.pk, revision=draft.revision, dmn=text, by=yan, at=NOW))
    keys = [finding.key for finding in policy.check_draft(draft)]
    orders.submit_draft(draft.pk, revision=draft.revision, acknowledged=keys, by=book.house.han, at=NOW)
    answer = order(signed_in(yan), draft, "approve", in_force_from=TODAY.isoformat())
    assert answer.status_code == 422
    assert "Somebody else must approve this" in text_of(answer)
    assert policy.latest_version(STAGES).number == 1  # type: ignore[union-attr]


def test_a_second_person_finds_it_waiting_reads_it_and_publishes(book: Book, submitted: RuleDraft) -> None:
    mei = signed_in(book.house.mei)
    assert "Waits for you" in text_of(mei.get("/rules/"))
    assert "Waits for you" not in text_of(signed_in(book.house.han).get("/rules/"))
    tomorrow = TODAY + timedelta(days=1)
    assert f'value="{tomorrow}"' in text_of(mei.get(f"/rules/drafts/{submitted.pk}/?do=approve"))
    order(mei, submitted, "approve", in_force_from=tomorrow.isoformat())
    text = text_of(mei.get(PAGE))
    assert "v2" in text
    assert "24 Nov 2026 · to come" in text
    assert "Han proposed, Mei agreed" in text
    assert "over 30, up to 60" in text


def test_rules_cannot_begin_in_the_past(book: Book, submitted: RuleDraft) -> None:
    day = (TODAY - timedelta(days=1)).isoformat()
    answer = order(signed_in(book.house.mei), submitted, "approve", in_force_from=day)
    assert answer.status_code == 422
    assert "not from a day that has passed" in text_of(answer)


def test_a_draft_is_sent_back_with_a_reason_and_worked_on_again(book: Book, submitted: RuleDraft) -> None:
    assert order(signed_in(book.house.mei), submitted, "reject").status_code == 422
    order(signed_in(book.house.mei), submitted, "reject", why="What does legal say?")
    client = signed_in(book.house.han)
    assert "What does legal say?" in text_of(client.get(f"/rules/drafts/{submitted.pk}/"))
    assert "Sent back to you" in text_of(client.get("/rules/"))
    assert client.get(f"/rules/drafts/{submitted.pk}/tables/1/4/").status_code == 200


def test_a_draft_is_taken_back_and_given_up(book: Book, submitted: RuleDraft) -> None:
    client = signed_in(book.house.han)
    order(client, submitted, "reopen")
    order(client, submitted, "withdraw", why="Another way.")
    text = text_of(client.get(f"/rules/drafts/{submitted.pk}/"))
    assert "Given up" in text
    assert "Another way." in text


def published(book: Book, submitted: RuleDraft, *, days: int = 0) -> Any:
    """Mei publishes it for today, or some days later."""
    return orders.approve_draft(
        submitted.pk,
        revision=submitted.revision,
        in_force_from=TODAY + timedelta(days=days),
        by=book.house.mei,
        at=NOW,
        today=TODAY,
    )


def test_going_back_is_one_order_and_a_second_person_looks_at_it(book: Book, submitted: RuleDraft) -> None:
    version = published(book, submitted)
    rui = signed_in(book.house.yan)
    assert "over 30, up to 50" in text_of(rui.get(PAGE))
    assert "holds again at once" in text_of(signed_in(book.house.mei).get(f"/rules/versions/{version.pk}/?do=back"))
    client = signed_in(book.house.mei)
    answer = client.post(f"/rules/versions/{version.pk}/back/", {"why": "Too many calls."})
    assert answer["Location"] == PAGE
    text = text_of(client.get(PAGE))
    assert "over 30, up to 60" in text
    assert "v3" in text
    assert "Somebody went back" in text_of(rui.get("/rules/"))
    again = policy.latest_version(STAGES)
    assert again is not None
    rui.post(f"/rules/versions/{again.pk}/seen/")
    assert "Somebody went back" not in text_of(rui.get("/rules/"))


def test_a_version_that_has_not_begun_is_withdrawn(book: Book, submitted: RuleDraft) -> None:
    version = published(book, submitted, days=3)
    client = signed_in(book.house.mei)
    client.post(f"/rules/versions/{version.pk}/withdraw/", {"why": "A mistake."})
    assert "withdrawn" in text_of(client.get(PAGE))


def test_an_old_version_stays_readable_as_it_stood(book: Book, submitted: RuleDraft) -> None:
    published(book, submitted)
    first = policy.history(STAGES, TODAY)[-1].version
    text = text_of(signed_in(book.house.mei).get(f"/rules/versions/{first.pk}/"))
    assert "over 30, up to 60" in text
    assert "This is how the rules stood" in text
    assert "Propose a change" not in text


def test_a_draft_overtaken_by_another_version_is_compared_with_it_first(book: Book, submitted: RuleDraft) -> None:
    other = orders.propose_draft(STAGES, why="Other", key="other", by=book.house.yan, at=NOW)
    published(book, submitted)
    client = signed_in(book.house.yan)
    assert "Version 2 was published since" in text_of(client.get(f"/rules/drafts/{other.pk}/"))
    order(client, other, "rebase")
    assert "Version 2 was published since" not in text_of(client.get(f"/rules/drafts/{other.pk}/"))


# --- tried on the book ------------------------------------------------------------------------------------------------


def found_for(book: Book, draft: RuleDraft) -> RuleDraft:
    """The draft after a trial that would move Zhou's case in Riverside and Wu's in Hillside."""
    lines = [
        {"case": case.pk, "ref": case.ref, "debtor": "D", "what": "stage", "old": old, "new": "S4", "debt": ""}
        for case, old in ((book.zhous_case, "S3"), (book.wus_case, "S5"))
    ]
    figures = {
        "cases": 40,
        "otherwise": 2,
        "lines": 2,
        "changes": [{"what": "stage", "count": 2, "moves": [["S3", "S4", 1], ["S5", "S4", 1]], "moves_left_out": 0}],
        "list": lines,
    }
    orders.start_dry_run(draft.pk, revision=draft.revision, by=book.house.han, at=NOW)
    orders.record_dry_run(draft.pk, revision=draft.revision, book_on=TODAY, figures=figures, at=NOW)
    return draft


def test_a_trial_says_who_would_be_treated_otherwise_with_its_base(book: Book, draft: RuleDraft) -> None:
    found_for(book, draft)
    text = text_of(signed_in(book.house.yan).get(f"/rules/drafts/{draft.pk}/on-the-book/"))
    assert "2 of 40 would be treated otherwise." in text
    assert "book of 23 Nov 2026" in text
    assert 'class="band"' in text
    assert book.zhous_case.ref in text
    assert book.wus_case.ref in text


def test_cases_of_other_branches_are_counted_and_not_named(book: Book, draft: RuleDraft) -> None:
    found_for(book, draft)
    text = text_of(signed_in(book.house.mei).get(f"/rules/drafts/{draft.pk}/on-the-book/"))
    assert book.zhous_case.ref in text
    assert book.wus_case.ref not in text
    assert "1 more not listed here" in text
    assert book.zhous_case.ref not in text_of(signed_in(book.house.ada).get(f"/rules/drafts/{draft.pk}/on-the-book/"))


def test_a_trial_is_asked_for_once_and_watched(book: Book, draft: RuleDraft) -> None:
    client = signed_in(book.house.han)
    page = f"/rules/drafts/{draft.pk}/on-the-book/"
    assert client.post(page, {"revision": draft.revision})["Location"] == page
    assert 'hx-trigger="every 2s"' in text_of(client.get(page))
    client.post(page, {"revision": draft.revision})
    assert DBTaskResult.objects.count() == 1


def test_a_trial_of_an_older_text_is_said_to_be_old(book: Book, draft: RuleDraft) -> None:
    found_for(book, draft)
    text = policy.draft_text(draft).replace("stage 3", "stage three")
    orders.save_draft(draft.pk, revision=draft.revision, dmn=text, by=book.house.han, at=NOW)
    assert "The draft changed since" in text_of(signed_in(book.house.han).get(f"/rules/drafts/{draft.pk}/on-the-book/"))


def test_a_case_says_by_which_rule_it_is_on_the_list_and_links_there_for_those_who_read_rules(book: Book) -> None:
    page = f"/cases/{book.zhous_case.pk}/"
    words = "rule 3 of “Which case next, and why”"
    assert words in text_of(signed_in(book.house.lin).get(page))
    assert "/rules/of/house/priority/#t1r3" not in text_of(signed_in(book.house.lin).get(page))
    assert "/rules/of/house/priority/#t1r3" in text_of(signed_in(book.house.mei).get(page))
