"""One course as the sum chart needs it: its rows in percent of the baseline, its nadir, and the lines that decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.assessment import TimePointAssessment
from tracker.domain.derivation import CourseAssessment
from tracker.domain.lengths import Length
from tracker.domain.opinions import latest_confirmation
from tracker.domain.record import Confirmation, PatientRecord
from tracker.domain.vocabulary import Response
from tracker.domain.waiting import CERTAIN_PROGRESSION, PROGRESSION, Waiting, find_waiting
from tracker.pictures.columns import Column, dividers
from tracker.pictures.criteria import COMPLETE, Face, Lines, face_of
from tracker.pictures.shapes import TimeAxis

#: 95 % of second reads of a sum by the same reader (Yoon 2016): -9.8 to +13.1 %.
NOISE_LOW, NOISE_HIGH = 0.902, 1.131
#: Distance of a mark from the date of a scan that two courses share, as a share of the axis.
_ASIDE = 0.011


@dataclass(frozen=True, slots=True)
class Nadir:
    """The smallest complete sum a scan is compared with, and the date it was reached."""

    sum: Length
    on: date


@dataclass(frozen=True, slots=True)
class PdLine:
    """From where on a sum is PD, from the nadir's date on: 20 % and 5 mm above it by RECIST 1.1; any growth after an overall
    CR. Where an iUPD is open a second line says from where on the sum confirms it."""

    nadir: Nadir
    start: date
    end: date
    lines: Lines
    after_cr: bool = False
    #: The sum that confirms the iUPD that was made on ``nadir``, which is then the sum at that iUPD.
    confirmed_by: Length | None = None

    @property
    def um(self) -> int:
        if self.confirmed_by is not None:
            return self.confirmed_by.um
        return self.nadir.sum.um if self.after_cr else self.lines.least_of_progression(self.nadir.sum).um


@dataclass(frozen=True, slots=True)
class Track:
    """A course on the axis of time. ``columns`` gives the scan column of each row; the zone runs from ``start`` to ``end``."""

    course: CourseAssessment
    columns: tuple[int, ...]
    start: date
    end: date
    is_last: bool
    #: Where one scan closes a course and opens the next, both marks stand this many days off its date, each on its side.
    aside_first: int = 0
    aside_last: int = 0
    #: The last confirmation of each row that still speaks of what is computed now; empty where the record is not at hand.
    confirmed: tuple[Confirmation | None, ...] = ()

    def confirmation(self, at: int) -> Confirmation | None:
        """What a named clinician confirmed for a row, while it stands."""
        return self.confirmed[at] if at < len(self.confirmed) else None

    def place(self, at: int) -> date:
        """Where the mark of a row stands: its date, or just beside it on a scan shared by two courses."""
        day = self.rows[at].date
        if at == 0:
            return day + timedelta(days=self.aside_first)
        return day - timedelta(days=self.aside_last) if at == len(self.rows) - 1 else day

    @property
    def number(self) -> int:
        return self.course.course.number

    @property
    def rows(self) -> tuple[TimePointAssessment, ...]:
        return self.course.assessment.time_points

    @property
    def baseline(self) -> Length | None:
        """The complete baseline sum; None where there are no targets or one was missing."""
        return self.rows[0].sum if self.rows else None

    @property
    def face(self) -> Face:
        """The criterion the course is judged by."""
        return face_of(self.course.assessment.criteria)

    @property
    def progression(self) -> int | None:
        """The first row that is a progression, an unconfirmed one included."""
        return next((at for at, row in enumerate(self.rows) if row.overall_response in PROGRESSION), None)

    @property
    def waiting(self) -> Waiting | None:
        """The progression that waits for its confirmation after the last row."""
        return find_waiting(self.rows, self.course.timeline.settings)

    @property
    def was_void(self) -> bool:
        """Whether the first progression was unconfirmed and did not last: from then on the course is judged as before."""
        at = self.progression
        if at is None or self.rows[at].overall_response in CERTAIN_PROGRESSION or self.waiting is not None:
            return False
        return not any(row.overall_response in CERTAIN_PROGRESSION for row in self.rows)

    @property
    def nadirs(self) -> tuple[Nadir, ...]:
        """What PD is counted from: the nadir of the first PD, and a lower one reached after it; else the present one."""
        now = nadir_after(self.rows)
        first = now if self.progression is None else _nadir_before(self.rows[self.progression])
        later = () if now is None or first is None or now.sum >= first.sum else (now,)
        return (*(() if first is None else (first,)), *later)

    def is_nadir(self, at: int) -> bool:
        """Whether a row is the lowest complete sum so far; with one scan nothing is called so yet."""
        return len(self.rows) > 1 and any(self.rows[at].date == nadir.on for nadir in self.nadirs[-1:])

    def percent(self, um: int) -> float:
        """A sum in percent change from the baseline; for drawing only."""
        if self.baseline is None or self.baseline.um == 0:
            raise ValueError("a course without a baseline sum has no percentages")
        return 100 * (um - self.baseline.um) / self.baseline.um

    @property
    def has_percentages(self) -> bool:
        return self.baseline is not None and self.baseline.um > 0

    @property
    def pd_lines(self) -> tuple[PdLine, ...]:
        """From each nadir's date: the first to the first PD, the present one to the end of the course; then the sum that
        confirms an open iUPD."""
        lines, at = self.face.lines, self.progression
        if not self.has_percentages or lines is None:
            return ()
        nadirs = self.nadirs
        goes_on = self.was_void and len(nadirs) == 1
        found = [
            PdLine(
                nadir,
                nadir.on,
                self.rows[at].date if at is not None and place == 0 and not goes_on else self.end,
                lines,
                is_after_cr(self.rows[:at] if place == 0 else self.rows),
            )
            for place, nadir in enumerate(nadirs)
        ]
        waiting = self.waiting
        if waiting is not None and waiting.confirmed_by is not None and (then := self.rows[waiting.at].sum) is not None:
            opened = Nadir(then, waiting.on)
            found.append(PdLine(opened, waiting.on, self.end, lines, confirmed_by=waiting.confirmed_by))
        return tuple(found)

    def is_current(self, line: PdLine) -> bool:
        """Whether a PD line reaches the newest scan, so that its words belong to the edge of the chart."""
        return self.is_last and line.end >= self.rows[-1].date

    def runs(self) -> tuple[tuple[int, ...], ...]:
        """Rows with a complete sum, cut where one is missing: no line passes a scan that is not evaluable."""
        runs: list[list[int]] = [[]]
        for at, row in enumerate(self.rows):
            if row.sum is None:
                runs.append([])
            else:
                runs[-1].append(at)
        return tuple(tuple(run) for run in runs if run)


def derive_tracks(
    courses: Sequence[CourseAssessment], columns: Sequence[Column], axis: TimeAxis, record: PatientRecord | None = None
) -> tuple[Track, ...]:
    """All courses that have a time point, each with its zone between the dividers. Without the record nothing is confirmed."""
    borders = (axis.start, *dividers(courses), axis.end)
    standing = [at for at, course in enumerate(courses) if course.timeline.time_points]
    shared = [{judged.course for judged in column.judged} for column in columns if len(column.judged) > 1]
    aside = max(1, round(axis.days * _ASIDE))
    tracks = []
    for place, at in enumerate(standing):
        found = {
            judged.row: column_at
            for column_at, column in enumerate(columns)
            for judged in column.judged
            if judged.course == at
        }
        course = courses[at]
        start = axis.start if place == 0 else borders[min(place, len(borders) - 2)]
        is_last = place == len(standing) - 1
        end = axis.end if is_last else borders[min(place + 1, len(borders) - 1)]
        rows = range(len(course.assessment.time_points))
        first = aside if any({at - 1, at} <= pair for pair in shared) else 0
        last = aside if any({at, at + 1} <= pair for pair in shared) else 0
        scans = tuple(found[row] for row in rows)
        tracks.append(Track(course, scans, start, end, is_last, first, last, _standing(course, record)))
    return tuple(tracks)


def _standing(course: CourseAssessment, record: PatientRecord | None) -> tuple[Confirmation | None, ...]:
    if record is None or not record.confirmations:
        return ()
    standing = []
    for row in course.assessment.time_points:
        found = latest_confirmation(record, course.course, row.date)
        standing.append(found if found is not None and found.stands(row.overall_response) else None)
    return tuple(standing)


def shown_response(track: Track, at: int) -> tuple[Response | None, bool]:
    """What the mark of a row shows, and whether it is filled: the confirmed response, else the computed one, open."""
    confirmed = track.confirmation(at) if at else None
    if confirmed is not None:
        return confirmed.response, True
    return track.rows[at].overall_response if at else None, False


def is_after_cr(rows: Sequence[TimePointAssessment]) -> bool:
    """Whether a scan after these is judged after an overall complete response: then any regrowth is PD."""
    return any(row.strict_response in COMPLETE and row.settled for row in rows)


def nadir_after(rows: Sequence[TimePointAssessment]) -> Nadir | None:
    """The smallest complete sum so far, the last row included; the earliest of equal ones. Provisional sums do not count."""
    if not rows:
        return None
    last, before = rows[-1], _nadir_before(rows[-1])
    settled = last.sum is not None and (not last.provisional or len(rows) == 1)
    if settled and last.sum is not None and (before is None or last.sum < before.sum):
        return Nadir(last.sum, last.date)
    return before


def _nadir_before(row: TimePointAssessment) -> Nadir | None:
    return None if row.nadir is None or row.nadir_date is None else Nadir(row.nadir, row.nadir_date)
