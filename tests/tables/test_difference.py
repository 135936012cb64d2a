"""What has changed between two versions of a model, in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.tables.model import Model
from recoup.tables.read import read_model
from recoup.tables.write.difference import differences
from recoup.tables.write.row_matching import matched
from tests.generative import sampled
from tests.tables.by_hand import model, table
from tests.tables.loans_dmn import LOANS

ROWS = [f'{number} => "S{number}"' for number in range(1, 10)]


def stages(*rows: str, policy: str = "U", **more: object) -> Model:
    """A model of one table whose rules have no ids, so that they are matched by what they say."""
    from dataclasses import replace

    logic = table(policy, {"days": "number"}, *rows, name="stage", **more)  # type: ignore[arg-type]
    return model(replace(logic, rules=tuple(replace(rule, id="") for rule in logic.rules)))


def told(old: list[str], new: list[str]) -> list[str]:
    return differences(stages(*old), stages(*new))


def loans(*changes: tuple[str, str]) -> list[str]:
    changed = LOANS.decode()
    for old, new in changes:
        assert changed.count(old) >= 1
        changed = changed.replace(old, new, 1)
    return differences(read_model(LOANS, file="a"), read_model(changed.encode(), file="b"))


def test_the_same_model_has_no_differences() -> None:
    assert told(ROWS, ROWS) == []
    assert loans() == []


def test_a_changed_conclusion_names_the_row_and_both_values() -> None:
    assert told(ROWS, [*ROWS[:6], '7 => "S2"', *ROWS[7:]]) == ["row 7: stage S7 > S2"]


def test_a_changed_condition_is_set_apart_from_the_arrow() -> None:
    assert loans(("&gt; 30", "&gt; 31")) == ["Bucket: row 3: days overdue `> 30` > `> 31`"]


def test_an_added_row_says_what_it_says() -> None:
    assert told(ROWS, [*ROWS, '> 9 => "S5"']) == ["row 10 added: when days `> 9` then stage S5"]
    assert told(ROWS, [*ROWS, '- => "S5"']) == ["row 10 added: always then stage S5"]


def test_a_removed_row_is_named_by_its_old_number_and_shifts_nothing() -> None:
    assert told(ROWS, ROWS[:3] + ROWS[4:]) == ["row 4 removed: when days 4 then stage S4"]


def test_a_row_put_in_before_others_is_the_only_difference() -> None:
    assert told(ROWS, ['0 => "S0"', *ROWS]) == ["row 1 added: when days 0 then stage S0"]


def test_a_moved_row_is_one_move() -> None:
    assert told(ROWS, [*ROWS[:2], *ROWS[3:5], ROWS[2], *ROWS[5:]]) == ["row 3 moved to 5"]
    assert told(ROWS, [ROWS[8], *ROWS[:8]]) == ["row 9 moved to 1"]


def test_a_changed_row_that_stands_elsewhere_says_where_it_was() -> None:
    new = ['0 => "S0"', *ROWS[:3], '4 => "S9"', *ROWS[4:]]
    assert told(ROWS, new) == ["row 1 added: when days 0 then stage S0", "row 5 (was 4): stage S4 > S9"]


def test_rows_of_the_same_id_are_the_same_however_much_they_say_otherwise() -> None:
    changes = [
        ("&gt; 30", "null"),
        (
            '"late"</text></outputEntry>\n        <annotationEntry>',
            '"none"</text></outputEntry>\n        <annotationEntry>',
        ),
    ]
    assert loans(*changes) == ["Bucket: row 3: days overdue `> 30` > null; Bucket late > none"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'hitPolicy="UNIQUE"',
            'hitPolicy="FIRST"',
            "Bucket: hit policy U > F (first: the first rule that matches answers)",
        ),
        (
            '"early","late"',
            '"late","early"',
            'Bucket: allowed values of output \'Bucket\': "none","early","late" > "none","late","early"',
        ),
        ("<text>3.1</text>", "<text>3.2</text>", "Bucket: citation of row 1: 3.1 > 3.2"),
        ("<text>3.1</text>", "<text/>", "Bucket: citation of row 1 removed: 3.1"),
        ('label="Days"', 'label="Lateness"', "Bucket: label of input 'days overdue': Days > Lateness"),
        ("2026-01-01", "2026-07-01", "in force from of the rulebook: 2026-01-01 > 2026-07-01"),
        ('recoup:citation="Credit manual, 3"', "", "citation of the rulebook removed: Credit manual, 3"),
        ('name="kind" typeRef="string"', 'name="kind" typeRef="Any"', "type of the fact 'kind' removed: string"),
        (
            "agreed in May",
            "agreed in June",
            "nothing that decides has changed: only descriptions, requirements or the spelling of texts",
        ),
    ],
)
def test_each_sort_of_change_has_its_sentence(old: str, new: str, sentence: str) -> None:
    assert loans((old, new)) == [sentence]


def test_facts_and_decisions_that_come_or_go_are_named() -> None:
    first = table("U", {"days": "number"}, '- => "a"', name="one")
    second = table("U", {"kind": "string"}, '- => "a"', name="two")
    assert differences(model(first), model(first, second)) == [
        "fact 'kind' added (string)",
        "'one' now asks for 'kind'",
        "decision 'two' added",
    ]
    assert differences(model(first, second), model(first)) == [
        "fact 'kind' removed",
        "'one' no longer asks for 'kind'",
        "decision 'two' removed",
    ]


def test_an_input_that_is_added_is_said_once_with_the_rows_that_use_it() -> None:
    one = table("U", {"days": "number"}, '1 => "a"', '2 => "b"', name="stage")
    two = table("U", {"days": "number", "kind": "string"}, '1 | - => "a"', '2 | "card" => "b"', name="stage")
    found = differences(model(one), model(two))
    assert "input 'kind' added" in found
    assert "row 2: kind - > card" in found
    assert not any(text.startswith("row 1") for text in found)


def test_a_default_that_changes_is_named() -> None:
    assert differences(stages(*ROWS), stages(*ROWS, default='"S0"')) == ["default of output 'stage' added: S0"]


@sampled
@given(st.data())
def test_the_differences_lead_from_the_old_rows_to_the_new(examples: str, data: st.DataObject) -> None:
    rows = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.sampled_from("12")), max_size=8)
    old, new = data.draw(rows), data.draw(rows)
    found = matched(old, new, [""] * len(old), [""] * len(new))
    before, after = [one for one, _ in found.pairs], [other for _, other in found.pairs]
    assert sorted([*before, *found.removed]) == list(range(len(old)))
    assert sorted([*after, *found.added]) == list(range(len(new)))
    kept = [pair for pair in found.pairs if pair not in found.moved]
    assert kept == sorted(kept)
    assert sorted(old) != sorted(new) or not (found.removed or found.added)


@sampled
@given(st.permutations(range(7)))
def test_no_more_rows_are_moved_than_must_be(examples: str, order: list[int]) -> None:
    rows = [(str(number),) for number in range(7)]
    moved = matched(rows, [rows[place] for place in order], [""] * 7, [""] * 7).moved
    best = max(
        (
            len(chosen)
            for bits in range(128)
            if (chosen := [x for at, x in enumerate(order) if bits >> at & 1]) == sorted(chosen)
        ),
    )
    assert len(moved) == 7 - best
