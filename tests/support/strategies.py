"""Random drafts that are right, for property tests."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from tests.support.databases import TODAY
from tracker.domain.drafts import ExamDraft, LesionDraft, PatientDraft
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import RecordedObservation, SiteFinding, StatedCount, VesselContact
from tracker.domain.tumour import PrimaryTumour, RoughDate
from tracker.domain.vocabulary import (
    Appearance,
    BackgroundSign,
    Certainty,
    CountKind,
    Enhancement,
    Modality,
    Precision,
    Primary,
    Provenance,
    ReportStatus,
    Segment,
    Sex,
    Site,
    SiteStatement,
    State,
    Statement,
    Vessel,
    VesselRelation,
)

FIRST = date(1990, 1, 1)
_lines = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30)
#: One line as a service keeps it: composed, printable, without white space around.
lines = _lines.map(lambda text: " ".join(text.split())).filter(
    lambda text: text != "" and text.isprintable() and text == unicodedata.normalize("NFC", text)
)
maybe_lines = st.none() | lines
pages = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=80).filter(str.strip)
lengths = st.integers(1_000, 300_000).map(Length)
days = st.dates(FIRST, TODAY)


def decimals(least: int, most: int) -> st.SearchStrategy[Decimal | None]:
    """An exact decimal, or none."""
    return st.none() | st.decimals(least, most, places=3, allow_nan=False, allow_infinity=False)


counts = st.none() | st.one_of(
    st.builds(StatedCount, st.sampled_from([CountKind.EXACT, CountKind.AT_LEAST]), st.integers(0, 99)),
    st.builds(StatedCount, st.sampled_from([CountKind.MULTIPLE, CountKind.INNUMERABLE])),
)


@st.composite
def patient_drafts(draw: st.DrawFn, identifier: str) -> PatientDraft:
    """A patient under that identifier, whose dates can all be true together."""
    birth_year = draw(st.none() | st.integers(1920, 2020))
    died_on = draw(st.none() | st.dates(date(2021, 1, 1), TODAY))
    alive = st.dates(date(max(birth_year or 1990, 1990), 1, 1), died_on or TODAY)
    rough = st.none() | st.builds(RoughDate, alive, st.sampled_from(Precision))
    diagnosed = draw(rough)
    later = st.none() if diagnosed is None else st.builds(RoughDate, st.dates(diagnosed.day, died_on or TODAY))
    resected = draw(later)
    biomarkers = draw(st.dictionaries(lines, lines, max_size=3))
    ecog = draw(st.none() | st.integers(0, 4))
    return PatientDraft(
        identifier,
        authority=draw(maybe_lines),
        name=draw(maybe_lines),
        birth_year=birth_year,
        sex=draw(st.sampled_from(Sex)),
        primary=draw(st.sampled_from(Primary)),
        primary_detail=draw(maybe_lines),
        biomarkers=biomarkers,
        ecog=ecog,
        synthetic=draw(st.booleans()),
        tumour=PrimaryTumour(
            histology=draw(maybe_lines),
            t_stage=draw(st.sampled_from([None, "pT3", "cT2a", "ypT0", "Tis", "TX"])),
            n_stage=draw(st.sampled_from([None, "pN1b", "cN0", "NX", "pN0(i+)"])),
            in_place=draw(st.sampled_from([None, False] if resected else [None, False, True])),
            diagnosed_on=diagnosed,
            resected_on=resected,
        ),
        metastases_on=draw(rough),
        asa=draw(st.none() | st.integers(1, 5)),
        comorbidity=draw(maybe_lines),
        ecog_on=None if ecog is None else draw(st.none() | days),
        biomarkers_on={name: draw(days) for name in biomarkers if draw(st.booleans())},
        died_on=died_on,
        last_alive_on=draw(st.none() | st.dates(FIRST, died_on or TODAY)),
    )


@st.composite
def observations(draw: st.DrawFn, label: str, others: list[str], performed_on: date, *, pet: bool) -> Observation:
    """What an exam of that date says of a lesion; it may have merged into one of the others."""
    states = [state for state in State if state is not State.MERGED or others]
    state = draw(st.sampled_from(states))
    sizeless = state in (State.ABSENT, State.NOT_EVALUABLE, State.NOT_MENTIONED, State.MERGED)
    longest = None if sizeless else draw(lengths if state is State.MEASURED else st.none() | lengths)
    short = None
    if longest is not None:
        short = draw(st.none() | st.integers(1_000, longest.um).map(Length))
    before = st.none() | st.dates(FIRST, performed_on)
    uptake = decimals(0, 900) if pet else st.none()
    return Observation(
        state,
        longest=longest,
        short=short,
        into=draw(st.sampled_from(others)) if state is State.MERGED else None,
        parts=tuple(draw(st.lists(lengths, min_size=2, max_size=4))) if state is State.SPLIT else (),
        by=draw(maybe_lines),
        treated_on=draw(before),
        reason=draw(lines if state is State.NOT_EVALUABLE else maybe_lines),
        certainty=draw(
            st.sampled_from(Certainty) if state is State.RECURRENCE else st.none() | st.sampled_from(Certainty)
        ),
        grown=draw(st.booleans()),
        provisional=draw(st.booleans()),
        first_seen=draw(before),
        measured_as_target=draw(st.booleans()),
        sul_peak=draw(uptake),
        suv_max=draw(uptake),
        tlg=draw(uptake),
        mtv_ml=draw(uptake),
        attenuation_hu=draw(decimals(-900, 3000)),
    )


@st.composite
def lesion_drafts(draw: st.DrawFn, label: str, performed_on: date) -> LesionDraft:
    """A lesion seen for the first time on an exam of that date."""
    organ = draw(st.sampled_from(["liver", "lymph node", "lung", "bone"]))
    segments = draw(st.lists(st.sampled_from(Segment), unique=True, max_size=3)) if organ == "liver" else []
    return LesionDraft(
        label,
        organ=organ,
        segments=tuple(segments),
        appearance=draw(st.none() | st.sampled_from(Appearance)),
        first_seen=draw(st.none() | st.dates(FIRST, performed_on)),
    )


@st.composite
def looks(draw: st.DrawFn, state: State) -> dict[str, object]:
    """How a lesion looks on an exam that shows it, and the vessels near it."""
    if state in (State.ABSENT, State.NOT_EVALUABLE, State.NOT_MENTIONED, State.MERGED):
        return {}
    distances = {
        VesselRelation.CLEAR: st.none() | st.integers(10_001, 300_000).map(Length),
        VesselRelation.WITHIN_10_MM: st.none() | st.integers(0, 10_000).map(Length),
    }
    vessels = []
    for vessel in draw(st.lists(st.sampled_from(Vessel), unique=True, max_size=2)):
        relation = draw(st.sampled_from(VesselRelation))
        vessels.append(VesselContact(vessel, relation, draw(distances.get(relation, st.none()))))
    return {
        "appearance": draw(st.none() | st.sampled_from(Appearance)),
        "enhancement": draw(st.none() | st.sampled_from(Enhancement)),
        "vessels": tuple(vessels),
    }


@st.composite
def site_findings(draw: st.DrawFn) -> SiteFinding:
    """What an exam says of one site outside the liver."""
    said = draw(st.sampled_from(SiteStatement))
    if said is not SiteStatement.YES:
        return SiteFinding(said)
    count = draw(counts.filter(lambda one: one is None or one.value != 0))
    return SiteFinding(said, count, draw(st.none() | lengths))


@st.composite
def spans(draw: st.DrawFn, text: str) -> tuple[int | None, int | None]:
    """A span of a report, or none."""
    if not text or draw(st.booleans()):
        return None, None
    start = draw(st.integers(0, len(text) - 1))
    return start, draw(st.integers(start + 1, len(text)))


@st.composite
def exam_drafts(draw: st.DrawFn) -> ExamDraft:
    """An exam of a patient who has no lesion yet: every lesion it mentions is new."""
    performed_on = draw(days)
    modality = draw(st.sampled_from(Modality))
    labels = draw(st.lists(st.integers(1, 40).map("L{}".format), unique=True, max_size=5))
    recorded: list[RecordedObservation] = []
    carriers: list[str] = []
    report = draw(pages)
    for label in reversed(labels):
        # Into a lesion further down that is there, so that none are merged in a circle or into nothing.
        seen = draw(observations(label, list(carriers), performed_on, pet=modality.has_pet))
        if seen.state is not State.ABSENT:
            carriers.append(label)
        span = draw(spans(report or ""))
        recorded.append(
            RecordedObservation(
                label,
                seen,
                provenance=draw(st.sampled_from(Provenance)),
                source_text=draw(maybe_lines),
                qualifier=draw(st.sampled_from([None, "<", ">=", "approx"])) if seen.has_size else None,
                comment=draw(maybe_lines),
                source_start=span[0],
                source_end=span[1],
                **draw(looks(seen.state)),
            )
        )
    return ExamDraft(
        performed_on,
        modality,
        authority=draw(maybe_lines),
        accession=draw(st.none() | st.uuids().map(str)),
        ordinal=draw(st.integers(1, 5)),
        reported_on=draw(st.none() | st.dates(performed_on, TODAY)),
        phase=draw(maybe_lines),
        slice_thickness=draw(st.none() | st.integers(1, 50_000).map(Length)),
        status=draw(st.sampled_from(ReportStatus)),
        liver_count=draw(counts),
        statements=draw(st.dictionaries(lines, st.sampled_from(Statement), max_size=3)),
        remark=draw(maybe_lines),
        report_text=report,
        reported_response=draw(maybe_lines),
        uptake_minutes=draw(st.none() | st.integers(1, 600)),
        observations=tuple(recorded),
        lesions=tuple(draw(lesion_drafts(label, performed_on)) for label in labels),
        background=draw(st.dictionaries(st.sampled_from(BackgroundSign), st.sampled_from(Statement), max_size=3)),
        extrahepatic=draw(st.dictionaries(st.sampled_from(Site), site_findings(), max_size=3)),
    )
