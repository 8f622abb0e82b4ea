"""Triggers that look at what is said of single lesions."""

from __future__ import annotations

from datetime import date

from tracker.domain.lengths import format_mm
from tracker.domain.lesions import Observation
from tracker.domain.vocabulary import Appearance, Certainty, CountKind, LesionRole, Segment, State, TreatmentKind
from tracker.domain.wording import join_words
from tracker.education.case import SEEN, Because, Case, CourseRow, because, say_count
from tracker.education.triggers.technique import scanner_type_changed
from tracker.education.triggers.treatment import new_spot_after_oxaliplatin

_LEFT = {Segment.II, Segment.III, Segment.IV, Segment.IVA, Segment.IVB}
_RIGHT = {Segment.V, Segment.VI, Segment.VII, Segment.VIII}


def lesion_no_longer_seen(case: Case) -> Because | None:
    """A liver lesion that once had a size was looked for and not seen when it was last spoken of.

    Source: RECIST 1.1, 4.3 (absent); Benoist 2006 and later reviews on what that means.
    """
    sized = {seen.label for exam in case.exams for seen in exam.observations if seen.observation.has_size}
    gone = {
        label: since
        for label, (since, seen) in case.latest_observations().items()
        if seen.state is State.ABSENT and label in sized and case.is_in_liver(label)
    }
    if not gone:
        return None
    days = sorted(set(gone.values()))
    named = [
        f"{join_words(sorted(label for label in gone if gone[label] == day))} (since {case.say(day)})" for day in days
    ]
    facts = ", ".join(f"{label} {day}" for label, day in sorted(gone.items()))
    looked_for = [
        exam.performed_on
        for exam in case.exams
        for label in gone
        if exam.observation(label) and exam.modality.enters_sum
    ]
    return because(f"not seen: {join_words(named)}", max(looked_for), facts)


def lesion_seen_again(case: Case) -> Because | None:
    """A lesion of the plan that was absent at an earlier scan of the course is seen on the newest one, the freshest first.

    Source: EORTC questions and answers on RECIST 1.1 (reappearance).
    """
    last = case.last
    if last is None:
        return None
    back: dict[tuple[date, date], list[str]] = {}
    for lesion in case.lesions:
        if lesion.role is LesionRole.NEW or not last.shows(lesion.label):
            continue
        gone = next((at for at in reversed(range(len(case.rows))) if _is_absent(case.rows[at], lesion.label)), None)
        if gone is not None:
            again = next(row.date for row in case.rows[gone + 1 :] if row.shows(lesion.label))
            back.setdefault((again, case.rows[gone].date), []).append(lesion.label)
    said = [
        f"{join_words(labels)} seen {'on' if again == last.date else 'again since'} {case.say(again)}, not seen on {case.say(gone_on)}"
        for (again, gone_on), labels in sorted(back.items(), reverse=True)
    ]
    return because(", and ".join(said), max(again for again, _ in back)) if said else None


def _is_absent(row: CourseRow, label: str) -> bool:
    return row.state(label) is State.ABSENT


def too_small_to_measure(case: Case) -> Because | None:
    """The newest scan calls a lesion too small to measure and gives no number. A number given, even 3 mm, stays itself.

    Source: RECIST 1.1, 4.3.2.
    """
    row = case.rows[-1] if case.rows else None
    if row is None:
        return None
    small = [
        label
        for label, seen in row.seen.time_point.observations.items()
        if seen.state is State.TOO_SMALL and not seen.has_size
    ]
    if not small:
        return None
    verb = "was" if len(small) == 1 else "were"
    return because(f"{join_words(small)} {verb} too small to measure on {case.say(row.date)}", row.date)


def joined_or_split(case: Case) -> Because | None:
    """A scan of the course says that lesions have joined or that one has split; each is dated to the scan that said so first.

    Source: RECIST 1.1, 4.3.2.
    """
    first: dict[str, date] = {}
    told: dict[str, str] = {}
    for row in case.rows:
        for label, seen in row.seen.time_point.observations.items():
            if (sentence := _joined_or_split(label, seen)) is not None:
                first.setdefault(label, row.date)
                told[label] = sentence
    if not told:
        return None
    said = [f"{told[label]} on {case.say(on)}" for label, on in sorted(first.items(), key=lambda item: item[1])]
    return because(join_words(said), max(first.values()))


def _joined_or_split(label: str, seen: Observation) -> str | None:
    if seen.state is State.MERGED:
        return f"{label} joined {seen.into}"
    if seen.state is State.SPLIT:
        return f"{label} split into {join_words([format_mm(part.um) for part in seen.parts])} mm"
    return None


