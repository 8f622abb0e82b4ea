"""The words of one sheet as plain values for the template: texts, tables, and drawings as SVG with their words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from tracker.domain.disagreement_words import say_confirmation
from tracker.domain.opinions import latest_confirmation
from tracker.domain.record import Exam
from tracker.domain.wording import PURPOSE, format_long_date
from tracker.education.select import ChosenNote
from tracker.pictures.banner import ChipLook, derive_banner
from tracker.pictures.counts import WithoutSum
from tracker.pictures.words import say_date
from tracker.report.liver_map_svg import draw as draw_map
from tracker.report.plain_text import one_line, shorten
from tracker.report.sheet_case import MeetingPlace, SheetCase
from tracker.report.sheet_table import SheetRow, derive_sheet_table
from tracker.report.svg import board_svg, size_of

#: Signs that a person asks for at every meeting, whatever the record says.
RED_FLAGS = ("fever", "jaundice", "sudden pain", "confusion")
LEGEND = (
    "Filled sign: confirmed by a named clinician. Open sign: computed. "
    "Grey band: 95 % of second reads of a sum by the same reader. Diamond: nadir."
)
#: The longest chip; the whole text stands in the record.
_CHIP = 64
#: What the heading holds of an identifier and of the line beside it, set in the widest letters.
_IDENTIFIER, _LINE = 28, 110


def sheet_data(case: SheetCase) -> dict[str, Any]:
    """Everything the template sets. All text is one line; what it cuts to fit is marked there."""
    banner = derive_banner(case.record, case.today)
    chips = [
        {"name": shorten(chip.name, 24), "value": one_line(shorten(chip.value, _CHIP)), "look": str(chip.look)}
        for chip in banner.chips
    ]
    first = {"ECOG", "Extrahepatic", "On"}
    return {
        "identifier": one_line(shorten(banner.identifier, _IDENTIFIER)),
        "line": one_line(shorten(banner.line, _LINE)),
        "synthetic": banner.synthetic,
        "meeting": _say_meeting(case.meeting),
        # The template leaves out the last biomarkers where there are more than two lines hold; the others always stand.
        "markers": [chip for chip in chips if chip["name"] not in first],
        "chips": [chip for chip in chips if chip["name"] in first],
        "red_flags": list(RED_FLAGS),
        "asked": f"Question for today{f' · {one_line(shorten(case.asked_by, 60))}' if case.asked_by else ''}",
        "question": one_line(case.question or ""),
        "answer": _answer(case),
        "figure": _figure(case),
        "map": _map(case),
        "table": _table(case),
        "beware": [one_line(_beware(note)) for note in case.notes],
        "decision": _decision(case),
        "confirmed": _confirmed(case),
        "legend": LEGEND,
        "footer": PURPOSE,
        "entered": _entered(case),
        "printed": f"printed {say_moment(case.printed_at)} · record version {case.record.patient.version}",
        "attention": str(ChipLook.ATTENTION),
    }


def say_moment(moment: datetime) -> str:
    """ "19 November 2026, 13:40"."""
    return f"{format_long_date(moment)}, {moment:%H:%M}"


def _say_meeting(meeting: MeetingPlace | None) -> str:
    if meeting is None:
        return ""
    place = f" · case {meeting.number} of {meeting.of}" if meeting.number is not None else ""
    return f"{shorten(meeting.name, 40)} {format_long_date(meeting.held_on)}{place}"


def _answer(case: SheetCase) -> dict[str, str]:
    if case.answer is None:
        return {"lead": "No course yet.", "text": "With a baseline and its targets a response can be computed."}
    return {"lead": case.answer.lead, "text": one_line(" ".join((case.answer.text, *case.answer.turns)))}


def _figure(case: SheetCase) -> dict[str, Any] | None:
    if case.board is None:
        return None
    without = case.board.without_sum
    drawn = board_svg(case.board, "grey")
    width, height = size_of(drawn)
    return {
        "svg": drawn,
        "width": width,
        "height": height,
        "alt": one_line(case.board.sentence),
        "without": [] if without is None else _without(without),
    }


def _without(said: WithoutSum) -> list[dict[str, Any]]:
    columns = (("Can be said", said.can), ("Cannot be said", said.cannot), ("What would help", said.helps))
    return [{"name": name, "texts": [one_line(text) for text in texts]} for name, texts in columns]


def _map(case: SheetCase) -> dict[str, str] | None:
    shown = case.liver_map
    if shown is None:
        return None
    return {
        "title": f"Segments, {shown.modality} of {say_date(shown.on)}",
        "summary": one_line(shown.summary),
        "svg": draw_map(shown, "grey"),
        "alt": one_line(shown.sentence),
        "caption": shown.caption,
        "under": one_line(" ".join((*shown.flags, shown.vessels, shown.remnant))),
    }


def _table(case: SheetCase) -> dict[str, Any] | None:
    if case.board is None:
        return None
    table = derive_sheet_table(case.board, case.courses)

    def plain(row: SheetRow) -> dict[str, Any]:
        return {
            "name": one_line(row.name), "place": one_line(row.place), "role": row.role, "cells": list(row.cells),
            "change": row.change, "strong": row.strong,
        }  # fmt: skip

    return {
        "title": {1: "The scan", 2: "Both scans"}.get(len(table.dates), "Last three scans")
        if len(case.board.columns) <= len(table.dates)
        else "Last three scans",
        "dates": list(table.dates),
        "modalities": list(table.modalities),
        "since": table.since,
        "lesions": [plain(row) for row in table.lesions],
        "totals": [plain(row) for row in table.totals],
        "more": table.more,
    }


def _beware(one: ChosenNote) -> str:
    """ "Another scanner type was used: does not mean L6 is old." """
    means = one.text.does_not_mean
    sign = "" if one.note.title.endswith(("?", "!")) else ":"
    return f"{one.note.title}{sign} {means[:1].lower()}{means[1:]}"


def _decision(case: SheetCase) -> dict[str, str] | None:
    made = case.decision
    if made is None:
        return None
    return {
        "outcome": one_line(made.outcome),
        "owner": one_line(made.owner or ""),
        "due": "" if made.due_on is None else say_date(made.due_on, year=True),
        "on": f"decided {say_date(made.decided_on, year=True)}",
    }


def _confirmed(case: SheetCase) -> dict[str, str]:
    """The next scan that is booked, and who confirmed the response of the newest scan."""
    booked = "" if case.next_scan is None else say_date(case.next_scan, year=True)
    answer = case.answer
    if answer is None or answer.row <= 0:
        return {"next_scan": booked, "by": ""}
    course = case.courses[answer.course]
    row = course.assessment.time_points[answer.row]
    said = latest_confirmation(case.record, course.course, row.date)
    # The reason for another response stands in the answer above: here the name must not be cut.
    by = "" if said is None else one_line(say_confirmation(replace(said, remark=None), row))
    return {"next_scan": booked, "by": by}


def _entered(case: SheetCase) -> str:
    """Who entered the newest scan, and who looked at this version of it again."""
    newest: Exam | None = max(case.record.exams, key=lambda exam: (exam.performed_on, exam.ordinal), default=None)
    if newest is None:
        return "no scan entered yet"
    seen = [
        one.verified_by
        for one in case.record.verifications
        if one.exam_id == newest.id and one.exam_version == newest.version
    ]
    entered = f"entered by {shorten(newest.entered_by, 40)}" if newest.entered_by else "who entered it is not recorded"
    return f"{entered}, {f'verified by {shorten(seen[-1], 40)}' if seen else 'not verified by a second person'}"
