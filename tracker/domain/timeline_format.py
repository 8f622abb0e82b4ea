"""Reading the format ``timeline/1`` from a plain dictionary.

Reading is strict: every problem is named with its place, unknown keys are refused, and a decimal is never pushed
through binary floating point.
"""

from __future__ import annotations

from typing import Any

from tracker.domain.lesions import Lesion, Observation
from tracker.domain.reader import Reader
from tracker.domain.timeline import SETTING_WORDS, ReferenceUptake, Settings, TimelineTreatment, TimePoint
from tracker.domain.timeline_checks import check_consistency
from tracker.domain.vocabulary import (
    LYMPH_NODE,
    Certainty,
    CourseKind,
    LesionRole,
    Modality,
    Segment,
    State,
    TreatmentKind,
)
from tracker.domain.written import FORMAT
from tracker.errors import InputError

_TIMELINE_KEYS = ("format", "id", "settings", "lesions", "time_points", "treatments", "death")
_LESION_KEYS = ("label", "role", "organ", "segments", "first_seen", "as")
_POINT_KEYS = ("date", "modality", "observations", "markers", "reference", "for_symptom")
_OBSERVATION_KEYS = (
    "state", "longest_mm", "short_mm", "into", "parts_mm", "by", "treated_on", "reason", "certainty", "grown", "provisional",
    "on", "modality", "first_seen", "as", "sul_peak", "suv_max", "tlg", "mtv_ml", "attenuation_hu",
)  # fmt: skip
_TREATMENT_KEYS = ("name", "kind", "start", "stop")
_TREATMENT_KINDS = (*TreatmentKind.words(), CourseKind.LOCAL.value)
_REFERENCE_KEYS = ("liver_sul_mean", "liver_sul_sd", "blood_pool_sul_mean", "blood_pool_sul_sd")
_COUNTS = (
    "minimum_sd_days", "confirmation_days", "max_between", "nodes_new_from_mm", "time_point_days", "irecist_confirmation_days",
)  # fmt: skip
_SWITCHES = ("confirmation_required", "sticky_pr")
_SETTING_KEYS = (*_COUNTS, *_SWITCHES, *SETTING_WORDS)


def read_timeline(obj: object) -> dict[str, Any]:
    """The fields of a Timeline from a ``timeline/1`` object. InputError names all problems and their places."""
    reader = Reader()
    top = reader.mapping(obj, "", _TIMELINE_KEYS)
    if top is None:
        raise InputError(reader.problems)
    if top.get("format") != FORMAT:
        reader.wrong("format", f"is not {FORMAT!r}, the format this program reads")
    fields: dict[str, Any] = {
        "id": reader.text(top.get("id"), "id", needed=True) or "",
        "settings": _read_settings(reader, top.get("settings")),
        "lesions": tuple(_read_lesions(reader, top.get("lesions"))),
        "treatments": tuple(_read_treatments(reader, top.get("treatments"))),
        "death": reader.date(top.get("death"), "death"),
    }
    points = _read_time_points(reader, top.get("time_points"))
    fields["time_points"] = tuple(points.values())
    if reader.problems:
        # What else does not fit together is named too; where all could be read, the timeline itself looks for it.
        check_consistency(reader, fields["lesions"], points)
        raise InputError(reader.problems)
    return fields


def _read_settings(reader: Reader, obj: object) -> Settings:
    if obj is None:
        return Settings()
    given = reader.mapping(obj, "settings", _SETTING_KEYS) or {}
    values: dict[str, Any] = {}
    for key, value in given.items():
        place = f"settings.{key}"
        if key in _COUNTS:
            values[key] = reader.count(value, place)
        elif key in _SWITCHES:
            values[key] = reader.switch(value, place)
        elif key in SETTING_WORDS:
            values[key] = reader.word(value, place, SETTING_WORDS[key])
    return Settings(**{key: value for key, value in values.items() if value is not None})


def _read_lesions(reader: Reader, obj: object) -> list[Lesion]:
    lesions: list[Lesion] = []
    for index, item in enumerate(reader.items(obj, "lesions")):
        place = f"lesions[{index}]"
        given = reader.mapping(item, place, _LESION_KEYS)
        if given is None:
            continue
        label = reader.text(given.get("label"), f"{place}.label", needed=True)
        role = reader.term(given.get("role"), f"{place}.role", LesionRole, needed=True)
        organ = reader.text(given.get("organ", "liver"), f"{place}.organ", needed=True)
        segments = [
            reader.term(segment, f"{place}.segments[{number}]", Segment, needed=True)
            for number, segment in enumerate(reader.items(given.get("segments"), f"{place}.segments", empty=True))
        ]
        first_seen = reader.date(given.get("first_seen"), f"{place}.first_seen")
        as_target = reader.word(given.get("as"), f"{place}.as", ("target", "non-target")) == "target"
        if label is None or role is None or organ is None:
            continue
        if label != label.strip():
            reader.wrong(f"{place}.label", f"{label!r} begins or ends with a space")
        if any(lesion.label == label for lesion in lesions):
            reader.wrong(f"{place}.label", f"'{label}' is the label of another lesion too")
            continue
        known = tuple(segment for segment in segments if segment is not None)
        organ = LYMPH_NODE if organ.strip().lower() == LYMPH_NODE else organ.strip()
        lesions.append(Lesion(label, role, organ, known, first_seen, as_target))
    return lesions


