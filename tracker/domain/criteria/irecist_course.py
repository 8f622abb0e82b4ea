"""iRECIST over a course: each time point against the baseline, the nadir, and the progression that waits for confirmation.

Source: Seymour 2017, Tables 2 and 3. What carries over from one time point to the next is one frozen ``_State``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.domain.assessment import Assessment, Rule, TimePointAssessment
from tracker.domain.carried import Row, derive_rows
from tracker.domain.criteria import irecist, recist11, recist11_reasons
from tracker.domain.criteria.irecist import NAME, SCALE, VERSION, Decision, OpenProgression, Parts
from tracker.domain.criteria.irecist_reasons import Grounds
from tracker.domain.criteria.recist11_course import SumsSoFar, baseline_row
from tracker.domain.endpoints import best_response
from tracker.domain.endpoints.best_response import Visit
from tracker.domain.findings import CourseFindings
from tracker.domain.lengths import Length
from tracker.domain.lesions import Lesion
from tracker.domain.non_targets import NonTarget, find_non_targets, missed_at_baseline, not_there, still_unseen
from tracker.domain.sums import TargetSum, compute_target_sum
from tracker.domain.targets import MOST_PER_ORGAN, MOST_TARGETS, organ_group
from tracker.domain.timeline import Timeline
from tracker.domain.treatment_lines import changes_of_treatment, start_of_course
from tracker.domain.vocabulary import LesionRole, Response, State

_TARGETS_CLASSIFIED = (Response.CR, Response.PR, Response.SD, Response.PD)


@dataclass(frozen=True, slots=True)
class _State:
    """What the settled time points before have established."""

    open: OpenProgression | None = None
    #: The date of the progression that was confirmed first.
    confirmed_from: date | None = None
    #: The lesions missed at the baseline that were known at the first iCR; None before one.
    missed_at_cr: frozenset[str] | None = None
    #: Non-targets that were not there at the baseline and were not seen since.
    unseen: frozenset[str] = frozenset()
    #: Whether a partial response goes on, and what that rests on where a confirmation is required.
    responded: bool = False
    visits: tuple[Visit, ...] = ()
    last_targets: Response | None = None
    known_new: frozenset[str] = frozenset()
    #: New lesions that were measured as targets, those followed apart, and their smallest sum since the last joined.
    measured_apart: frozenset[str] = frozenset()
    apart: tuple[str, ...] = ()
    apart_nadir: Length | None = None


def assess(timeline: Timeline) -> Assessment:
    """What iRECIST makes of a timeline."""
    rows = derive_rows(timeline)
    judged, state = _judge_rows(timeline, rows)
    settings, start = timeline.settings, start_of_course(timeline)
    progression_date = state.confirmed_from or (state.open.shown_on if state.open is not None else None)
    visits = best_response.visits_that_count(judged, progression_date, SCALE)
    has_targets = any(lesion.role is LesionRole.TARGET for lesion in timeline.lesions)
    best, confirmed, response_start = best_response.judge_course(
        visits, start, settings, has_targets=has_targets, scale=SCALE
    )
    return Assessment(
        id=timeline.id,
        criteria=NAME,
        criteria_version=VERSION,
        time_points=judged,
        best_overall_response=confirmed if settings.confirmation_required else best,
        confirmed_best_overall_response=confirmed,
        progression_date=progression_date,
        response_start_date=response_start,
        findings=CourseFindings(timeline, rows, measured_apart=frozenset(state.apart), judged=judged),
    )


def _judge_rows(timeline: Timeline, rows: Sequence[Row]) -> tuple[tuple[TimePointAssessment, ...], _State]:
    targets = timeline.with_role(LesionRole.TARGET)
    sums_so_far, state = SumsSoFar(), _State(unseen=not_there(timeline.lesions, rows[0]))
    sums = compute_target_sum(targets, rows[0].observations, rows[0].time_point)
    judged = [baseline_row(rows[0], sums)]
    sums_so_far.add(rows[0], sums)
    course = _Course(timeline, targets, sums_so_far)
    for row, changed in zip(rows[1:], changes_of_treatment(timeline, rows)[1:], strict=True):
        progressed = state.confirmed_from is not None
        result, after = course.judge(row, state)
        if row.firm is not None:
            firm, after = course.judge(row.firm, state)
            result = result.beside_firm(firm)
        judged.append(result._replace(after_progression=progressed, after_treatment_change=changed))
        sums_so_far.add(row, compute_target_sum(targets, row.observations, row.time_point))
        unseen = still_unseen(state.unseen, timeline.lesions, row.firm or row)
        state = replace(after if result.settled else state, unseen=unseen)
    return tuple(judged), state


@dataclass(frozen=True, slots=True)
class _Course:
    """What every time point of a course is judged against."""

    timeline: Timeline
    targets: Sequence[Lesion]
    sums_so_far: SumsSoFar

    def judge(self, row: Row, state: _State) -> tuple[TimePointAssessment, _State]:
        """One time point, and what is established after it should it be settled."""
        settings, reference = self.timeline.settings, self.sums_so_far.reference
        sums = compute_target_sum(self.targets, row.observations, row.time_point)
        held = settings.sticky_pr and state.responded
        since_cr = None if state.missed_at_cr is None else missed_at_baseline(row) - state.missed_at_cr
        target = recist11.judge_targets(sums, reference, after_overall_cr=since_cr is not None, pr_held=held)
        found = find_non_targets(self.timeline.lesions, row, state.unseen)
        non_target = recist11.judge_non_targets(found, row, since_cr)
        measured_apart = state.measured_apart | self._measured_apart(row)
        now = self._parts(row, sums, found, state, measured_apart)
        now = now._replace(
            targets=None if target is None else target.response,
            non_targets=None if non_target is None else non_target.response,
        )
        # A sum has its own nadir only as long as the same lesions make it.
        apart_nadir = state.apart_nadir if now.apart == state.apart else None
        open_ = state.open
        if open_ is not None:
            open_ = irecist.follow_open(open_, now, _gone(row, found))
            decision = irecist.judge_open(now, open_, settings.irecist_confirmation_days, apart_nadir)
        else:
            decision = irecist.judge_afresh(now, apart_nadir)
        strict = decision.response
        if target is recist11.TARGET_PR_CONTINUES and open_ is None:
            strict = irecist.judge_afresh(now._replace(targets=Response.SD), apart_nadir).response
        open_before = open_
        progressing: tuple[str, ...] = ()
        if non_target is not None and non_target.response is Response.PD:
            progressing = recist11.progressing_non_targets(found, since_cr)
        fresh = decision.response is Response.I_UPD and (open_ is None or decision.reset)
        shown_on = self._shown_on(row, now, decision, target, progressing) if fresh else row.last_date
        if fresh:
            open_ = irecist.open_progression(now, shown_on, state.last_targets)
        elif decision.reset:
            open_ = None
        parts = recist11_reasons.Grounds(
            row, found, since_cr, sums, reference, target, non_target, None, decision.response
        )
        result = TimePointAssessment(
            date=row.time_point.date, sum=sums.complete, sum_of_measured=sums.measured, nadir=reference.nadir,
            nadir_date=reference.nadir_date, baseline=reference.baseline, target_response=now.targets,
            non_target_response=now.non_targets, new_lesions=bool(now.new), overall_response=decision.response,
            why=Grounds(parts, now, decision, open_before, apart_nadir, settings.irecist_confirmation_days),
            strict_response=strict, progressing=progressing, shown_on=shown_on,
        )  # fmt: skip
        return result, self._after(state, row, now, decision, strict, open_, measured_apart)

    def _parts(
        self, row: Row, sums: TargetSum, found: dict[str, NonTarget], state: _State, measured_apart: frozenset[str]
    ) -> Parts:
        fresh = recist11.new_lesions_at(row)
        new = frozenset(one.label for one in fresh)
        apart = self._joined(state.apart, [one.label for one in fresh if not one.recurrence], measured_apart)
        members = [self.timeline.lesion(label) for label in apart]
        said = row.time_point.observations
        others = {
            label: seen for label, seen in said.items() if self.timeline.lesion(label).role is not LesionRole.TARGET
        }
        return Parts(
            on=row.time_point.date,
            for_symptom=row.time_point.for_symptom,
            targets=None,
            sums=sums,
            non_targets=None,
            worse=frozenset(label for label, stands in found.items() if stands is NonTarget.WORSE),
            new=new,
            first_new=new - state.known_new,
            apart=apart,
            apart_sums=compute_target_sum(members, row.observations, row.time_point),
            grown=frozenset(label for label, seen in others.items() if seen.grown),
            non_target_labels=frozenset(found),
            new_lesion_seen=any(label in said and said[label].state.shows_tumour for label in new),
            anything_seen=bool(said),
            markers_elevated=row.markers_elevated,
        )

    def _measured_apart(self, row: Row) -> frozenset[str]:
        """New lesions of this exam that were measured as new-lesion targets."""
        return frozenset(
            lesion.label
            for lesion in self.timeline.lesions
            if lesion.role is LesionRole.NEW
            and (seen := row.time_point.observations.get(lesion.label)) is not None
            and (seen.measured_as_target or lesion.measured_as_target)
            and (seen.diameter(node=lesion.is_node) is not None or seen.parts)
        )

    def _joined(self, apart: tuple[str, ...], fresh: Sequence[str], measured: frozenset[str]) -> tuple[str, ...]:
        """New-lesion targets: five at most and two an organ, in the order in which they appeared (Seymour 2017)."""
        organs = Counter(organ_group(self.timeline.lesion(label).organ) for label in apart)
        for lesion in self.timeline.lesions:
            organ = organ_group(lesion.organ)
            joins = lesion.label in fresh and lesion.label in measured and lesion.label not in apart
            if joins and len(apart) < MOST_TARGETS and organs[organ] < MOST_PER_ORGAN:
                apart = (*apart, lesion.label)
                organs[organ] += 1
        return apart

    def _shown_on(
        self, row: Row, now: Parts, decision: Decision, target: Rule | None, progressing: Sequence[str]
    ) -> date:
        """A first progression is dated to the earliest exam that shows it (RECIST 1.1, 4.3.5)."""
        dates = [new.shown_on for new in recist11.new_lesions_at(row) if new.label in now.first_new]
        dates += [row.date_of(label) for label in progressing]
        if target is not None and target.response is Response.PD:
            dates.append(self.sums_so_far.progression_shown_on(row, now.sums, target))
        if decision.apart_grew:
            dates += [row.date_of(label) for label in now.apart]
        return min(dates)

    def _after(
        self, state: _State, row: Row, now: Parts, decision: Decision, strict: Response,
        open_: OpenProgression | None, measured_apart: frozenset[str],
    ) -> _State:  # fmt: skip
        settings = self.timeline.settings
        visits = (
            (*state.visits, Visit(row.last_date, decision.response, strict)) if settings.confirmation_required else ()
        )
        responded = state.responded
        if decision.response in SCALE.progression:
            # A partial response is kept until progression is suspected; afterwards it has to be reached again.
            responded, visits = False, ()
        elif decision.response in SCALE.responding and not responded:
            responded = not settings.confirmation_required or best_response.confirms_an_earlier(visits, settings, SCALE)
        first_cr = strict is Response.I_CR and state.missed_at_cr is None
        confirmed = state.confirmed_from
        if decision.response is Response.I_CPD and open_ is not None:
            confirmed = confirmed or open_.shown_on
            open_ = open_._replace(confirmed=True)
        apart = now.apart_sums.complete
        nadir = state.apart_nadir if now.apart == state.apart else None
        if apart is not None and (nadir is None or apart < nadir):
            nadir = apart
        return _State(
            open=open_,
            confirmed_from=confirmed,
            missed_at_cr=missed_at_baseline(row) if first_cr else state.missed_at_cr,
            responded=responded,
            visits=visits,
            last_targets=now.targets if now.targets in _TARGETS_CLASSIFIED else state.last_targets,
            known_new=now.new,
            measured_apart=measured_apart,
            apart=now.apart,
            apart_nadir=nadir,
        )


def _gone(row: Row, found: Mapping[str, NonTarget]) -> frozenset[str]:
    """What is no longer there: lesions that are absent, non-targets that are gone (a node that is normal again)."""
    absent = (label for label, seen in row.observations.items() if seen.state is State.ABSENT)
    return frozenset((*absent, *(label for label, stands in found.items() if stands is NonTarget.GONE)))
