"""The map of the liver at one scan: every state drawn as it is said, the list the same as the drawing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from tests.pictures.records import counts_only, course, exam, record, twelve_scans, two_courses
from tracker.domain.derivation import assess_record
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import PatientRecord, SiteFinding, StatedCount, VesselContact
from tracker.domain.vocabulary import (
    BackgroundSign,
    CountKind,
    Segment,
    Site,
    SiteStatement,
    State,
    Statement,
    Vessel,
    VesselRelation,
)
from tracker.domain.volumes import LiverVolume
from tracker.pictures.liver_map import Bubble, LiverMap, derive_liver_map, derive_liver_maps
from tracker.pictures.liver_map_lesions import BubbleKind
from tracker.pictures.liver_map_words import NOT_A_COUNT
from tracker.report.liver_map_svg import draw, draw_liver, draw_scan

FIRST, SECOND = date(2026, 1, 5), date(2026, 3, 2)


def newest(patient: PatientRecord) -> LiverMap:
    return derive_liver_maps(patient, assess_record(patient))[-1]


def bubble(found: LiverMap, label: str) -> Bubble:
    return next(one for one in found.bubbles if one.label == label)


def rows(found: LiverMap) -> dict[str, tuple[str, str, str]]:
    return {row.label: (row.place, row.size, row.word) for row in found.rows}


def two(now: dict[str, object], **more: object) -> PatientRecord:
    """L1 of 30 (VIII, target) and L2 of 20 mm (VI, non-target), then what ``now`` says."""
    exams = [exam(1, FIRST, {"L1": 30, "L2": 20}), exam(2, SECOND, now, **more)]
    return record(exams, [course(1, {"L1": "t", "L2": "n"}, [[1], [2]], FIRST)])


def with_observation(patient: PatientRecord, label: str, **changes: object) -> PatientRecord:
    """The newest exam with other facts of one observation."""
    last = patient.exams[-1]
    seen = tuple(replace(one, **changes) if one.label == label else one for one in last.observations)
    return replace(patient, exams=(*patient.exams[:-1], replace(last, observations=seen)))


def with_segments(patient: PatientRecord, **segments: tuple[Segment, ...]) -> PatientRecord:
    lesions = tuple(replace(one, segments=segments.get(one.label, one.segments)) for one in patient.lesions)
    return replace(patient, lesions=lesions)


def test_the_whole_of_a_patient_with_every_common_state() -> None:
    found = newest(two_courses())
    assert (found.day, found.modality) == ("9 Nov 2026", "MRI")
    assert found.summary == "bilobar · 3 segments · 3 measured · 1 perhaps new · 1 ablated · 1 not seen"
    assert rows(found) == {
        "L1": ("VIII", "36 →", "target"),
        "L2": ("VI", "24 →", "target"),
        "L3": ("IVb", "zone 22", "ablated"),
        "L4": ("II", "not seen", "was 5"),
        "L5": ("III", "12 →", "non-target"),
        "L6": ("VII", "8", "new?"),
    }
    assert {one.label: one.kind for one in found.bubbles} == {
        "L1": BubbleKind.TARGET,
        "L2": BubbleKind.TARGET,
        "L3": BubbleKind.TREATED,
        "L4": BubbleKind.NOT_SEEN,
        "L5": BubbleKind.NON_TARGET,
        "L6": BubbleKind.NEW,
    }
    assert [(one.place, one.text) for one in found.totals] == [
        ("VIII", "36 mm (1)"), ("VI", "24 mm (1)"), ("III", "12 mm (1)"),
    ]  # fmt: skip
    assert (found.vessels, found.remnant) == ("Vessel contact: not recorded.", "Liver remnant: not recorded.")


#: What the second scan says of L2, then its kind, its size and word in the list, and its label on the map.
STATES = [
    ("23", BubbleKind.NON_TARGET, "23 ↑", "non-target", "L2 · 23"),
    ("ts", BubbleKind.SMALL, "too small ↓", "non-target", "L2 · too small"),
    ("seen", BubbleKind.SMALL, "no size", "non-target", "L2 · no size"),
    ("absent", BubbleKind.NOT_SEEN, "not seen", "was 20", "L2"),
    ("ne", BubbleKind.UNKNOWN, "–", "not evaluable", "L2 · not evaluable"),
    ("nm", BubbleKind.UNKNOWN, "–", "not mentioned", "L2 · not mentioned"),
    ("worse", BubbleKind.SMALL, "no size", "worse", "L2 · no size"),
    ("zone 15", BubbleKind.TREATED, "zone 15", "treated", "L2 · zone 15"),
]


@pytest.mark.parametrize(("said", "kind", "size", "word", "name"), STATES)
def test_each_state_has_its_shape_and_its_words(said: str, kind: BubbleKind, size: str, word: str, name: str) -> None:
    found = newest(two({"L1": 30, "L2": said}))
    assert bubble(found, "L2").kind is kind
    assert rows(found)["L2"] == ("VI", size, word)
    named = bubble(found, "L2").name
    assert named is not None
    assert named.text == name


def test_area_goes_with_the_square_of_the_diameter_and_never_vanishes() -> None:
    for mm, radius in ((10, 8.0), (20, 16.0), (40, 32.0), (5, 4.0), (3, 4.0)):
        found = newest(two({"L1": mm, "L2": 20}))
        assert bubble(found, "L1").circles[0].r == radius


def test_a_bubble_with_room_holds_its_size_and_a_smaller_one_has_it_in_its_label() -> None:
    found = newest(two({"L1": 24, "L2": 23}))
    assert (bubble(found, "L1").inside, bubble(found, "L1").name.text) == ("24", "L1")  # type: ignore[union-attr]
    assert (bubble(found, "L2").inside, bubble(found, "L2").name.text) == ("", "L2 · 23")  # type: ignore[union-attr]


def test_a_merged_lesion_is_named_at_the_one_that_carries_it() -> None:
    merged = with_observation(two({"L1": 41, "L2": "seen"}), "L2", observation=Observation(State.MERGED, into="L1"))
    found = newest(merged)
    assert [one.label for one in found.bubbles] == ["L1"]
    assert bubble(found, "L1").name.text == "L1 + L2"  # type: ignore[union-attr]
    assert rows(found) == {"L1 + L2": ("VIII", "41 ↑", "target"), "L2": ("VI", "in L1", "merged")}
    assert found.summary.endswith("1 measured · 1 merged")


def test_a_split_lesion_is_drawn_in_its_parts() -> None:
    parts = (Length.from_mm(14), Length.from_mm(9))
    split = with_observation(two({"L1": 30, "L2": "seen"}), "L2", observation=Observation(State.SPLIT, parts=parts))
    found = newest(split)
    assert [one.r for one in bubble(found, "L2").circles] == [11.2, 7.2]
    assert rows(found)["L2"] == ("VI", "14 + 9 ↑", "split")


def test_a_recurrence_at_a_treated_site_is_a_double_ring_that_says_so() -> None:
    back = Observation(State.RECURRENCE, Length.from_mm(12))
    found = newest(with_observation(two({"L1": 30, "L2": "seen"}), "L2", observation=back))
    assert bubble(found, "L2").kind is BubbleKind.NEW
    assert rows(found)["L2"][1:] == ("12 ↓", "back")


def test_a_lesion_keeps_its_place_at_every_scan() -> None:
    for patient in (two_courses(), twelve_scans()):
        places: dict[str, set[tuple[float, float]]] = {}
        for found in derive_liver_maps(patient, assess_record(patient)):
            for one in found.bubbles:
                places.setdefault(one.label, set()).add((one.circles[0].x, one.circles[0].y))
        assert all(len(found) == 1 for found in places.values())


def test_more_than_three_in_a_segment_leave_two_and_a_ring_of_the_rest() -> None:
    labels = [f"L{number}" for number in range(1, 7)]
    sizes = {label: 40 - 5 * at for at, label in enumerate(labels)}
    patient = record([exam(1, FIRST, sizes)], [course(1, {"L1": "t"}, [[1]], FIRST)])
    found = newest(with_segments(patient, **dict.fromkeys(labels, (Segment.VI,))))
    assert [(one.label, one.inside) for one in found.bubbles] == [("L1", "40"), ("L2", "35"), ("", "+4")]
    assert len(found.rows) == 6
    assert [(one.place, one.text) for one in found.totals] == [("VI", "165 mm (6)")]


def test_a_lesion_without_a_segment_is_listed_and_not_placed() -> None:
    found = newest(with_segments(two({"L1": 30, "L2": 20}), L2=()))
    assert [one.label for one in found.bubbles] == ["L1"]
    assert rows(found)["L2"] == ("liver", "20 →", "non-target")
    assert "L2: no segment said, not on the map." in found.flags
    assert ("no segment", "20 mm (1)") in [(one.place, one.text) for one in found.totals]


LOBES = [
    ((Segment.VIII,), (Segment.VI,), "right lobe · 2 segments"),
    ((Segment.II,), (Segment.IV,), "left lobe · 2 segments"),
    ((Segment.IVA, Segment.VIII), (Segment.VIII,), "bilobar · 2 segments"),
    ((Segment.I,), (Segment.I,), "caudate lobe · 1 segment"),
    ((Segment.I,), (Segment.V,), "right lobe and caudate lobe · 2 segments"),
]


@pytest.mark.parametrize(("one", "other", "said"), LOBES)
def test_lobes_follow_the_segments(one: tuple[Segment, ...], other: tuple[Segment, ...], said: str) -> None:
    found = newest(with_segments(two({"L1": 30, "L2": 20}), L1=one, L2=other))
    assert found.summary == f"{said} · 2 measured"


def test_innumerable_is_an_even_pattern_that_is_said_to_be_no_count() -> None:
    found = newest(counts_only([StatedCount(CountKind.INNUMERABLE)]))
    assert len(found.dots) > 100
    assert found.flags[:2] == NOT_A_COUNT
    assert found.summary.startswith("innumerable, as stated")
    assert newest(counts_only([StatedCount(CountKind.AT_LEAST, 20)])).dots == ()


@pytest.mark.parametrize(
    ("count", "flags"),
    [
        (StatedCount(CountKind.EXACT, 2), ()),
        (StatedCount(CountKind.EXACT, 5), ("The report counts 5; 2 seen here.",)),
        (StatedCount(CountKind.MULTIPLE), ("The report counts multiple; 2 seen here.",)),
    ],
)
def test_a_count_that_the_list_does_not_hold_is_said(count: StatedCount, flags: tuple[str, ...]) -> None:
    assert newest(two({"L1": 30, "L2": 20}, liver_count=count)).flags == flags


def test_disease_elsewhere_and_signs_of_the_liver_are_named_beside_the_map() -> None:
    patient = two(
        {"L1": 30, "L2": 20},
        background={BackgroundSign.ASCITES: Statement.YES, BackgroundSign.STEATOSIS: Statement.NONE},
        extrahepatic={Site.LUNG: SiteFinding(SiteStatement.YES), Site.BONE: SiteFinding(SiteStatement.NONE)},
    )
    assert newest(patient).flags == ("Liver: ascites.", "Outside the liver: yes, lung.")


def test_a_site_is_named_once_by_its_lesion() -> None:
    sites = {Site.LUNG: SiteFinding(SiteStatement.YES), Site.BONE: SiteFinding(SiteStatement.YES)}
    exams = [exam(1, FIRST, {"L1": 30, "X1": 8}, extrahepatic=sites)]
    patient = record(exams, [course(1, {"L1": "t", "X1": "n"}, [[1]], FIRST)], organs={"X1": "lung"})
    assert "Outside the liver: yes, lung VI (X1) and bone." in newest(patient).flags


#: Contacts of L1 as recorded, and what is said of them.
CONTACTS = [
    ((), "Vessel contact: not recorded."),
    (
        (VesselContact(Vessel.RIGHT_HEPATIC_VEIN, VesselRelation.ABUTS),),
        "L1 abuts right hepatic vein.",
    ),
    (
        (VesselContact(Vessel.PORTAL_BRANCH, VesselRelation.WITHIN_10_MM, Length.from_mm(4)),),
        "L1 is within 10 mm (4 mm) of the portal branch.",
    ),
    (
        (VesselContact(Vessel.LEFT_HEPATIC_VEIN, VesselRelation.CLEAR),),
        "Clear of left hepatic vein, as recorded.",
    ),
]


@pytest.mark.parametrize(("contacts", "said"), CONTACTS)
def test_contact_with_vessels_is_said_as_recorded(contacts: tuple[VesselContact, ...], said: str) -> None:
    assert newest(with_observation(two({"L1": 30, "L2": 20}), "L1", vessels=contacts)).vessels == said


def test_the_remnant_is_the_one_measured_by_then() -> None:
    volumes = (
        LiverVolume(1, FIRST, Decimal(420), Decimal(1500), resection="right hepatectomy"),
        LiverVolume(2, date(2026, 6, 1), Decimal(600)),
    )
    patient = replace(two({"L1": 30, "L2": 20}), volumes=volumes)
    assert newest(patient).remnant == "Liver remnant after right hepatectomy: 28.0 % (420 mL), 5 Jan 2026."
    later = replace(patient, volumes=volumes[1:])
    assert newest(later).remnant == "Liver remnant: not recorded."


def test_one_map_is_that_of_its_row() -> None:
    patient = two_courses()
    courses = assess_record(patient)
    first = derive_liver_map(patient, courses[0], 0)
    last = derive_liver_map(patient, courses[1])
    assert first is not None
    assert last is not None
    assert (first.day, last.day) == ("10 Jul 2025", "9 Nov 2026")
    assert derive_liver_map(patient, None).day == "9 Nov 2026"  # type: ignore[union-attr]
    assert derive_liver_map(replace(patient, exams=(), courses=()), None) is None


# --- the drawing


def test_the_drawing_has_its_segments_slots_words_and_sentence() -> None:
    root = ElementTree.fromstring(draw(newest(two_courses()), "light"))
    space = "{http://www.w3.org/2000/svg}"
    paths = {one.get("id"): one for one in root.iter(f"{space}path") if (one.get("id") or "").startswith("seg-")}
    assert set(paths) == {f"seg-{name}" for name in ("I", "II", "III", "IVa", "IVb", "V", "VI", "VII", "VIII")}
    assert all(1 <= len((one.get("data-slots") or "").split()) <= 3 for one in paths.values())
    words = [one.text for one in root.iter(f"{space}text")]
    assert {"right", "left", "36", "L5 · 12", "L3 · zone 22"} <= set(words)
    title = root.find(f"{space}title")
    assert title is not None
    assert "schematic, not for surgical planning" in (title.text or "").lower()


@pytest.mark.parametrize("look", ["light", "dark", "grey", "page"])
def test_no_colour_of_a_response_is_on_the_map(look: str) -> None:
    drawn = draw(newest(two_courses()), look).upper()  # type: ignore[arg-type]
    for colour in (
        "#08306B",
        "#3182BD",
        "#A67C00",
        "#8E0F3C",
        "#BFE3F7",
        "#4A9BD9",
        "#E6B800",
        "#FF5C7A",
        "VAR(--PR",
        "VAR(--PD",
    ):
        assert colour not in drawn
    if look == "grey":
        colours = {drawn[at + 1 : at + 7] for at in range(len(drawn)) if drawn[at] == "#" and drawn[at + 1] != "L"}
        assert all(one[:2] == one[2:4] == one[4:6] for one in colours if len(one) == 6 and one.isalnum())


def test_what_a_record_says_cannot_become_markup() -> None:
    hostile = '<script>alert("x")</script>'
    patient = two({"L1": 30, "L2": 20})
    seen = tuple(replace(one, label=hostile) if one.label == "L1" else one for one in patient.exams[-1].observations)
    exams = tuple(replace(one, observations=seen) for one in patient.exams)
    lesions = (replace(patient.lesions[0], label=hostile), patient.lesions[1])
    found = derive_liver_map(replace(patient, exams=exams, lesions=lesions), None)
    assert found is not None
    for drawn in (draw(found, "light"), draw_scan(found, "page"), draw_liver("page")):
        assert "<script" not in drawn


def test_the_payload_of_a_scan_is_small() -> None:
    drawn = [draw_scan(one, "page") for one in derive_liver_maps(twelve_scans(), assess_record(twelve_scans()))]
    assert max(map(len, drawn)) < 4_000


@pytest.mark.parametrize("state", State)
def test_every_state_that_a_record_can_hold_leaves_a_line(state: State) -> None:
    seen = Observation(state, into="L1" if state is State.MERGED else None, reason="motion")
    found = derive_liver_map(with_observation(two({"L1": 30, "L2": 20}), "L2", observation=seen), None)
    assert found is not None
    assert len(found.rows) == 2
