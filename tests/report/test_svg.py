"""The board as SVG: the same words in the same places as the Picture, text as text, greys for paper."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from tests.pictures.records import counts_only, record, simple, twelve_scans, two_courses
from tracker.domain.derivation import assess_record
from tracker.domain.record import PatientRecord, StatedCount
from tracker.domain.vocabulary import CountKind
from tracker.pictures.board import Board, derive_board
from tracker.pictures.palette import DARK, GREY, LIGHT, STROKES, palette
from tracker.pictures.shapes import Tone
from tracker.report.canvas import Canvas, writable
from tracker.report.sheet_case import PAPER
from tracker.report.svg import board_svg, panel_svg, size_of, to_png

RECORDS = {
    "two courses": two_courses(),
    "twelve scans": twelve_scans(),
    "one scan": simple([40]),
    "counts only": counts_only([StatedCount(CountKind.INNUMERABLE), StatedCount(CountKind.AT_LEAST, 20)]),
}


def board_of(patient: PatientRecord) -> Board:
    board = derive_board(patient, assess_record(patient), PAPER)
    assert board is not None
    return board


def texts_of(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("}text")]


@pytest.mark.parametrize("name", RECORDS)
def test_every_placed_label_of_the_picture_is_drawn(name: str) -> None:
    board = board_of(RECORDS[name])
    drawn = texts_of(board_svg(board, "grey"))
    for panel in board.panels:
        for label in (*panel.labels, *panel.edge_labels):
            for line in label.lines:
                assert line.text.removeprefix("✚").strip() in drawn
    assert all(tick.text in drawn for tick in board.axis.ticks)
    assert all(head.date in drawn for head in board.table.head)


@pytest.mark.parametrize("name", RECORDS)
def test_a_sheet_is_drawn_in_greys_and_a_screen_in_its_colours(name: str) -> None:
    board = board_of(RECORDS[name])
    colours = set(re.findall(r"#[0-9A-Fa-f]{6}", board_svg(board, "grey")))
    assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in colours)
    for look, own in (("light", LIGHT), ("dark", DARK)):
        svg = board_svg(board, "light" if look == "light" else "dark")
        assert own.surface in svg
        assert own.tones[Tone.SERIES] in svg


def test_every_tone_has_a_colour_in_each_look_and_every_line_a_stroke() -> None:
    for colours in (LIGHT, DARK, GREY):
        assert set(colours.tones) == set(Tone)
    assert palette("grey") is GREY
    assert set(STROKES) == {
        tone for tone in Tone if tone not in (Tone.CR, Tone.PR, Tone.SD, Tone.PD, Tone.UPD, Tone.NE)
    }


def test_text_of_a_person_never_becomes_an_element() -> None:
    patient = two_courses()
    treatments = tuple(replace(one, name='</text><script>alert("1")</script>&amp;\x00') for one in patient.treatments)
    svg = board_svg(board_of(replace(patient, treatments=treatments)), "light")
    root = ElementTree.fromstring(svg)
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
        "svg", "title", "text", "rect", "line", "polyline", "polygon", "circle",
    }  # fmt: skip
    assert "<script" not in svg


def test_signs_that_no_drawing_can_carry_are_replaced() -> None:
    assert writable("a\x00b\ud800c\tü😀") == "a\ufffdb\ufffdc\tü😀"


def test_the_drawing_says_what_it_shows() -> None:
    board = board_of(two_courses())
    root = ElementTree.fromstring(board_svg(board, "light"))
    assert root.get("role") == "img"
    assert root[0].text == board.sentence


def test_a_panel_can_stand_alone() -> None:
    board = board_of(two_courses())
    panel = board.panel("sum")
    assert panel is not None
    width, height = size_of(panel_svg(panel, board.axis, "light", plot=964))
    assert (width, height > panel.height) == (964 + 146 + 122, True)


def test_a_picture_is_made_without_a_browser_at_the_width_asked_for() -> None:
    png = to_png(board_svg(board_of(two_courses()), "light"), 1200)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20], "big") == pytest.approx(1200, abs=1)
    with pytest.raises(ValueError, match="size"):
        to_png("<svg/>", 100)


def test_a_new_lesion_is_marked_by_a_drawn_plus() -> None:
    canvas = Canvas(100, 30, LIGHT, "")
    canvas.text(50, 20, "✚ L6 ?", anchor="center")
    assert texts_of(str(canvas)) == ["L6 ?"]
    assert str(canvas).count("<polyline") == 2


def test_a_record_without_a_scan_has_no_board() -> None:
    assert derive_board(record((), ()), [], PAPER) is None
