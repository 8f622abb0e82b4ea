"""One row of the table to checked values. Every cell is read, so that a row names all its problems at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import StatedCount
from tracker.domain.vocabulary import LesionRole, Modality, ReportStatus, Segment, State
from tracker.errors import Problem
from tracker.exchange import codes, values
from tracker.exchange.columns import Header
from tracker.exchange.grid import Line
from tracker.exchange.guard import unguard
from tracker.exchange.values import DateOrder, Detail, Opens

T = TypeVar("T")

#: States that may stand beside a size.
_SIZED = (
    State.MEASURED, State.TOO_SMALL, State.PRESENT, State.UNEQUIVOCAL_PROGRESSION,
    State.EQUIVOCAL, State.UNEQUIVOCAL, State.TREATED, State.RECURRENCE,
)  # fmt: skip
#: Columns that speak of a lesion and mean nothing on a row without one.
_OF_A_LESION = (
    "organ", "segment", "role", "state", "long_axis_mm", "short_axis_mm", "suv_max", "sul_peak", "hu",
    "state_detail", "qualifier",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says. None is an empty cell; ``role`` None with ``role_said`` is 'watched'."""

    line: int
    identifier: str
    authority: str
    performed_on: date
    modality: Modality
    accession: str | None = None
    status: ReportStatus | None = None
    count: StatedCount | None = None
    opens: Opens | None = None
    phase: str | None = None
    slice_thickness: Length | None = None
    comment: str | None = None
    label: str | None = None
    organ: str | None = None
    segments: tuple[Segment, ...] | None = None
    role: LesionRole | None = None
    role_said: bool = False
    #: Whether the state stands in the table; else it follows from a size.
    state_said: bool = False
    #: None on a row that speaks of the exam only, and where the row is not sound.
    observation: Observation | None = None
    qualifier: str | None = None
    #: The cells the observation was read from, as they stand in the file.
    source_text: str | None = None
    #: Whether every cell could be read.
    sound: bool = True


