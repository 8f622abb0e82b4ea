"""The charts of the cohort as SVG: the same Pictures that the screen draws, with what they are written above them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.domain.wording import PURPOSE
from tracker.pictures.criteria import face_of
from tracker.pictures.palette import Look, palette
from tracker.pictures.words import count_of, say_date
from tracker.report.canvas import Canvas
from tracker.report.cohort_plots import Plot, draw_spider, draw_survival, draw_swimmer, draw_waterfall
from tracker.services.cohort import Cohort
from tracker.services.cohort_pictures import CohortPictures

#: The charts by name, in the order of the page.
CHARTS = ("waterfall", "spider", "swimmer", "Kaplan–Meier")
_CARD_WIDTH, _CARD_HEIGHT = 744.0, 440.0
_HEAD, _FOOT, _GAP = 64.0, 24.0, 16.0


def cohort_svg(
    pictures: CohortPictures,
    seen: Cohort,
    choice: Sequence[str],
    look: Look,
    only: str | None = None,
    *,
    on: date,
) -> str:
    """All four charts two by two, or ``only`` one of ``CHARTS``. Says what is seen, by what, when, and SYNTHETIC where it is.

    ValueError for a chart that there is not.
    """
    if only is not None and only not in CHARTS:
        raise ValueError(f"there is no chart {only!r}; there are {', '.join(CHARTS)}")
    names = CHARTS if only is None else (only,)
    across, down = (2, 2) if only is None else (1, 1)
    width = across * _CARD_WIDTH + (across + 1) * _GAP
    height = _HEAD + down * (_CARD_HEIGHT + _GAP) + _FOOT
    canvas = Canvas(width, height, palette(look), _sentence(pictures, names))
    canvas.ground()
    _head(canvas, seen, choice, on)
    for at, name in enumerate(names):
        left = _GAP + (at % 2) * (_CARD_WIDTH + _GAP)
        top = _HEAD + (at // 2) * (_CARD_HEIGHT + _GAP)
        canvas.add(
            "rect", x=left, y=top, width=_CARD_WIDTH, height=_CARD_HEIGHT, rx=8, fill="none",
            stroke=canvas.colours.line, stroke_width=1,
        )  # fmt: skip
        _draw(Plot(canvas, left, top, _CARD_WIDTH, _CARD_HEIGHT), pictures, name, seen.criterion)
    canvas.text(
        _GAP, height - 10, PURPOSE,
        colour=canvas.colours.ink3,
    )  # fmt: skip
    return str(canvas)


def _sentence(pictures: CohortPictures, names: Sequence[str]) -> str:
    said = {
        "waterfall": pictures.waterfall.sentence,
        "spider": pictures.spider.sentence,
        "swimmer": pictures.swimmer.sentence,
        "Kaplan–Meier": pictures.survival.sentence,
    }
    return " ".join(said[name] for name in names)


def _head(canvas: Canvas, seen: Cohort, choice: Sequence[str], on: date) -> None:
    mark = "SYNTHETIC · " if seen.synthetic else ""
    canvas.text(
        _GAP,
        28,
        f"Cohort · {mark}{count_of(seen.patients, 'patient')}, {count_of(seen.scans, 'scan')}",
        strong=True,
        size=18,
    )
    said = "; ".join(
        ("local audit, not evidence", face_of(seen.criterion).with_source, *choice, say_date(on, year=True))
    )
    canvas.text(_GAP, 50, said, colour=canvas.colours.ink2, size=13)


def _draw(plot: Plot, pictures: CohortPictures, name: str, criterion: str) -> None:
    face = face_of(criterion)
    if name == "waterfall":
        plot.title("Best change of the target sum", f"% from baseline, up to {face.progression}")
        draw_waterfall(plot, pictures.waterfall)
    elif name == "spider":
        plot.title("Change over time", f"% from baseline; {face.progression} marks where a line ends")
        draw_spider(plot, pictures.spider)
    elif name == "swimmer":
        plot.title("Courses", "one line a course, longest first")
        draw_swimmer(plot, pictures.swimmer)
    else:
        event = str(pictures.survival.event)
        plot.title(f"{event[0].upper()}{event[1:]}", "Kaplan–Meier; ticks: no event at the last news")
        draw_survival(plot, pictures.survival)
