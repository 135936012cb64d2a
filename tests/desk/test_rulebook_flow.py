"""The picture of what a draft moves, and what the editor's page may do."""

from __future__ import annotations

import re

from recoup.desk.rulebooks.editor_policy import MARK_STYLES, hash_source
from recoup.desk.rulebooks.flow import flow_of
from tests.needs import front_end_file


def test_nothing_moves_no_picture() -> None:
    assert flow_of({}) is None
    assert flow_of({("S2", "S2"): 400}) is None


def test_each_move_is_a_band_and_each_answer_a_bar_with_its_count() -> None:
    flow = flow_of({("S2", "S3"): 30, ("S2", "S4"): 10, ("S3", "S4"): 5, ("S1", "S1"): 900})
    assert flow is not None
    assert [band.words for band in flow.bands] == ["S2 → S3: 30", "S2 → S4: 10", "S3 → S4: 5"]
    assert [(node.anchor, node.name, node.cases) for node in flow.nodes] == [
        ("end", "S2", "40"),
        ("end", "S3", "5"),
        ("start", "S3", "30"),
        ("start", "S4", "15"),
    ]


def test_bars_are_as_high_as_their_cases_and_lie_within_the_picture() -> None:
    flow = flow_of({("a", "b"): 3, ("a", "c"): 1})
    assert flow is not None
    left, right, low = flow.nodes
    assert round(left.height / low.height) == 4
    assert round(right.height / low.height) == 3
    assert all(node.y >= 0 and node.y + node.height <= flow.height for node in flow.nodes)


def test_a_single_case_among_many_is_still_seen() -> None:
    flow = flow_of({("a", "b"): 100_000, ("a", "c"): 1})
    assert flow is not None
    assert min(node.height for node in flow.nodes) >= 3


def test_the_style_attributes_that_are_let_in_are_those_that_the_editor_writes() -> None:
    script = front_end_file("dmn-js/dist/dmn-modeler.production.min.js").read_text(encoding="utf-8")
    for style in MARK_STYLES:
        parts = [part for part in re.split(r"; ?", style) if part]
        assert all(part in script for part in parts), style


def test_a_style_attribute_is_named_by_its_hash() -> None:
    assert hash_source("vertical-align:middle") == "'sha256-CA/eh4+2R0J7cEQ14gBMtx834RIOjzMUqCM+evtrkp4='"