class RowReader:
    """Reads rows under one header; ``problems`` and ``remarks`` collect over all of them.

    ``authority`` and ``modality`` stand where a row is silent about them.
    """

    def __init__(self, header: Header, authority: str, modality: Modality | None, order: DateOrder | None) -> None:
        self.header = header
        self.authority = authority
        self.modality = modality
        self.order = order
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []

    def read(self, line: Line) -> Row | None:
        """The row; None where it does not even say whose exam it is of."""
        before = len(self.problems)
        if len(line.cells) != self.header.width:
            # A shifted row would be read as another one: "12,5" in a comma file is two cells, a cut line is a short one.
            text = (
                f"the row has {len(line.cells)} cells, the header {self.header.width}; "
                "a decimal comma needs quotes, or semicolons between cells"
            )
            self.problems.append(Problem(f"row {line.number}", text))
            return None
        fields: dict[str, Any] = {
            "identifier": self._take(line, "patient_id", values.read_name),
            "performed_on": self._take(line, "exam_date", lambda text: values.read_date(text, self.order)),
            "modality": self._take(line, "modality", codes.read_modality),
            "authority": self._take(line, "authority", values.read_name) or self.authority,
            "accession": self._take(line, "accession", values.read_name),
            "status": self._take(line, "report_status", codes.read_report_status),
            "count": self._take(line, "liver_lesion_count", values.read_count),
            "opens": self._take(line, "baseline", values.read_opens),
            "phase": self._take(line, "phase", values.read_name),
            "slice_thickness": self._take(line, "slice_mm", values.read_slice),
            "comment": self._take(line, "comment", values.read_text),
            "label": self._take(line, "lesion_id", values.read_label),
        }
        if not self._cell(line, "modality"):
            fields["modality"] = self.modality
        for name, column, way_out in (
            ("identifier", "patient_id", "give the site's identifier"),
            ("performed_on", "exam_date", "give the date of the exam, as 2026-03-02"),
            ("modality", "modality", "say CT, MR or PET/CT"),
        ):
            if fields[name] is None and not self._cell(line, column):
                self._wrong(line, column, f"is empty; {way_out}")
        if self._cell(line, "lesion_id"):
            fields |= self._read_lesion(line)
        else:
            self._refuse_lesion(line)
        if None in (fields["identifier"], fields["performed_on"], fields["modality"]):
            return None
        sound = len(self.problems) == before
        if not sound:
            fields["observation"] = None
        return Row(line=line.number, sound=sound, **fields)

    def _cell(self, line: Line, column: str) -> str:
        return unguard(self.header.text(line, column))

    def _wrong(self, line: Line, column: str, text: str) -> None:
        self.problems.append(Problem(self.header.place(line.number, column), text))

    def _take(self, line: Line, column: str, read: Callable[[str], T]) -> T | None:
        """The value of a cell; None where it is empty, or wrong and named among the problems."""
        cell = self._cell(line, column)
        if not cell:
            return None
        try:
            return read(cell)
        except ValueError as trouble:
            self._wrong(line, column, str(trouble))
            return None

    def _refuse_lesion(self, line: Line) -> None:
        for column in _OF_A_LESION:
            if self._cell(line, column):
                self._wrong(line, "lesion_id", f"is empty, but the row has a value in the column {column}")
                return

    def _read_lesion(self, line: Line) -> dict[str, Any]:
        before = len(self.problems)
        longest = self._take(line, "long_axis_mm", values.read_size)
        short = self._take(line, "short_axis_mm", values.read_size)
        numbers = {
            "suv_max": self._take(line, "suv_max", lambda text: values.read_uptake(text, "SUV")),
            "sul_peak": self._take(line, "sul_peak", lambda text: values.read_uptake(text, "SUL")),
            "attenuation_hu": self._take(line, "hu", lambda text: values.read_number(text, "HU")),
        }
        state = self._take(line, "state", codes.read_state)
        fields: dict[str, Any] = {
            "organ": self._take(line, "organ", codes.read_organ),
            "segments": self._take(line, "segment", codes.read_segments),
            "role": self._take(line, "role", codes.read_role),
            "role_said": bool(self._cell(line, "role")),
            "state_said": state is not None,
            "qualifier": self._take(line, "qualifier", values.read_qualifier),
        }
        if len(self.problems) > before:
            return fields
        if 0 in (longest and longest.um, short and short.um):
            longest, short, state = self._read_zero(line, longest, short, state)
            if len(self.problems) > before:
                return fields
        if state is None:
            state = self._follow_state(line, longest, short, any(number is not None for number in numbers.values()))
        if state is None:
            return fields
        detail = self._take(line, "state_detail", lambda text: values.read_detail(text, state, self.order))
        if detail is None and len(self.problems) == before and not self._cell(line, "state_detail"):
            detail = self._silent_detail(line, state)
        self._check_sizes(line, state, longest, short, fields["qualifier"])
        if detail is not None and len(self.problems) == before:
            fields["observation"] = _observe(state, longest, short, detail, numbers)
            fields["source_text"] = self._source_text(line)
        return fields

    def _read_zero(
        self, line: Line, longest: Length | None, short: Length | None, state: State | None
    ) -> tuple[Length | None, Length | None, State | None]:
        """A size of 0 is the way many tables say 'gone'; together with anything else it is a contradiction."""
        column = "long_axis_mm" if longest is not None and longest.um == 0 else "short_axis_mm"
        others = [size for size in (longest, short) if size is not None and size.um]
        if others:
            self._wrong(line, column, f"is 0, and the other axis is {others[0]}; one of the two is wrong")
        elif state not in (None, State.MEASURED, State.ABSENT):
            self._wrong(line, column, f"is 0 beside the state '{state}'; leave the size empty")
        else:
            if state is not State.ABSENT:
                place = self.header.place(line.number, column)
                self.remarks.append(Problem(place, "0 is read as 'absent': looked for and no longer seen"))
            return None, None, State.ABSENT
        return longest, short, state

    def _follow_state(self, line: Line, longest: Length | None, short: Length | None, numbers: bool) -> State | None:
        """The state where the table says none: measured with a size, present with an uptake or attenuation alone."""
        if longest is not None or short is not None:
            return State.MEASURED
        if numbers:
            return State.PRESENT
        text = (
            "is empty and there is no size; say absent, not evaluable, present …, or leave out a lesion not mentioned"
        )
        self._wrong(line, "state", text)
        return None

    def _silent_detail(self, line: Line, state: State) -> Detail | None:
        try:
            return values.read_detail("", state, self.order)
        except ValueError as trouble:
            self._wrong(line, "state_detail", f"is empty; {trouble}")
            return None

    def _check_sizes(
        self, line: Line, state: State, longest: Length | None, short: Length | None, qualifier: str | None
    ) -> None:
        sized = longest is not None or short is not None
        if sized and state not in _SIZED:
            self._wrong(line, "state", f"is '{state}' beside a size; one of the two is wrong")
        if not sized and state is State.MEASURED:
            self._wrong(line, "long_axis_mm", "is empty, but the state is 'measured'; give the size in mm")
        if not sized and qualifier is not None:
            self._wrong(line, "qualifier", "belongs to a size, and there is none")
        if longest is not None and short is not None and short > longest:
            self._wrong(
                line, "short_axis_mm", f"{short} is longer than the longest diameter {longest}; are they swapped?"
            )

    def _source_text(self, line: Line) -> str:
        """The cells the observation stands in, by column, whatever row and file they came from."""
        names = ("state", "state_detail", "qualifier", "long_axis_mm", "short_axis_mm", "suv_max", "sul_peak", "hu")
        said = ((self.header.shown.get(name, name), self._cell(line, name)) for name in names)
        return "; ".join(f"{name} {cell}" for name, cell in said if cell)


def _observe(
    state: State, longest: Length | None, short: Length | None, detail: Detail, numbers: dict[str, Any]
) -> Observation:
    return Observation(
        state=state,
        longest=longest,
        short=short,
        into=detail.into,
        parts=detail.parts,
        by=detail.by,
        treated_on=detail.treated_on,
        reason=detail.reason,
        certainty=detail.certainty,
        grown=detail.grown,
        provisional=detail.provisional,
        first_seen=detail.first_seen,
        measured_as_target=detail.measured_as_target,
        **numbers,
    )