def _read_treatments(reader: Reader, obj: object) -> list[TimelineTreatment]:
    treatments: list[TimelineTreatment] = []
    for index, item in enumerate(reader.items(obj, "treatments", empty=True)):
        place = f"treatments[{index}]"
        given = reader.mapping(item, place, _TREATMENT_KEYS)
        if given is None:
            continue
        name = reader.text(given.get("name"), f"{place}.name", needed=True)
        kind = reader.word(given.get("kind", "systemic"), f"{place}.kind", _TREATMENT_KINDS, needed=True)
        start = reader.date(given.get("start"), f"{place}.start", needed=True)
        stop = reader.date(given.get("stop"), f"{place}.stop")
        if name is None or kind is None or start is None:
            continue
        if stop is not None and stop < start:
            reader.wrong(f"{place}.stop", f"{stop} is before the start {start}")
        treatments.append(TimelineTreatment(name, kind, start, stop))
    return treatments


def _read_time_points(reader: Reader, obj: object) -> dict[int, TimePoint]:
    """The time points that could be read, by their position in the input."""
    points: dict[int, TimePoint] = {}
    for index, item in enumerate(reader.items(obj, "time_points")):
        place = f"time_points[{index}]"
        given = reader.mapping(item, place, _POINT_KEYS)
        if given is None:
            continue
        day = reader.date(given.get("date"), f"{place}.date", needed=True)
        said = given.get("markers")
        markers = None if said is None else reader.mapping(said, f"{place}.markers", ("elevated",))
        observations = reader.mapping(given.get("observations", {}), f"{place}.observations", None) or {}
        read = {
            label: _read_observation(reader, seen, f"{place}.observations.{label}")
            for label, seen in observations.items()
        }
        if day is None:
            continue
        points[index] = TimePoint(
            date=day,
            modality=reader.term(given.get("modality"), f"{place}.modality", Modality),
            observations={label: seen for label, seen in read.items() if seen is not None},
            markers_elevated=reader.switch((markers or {}).get("elevated"), f"{place}.markers.elevated"),
            reference=_read_reference(reader, given.get("reference"), f"{place}.reference"),
            for_symptom=bool(reader.switch(given.get("for_symptom"), f"{place}.for_symptom")),
        )
    return points


def _read_reference(reader: Reader, obj: object, place: str) -> ReferenceUptake | None:
    given = None if obj is None else reader.mapping(obj, place, _REFERENCE_KEYS)
    if given is None:
        return None
    return ReferenceUptake(**{key: reader.decimal(given.get(key), f"{place}.{key}") for key in _REFERENCE_KEYS})


def _read_observation(reader: Reader, obj: object, place: str) -> Observation | None:
    given = reader.mapping(obj, place, _OBSERVATION_KEYS)
    if given is None:
        return None
    longest = reader.length(given.get("longest_mm"), f"{place}.longest_mm")
    short = reader.length(given.get("short_mm"), f"{place}.short_mm")
    parts = [
        reader.length(part, f"{place}.parts_mm[{number}]")
        for number, part in enumerate(reader.items(given.get("parts_mm"), f"{place}.parts_mm", empty=True))
    ]
    state = reader.term(given.get("state"), f"{place}.state", State)
    if state is None and given.get("state") is None:
        has_number = any(
            given.get(key) is not None for key in ("sul_peak", "suv_max", "tlg", "mtv_ml", "attenuation_hu")
        )
        if longest is not None or short is not None or parts:
            state = State.SPLIT if parts else State.MEASURED
        elif has_number:
            state = State.PRESENT
        elif given.get("longest_mm") is None and given.get("short_mm") is None:
            reader.wrong(place, "says neither a size nor a state; leave the lesion out where it was not mentioned")
    numbers = {
        key: reader.decimal(given.get(key), f"{place}.{key}") for key in ("sul_peak", "suv_max", "tlg", "mtv_ml")
    }
    fields = {
        "into": reader.text(given.get("into"), f"{place}.into"),
        "by": reader.text(given.get("by"), f"{place}.by"),
        "reason": reader.text(given.get("reason"), f"{place}.reason"),
        "treated_on": reader.date(given.get("treated_on"), f"{place}.treated_on"),
        "certainty": reader.term(given.get("certainty"), f"{place}.certainty", Certainty),
        "grown": bool(reader.switch(given.get("grown"), f"{place}.grown")),
        "provisional": bool(reader.switch(given.get("provisional"), f"{place}.provisional")),
        "on": reader.date(given.get("on"), f"{place}.on"),
        "modality": reader.term(given.get("modality"), f"{place}.modality", Modality),
        "first_seen": reader.date(given.get("first_seen"), f"{place}.first_seen"),
        "measured_as_target": reader.word(given.get("as"), f"{place}.as", ("target", "non-target")) == "target",
        "attenuation_hu": reader.decimal(given.get("attenuation_hu"), f"{place}.attenuation_hu", signed=True),
    }
    if state is None:
        return None
    sizes = {"longest": longest, "short": short, "parts": tuple(part for part in parts if part is not None)}
    return Observation(state=state, **sizes, **numbers, **fields)  # type: ignore[arg-type]