def count_in_words(case: Case) -> Because | None:
    """The newest count of liver lesions is "innumerable", or the one before it was: a number after it is no decrease.

    Source: RECIST 1.1 on non-target disease; a count in words is no measurement.
    """
    counted = [(exam, exam.liver_count) for exam in case.exams if exam.liver_count is not None]
    if not any(count.kind is CountKind.INNUMERABLE for _, count in counted[-2:]):
        return None
    newest, count = counted[-1]
    in_words = sum(stated.kind is CountKind.INNUMERABLE for _, stated in counted)
    reports = f"{in_words} of {say_count(len(counted), 'count')} “{CountKind.INNUMERABLE}”"
    return because(f"the count of {case.say(newest.performed_on)} is “{count}” ({reports})", newest.performed_on)


def lesions_in_both_halves(case: Case) -> Because | None:
    """Lesions that are seen now lie in both halves of the liver (II to IV left, V to VIII right, I in neither), or a
    resection is considered: one is planned, or what it would leave was measured.

    Source: Couinaud's segments; published series on the future liver remnant (PMC6422720).
    """
    latest = case.latest_observations()
    seen = [lesion for lesion in case.liver_lesions if lesion.label in latest and latest[lesion.label][1].state in SEEN]
    left = [lesion.label for lesion in seen if _LEFT.intersection(lesion.segments)]
    right = [lesion.label for lesion in seen if _RIGHT.intersection(lesion.segments)]
    if case.last_exam is not None and left and right:
        return because(f"right half {join_words(right)}, left half {join_words(left)}", case.last_exam.performed_on)
    return _resection_considered(case)


def _resection_considered(case: Case) -> Because | None:
    if case.record.volumes:
        measured = max(case.record.volumes, key=lambda volume: (volume.measured_on, volume.id))
        of = f" for {measured.resection}" if measured.resection else ""
        return because(f"the remnant{of} was measured on {case.say(measured.measured_on)}", measured.measured_on)
    planned = [one for one in case.record.treatments if one.kind is TreatmentKind.RESECTION and one.planned]
    if not planned:
        return None
    newest = max(planned, key=lambda treatment: (treatment.start, treatment.id))
    return because(f"{newest.name} is planned for {case.say(newest.start)}", newest.start)


def calcified_lesion(case: Case) -> Because | None:
    """A liver lesion that is seen now was last described as calcified.

    Source: CJR 2002; Radiopaedia 55745.
    """
    latest = case.latest_observations()
    calcified = [
        lesion.label
        for lesion in case.liver_lesions
        if case.looks(lesion.label, case.today) is Appearance.CALCIFIED
        and lesion.label in latest
        and latest[lesion.label][1].state in SEEN
    ]
    if not calcified or not case.exams:
        return None
    verb = "is" if len(calcified) == 1 else "are"
    said_on = min(_first_said(case, label, Appearance.CALCIFIED) for label in calcified)
    return because(f"{join_words(calcified)} {verb} recorded as calcified", said_on)


def _first_said(case: Case, label: str, look: Appearance) -> date:
    """The exam since which a lesion is described so: its first one where no exam says it."""
    said = [exam.performed_on for exam in case.exams if (seen := exam.observation(label)) and seen.appearance is look]
    return min(said, default=case.exams[0].performed_on)


def node_followed(case: Case) -> Because | None:
    """A lymph node is a target or non-target of the current course.

    Source: RECIST 1.1, 3.1.1 and 4.3.
    """
    nodes = [lesion.label for lesion in case.lesions if lesion.is_node and lesion.role is not LesionRole.NEW]
    if not nodes or not case.rows:
        return None
    verb = "is a lymph node" if len(nodes) == 1 else "are lymph nodes"
    return because(f"{join_words(nodes)} {verb} followed in this course", case.rows[0].date)


def equivocal_new_lesion(case: Case) -> Because | None:
    """The newest scan leaves a new lesion, or tumour at a treated site, uncertain.

    Source: RECIST 1.1, 4.3.5. Where a closer note explains the spot (another machine, oxaliplatin), that one is shown.
    """
    last = case.last
    if last is None or scanner_type_changed(case) is not None or new_spot_after_oxaliplatin(case) is not None:
        return None
    open_ones = [new for new in case.new_disease(last) if new.certainty is Certainty.EQUIVOCAL]
    if not open_ones:
        return None
    days = sorted({new.shown_on for new in open_ones})
    named = [
        f"{join_words([new.label for new in open_ones if new.shown_on == day])} (first shown on {case.say(day)})"
        for day in days
    ]
    verb = "is" if len(open_ones) == 1 else "are"
    return because(f"{join_words(named)} {verb} not certain to be new", last.date)


def non_target_progression(case: Case) -> Because | None:
    """The newest scan states unequivocal progression of a non-target.

    Source: RECIST 1.1, 4.3.4; a size never makes it.
    """
    last = case.last
    if last is None:
        return None
    worse = [label for label, seen in last.observations.items() if seen.state is State.UNEQUIVOCAL_PROGRESSION]
    if not worse:
        return None
    return because(f"unequivocal progression of {join_words(worse)} stated on {case.say(last.date)}", last.date)
