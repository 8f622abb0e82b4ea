"""The facts that the COLLISION trial asked before it let resection and ablation compete: a checklist, and no verdict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from tracker.domain.record import Exam, PatientRecord
from tracker.domain.scores.model import Fact, Item, Published, Score
from tracker.domain.scores.reference import Reference, is_of_liver, newest_reference
from tracker.domain.vocabulary import LIVER, BackgroundSign, Site, SiteStatement, Statement, TreatmentKind
from tracker.domain.wording import format_date, join_words

COLLISION = Published(
    name="Facts of the COLLISION trial",
    source="Puijk RS, et al. BMC Cancer 2018;18:821, table 1",
    population=(
        "The trial compared ablation with resection of colorectal liver metastases of at most 3 cm; 300 people, "
        "adults fit for both (Lancet Oncol 2025;26:187-199)."
    ),
    caveat=(
        "Facts to discuss, not a verdict: the trial also asked that surgeons and radiologists judged each lesion fit for both. "
        "A fact that is not met rules nothing out."
    ),
)
_MOST_LESIONS, _SMALL_UM, _MOST_ECOG, _MOST_ASA = 10, 30_000, 2, 3
_MOST_INR = Decimal("1.5")
_INR_DAYS = 92
_WEEKS = timedelta(weeks=6)
_WHOLE_BODY = (
    TreatmentKind.SYSTEMIC, TreatmentKind.TARGETED, TreatmentKind.IMMUNOTHERAPY, TreatmentKind.MAINTENANCE,
)  # fmt: skip
_LOCAL = (
    TreatmentKind.RESECTION, TreatmentKind.ABLATION, TreatmentKind.TACE, TreatmentKind.SIRT, TreatmentKind.HAI,
    TreatmentKind.RADIOTHERAPY,
)  # fmt: skip
#: Sites that have to be stated free before "no disease outside the liver" is a fact.
_SITES = (Site.LUNG, Site.LYMPH_NODES, Site.PERITONEUM, Site.BONE)


def list_collision(record: PatientRecord, today: date) -> Score | None:
    """Each fact as met, not met, not recorded, or for the team; None as for every score here."""
    reference = newest_reference(record)
    if reference is None:
        return None
    patient, entry = record.patient, reference.entry
    more = reference.has_more_than(_MOST_LESIONS)
    items = (
        Item("at most 10 metastases", Fact.of(None if more is None else not more), f"{entry.count} seen"),
        _small(reference),
        _elsewhere(record, reference.exam),
        Item("ECOG 0 to 2", _up_to(patient.ecog, _MOST_ECOG), _say(patient.ecog, "ECOG")),
        Item("ASA 1 to 3", _up_to(patient.asa, _MOST_ASA), _say(patient.asa, "ASA")),
        _untreated(record),
        _off_treatment(record, today),
        _inr(record, today),
        _no_portal_hypertension(reference.exam),
        _remnant(record),
    )
    counts = [(fact, sum(item.fact is fact for item in items)) for fact in Fact]
    value = " · ".join(f"{number} {fact}" for fact, number in counts if number)
    return Score(COLLISION, items, str(reference), value)


def _up_to(value: int | None, most: int) -> Fact:
    return Fact.of(None if value is None else value <= most)


def _say(value: int | None, name: str) -> str:
    return "not recorded" if value is None else f"{name} {value}"


def _small(reference: Reference) -> Item:
    """One lesion of at most 3 cm is enough; of none only where every size is known."""
    there = reference.entry.there
    small = [line for line in there if line.size is not None and (line.size.highest or _SMALL_UM + 1) <= _SMALL_UM]
    all_large = (
        bool(there)
        and len(there) == reference.number
        and all(line.size is not None and line.size.lowest > _SMALL_UM for line in there)
    )
    answer = True if small else False if all_large else None
    behind = join_words([f"{line.label} {line.size}" for line in small]) if small else "none known"
    return Item("at least one metastasis of at most 3 cm", Fact.of(answer), behind)


def _elsewhere(record: PatientRecord, exam: Exam) -> Item:
    asked = "no disease outside the liver"
    shown = [
        lesion.place
        for lesion in record.lesions
        if lesion.organ != LIVER
        and (seen := exam.observation(lesion.label)) is not None
        and seen.observation.state.shows_tumour
    ]
    stated = [str(site) for site, finding in exam.extrahepatic.items() if finding.said is SiteStatement.YES]
    if found := list(dict.fromkeys((*stated, *shown))):
        return Item(asked, Fact.NOT_MET, join_words(found))
    open_sites = [
        str(site)
        for site in _SITES
        if site not in exam.extrahepatic or exam.extrahepatic[site].said is not SiteStatement.NONE
    ]
    if open_sites:
        return Item(asked, Fact.NOT_RECORDED, f"not stated of {join_words(open_sites)}")
    return Item(asked, Fact.MET, f"none at {join_words([str(site) for site in _SITES])}")


def _untreated(record: PatientRecord) -> Item:
    """By the treatments of the record; one of these kinds that names no lesion may have been of the liver."""
    asked = "no local treatment of liver metastases before"
    done = [one for one in record.treatments if not one.planned and one.kind in _LOCAL]
    if of_liver := [one for one in done if is_of_liver(record, one, *_LOCAL)]:
        return Item(asked, Fact.NOT_MET, _names([(one.name, one.start) for one in of_liver]))
    if unsaid := [one for one in done if not one.lesions]:
        return Item(asked, Fact.NOT_RECORDED, f"{_names([(one.name, one.start) for one in unsaid])}: lesions not named")
    return Item(asked, Fact.MET, "none in the record")


def _off_treatment(record: PatientRecord, today: date) -> Item:
    running = [
        one
        for one in record.treatments
        if one.kind in _WHOLE_BODY
        and not one.planned
        and one.start <= today
        and (one.stop is None or one.stop >= today - _WEEKS)
    ]
    behind = join_words([one.name for one in running]) if running else "none in the record"
    return Item("no chemotherapy or immunotherapy in the last 6 weeks", Fact.of(not running), behind)


def _inr(record: PatientRecord, today: date) -> Item:
    asked = "INR at most 1.5 without anticoagulants"
    taken = [one for one in record.markers if one.name == "INR" and one.taken_on >= today - timedelta(days=_INR_DAYS)]
    if not taken:
        return Item(asked, Fact.NOT_RECORDED, "no INR of the last three months")
    last = max(taken, key=lambda one: (one.taken_on, one.id))
    said = f"INR {last.value:f}, {format_date(last.taken_on, year=True)}; anticoagulants are not recorded"
    return Item(asked, Fact.MET if last.value <= _MOST_INR else Fact.TO_JUDGE, said)


def _no_portal_hypertension(exam: Exam) -> Item:
    asked = "no ascites and no large spleen"
    said = [exam.background.get(sign) for sign in (BackgroundSign.ASCITES, BackgroundSign.SPLENOMEGALY)]
    if Statement.YES in said:
        signs = [
            str(sign)
            for sign in (BackgroundSign.ASCITES, BackgroundSign.SPLENOMEGALY)
            if exam.background.get(sign) is Statement.YES
        ]
        return Item(asked, Fact.NOT_MET, join_words(signs))
    return Item(asked, Fact.of(True if said == [Statement.NONE] * 2 else None), "as the newest scan states")


def _remnant(record: PatientRecord) -> Item:
    asked = "enough liver would remain"
    if not record.volumes:
        return Item(asked, Fact.NOT_RECORDED, "no volume recorded")
    newest = max(record.volumes, key=lambda one: (one.measured_on, one.id))
    percent = newest.remnant_percent
    size = f"{newest.remnant_ml:f} mL" if percent is None else f"{percent} %"
    return Item(asked, Fact.TO_JUDGE, f"{size}, {format_date(newest.measured_on, year=True)}")


def _names(treatments: Sequence[tuple[str, date]]) -> str:
    return join_words([f"{name} ({format_date(on, year=True)})" for name, on in treatments])
