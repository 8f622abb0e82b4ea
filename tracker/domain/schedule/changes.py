"""What changed of a patient since the meeting that saw them last: scans, corrections, the response, confirmations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.schedule.followed import Confirmed, Followed, SeenExam
from tracker.domain.vocabulary import Modality, Response


@dataclass(frozen=True, slots=True)
class Reference:
    """The meeting against which changes are told: the patient's own newest decision, or the newest meeting held."""

    day: date
    #: What was entered after this moment was not seen then.
    moment: datetime
    #: Whether this patient was decided on there.
    is_own: bool
    #: The computed response that was seen there, where the patient was decided on.
    response: Response | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """The newest version of a scan that was corrected or withdrawn, and when."""

    exam_id: int
    performed_on: date
    modality: Modality
    at: datetime
    withdrawn: bool = False
    entered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new since ``reference``; false where nothing is."""

    reference: Reference
    entered: tuple[SeenExam, ...] = ()
    corrected: tuple[Corrected, ...] = ()
    withdrawn: tuple[Corrected, ...] = ()
    response_then: Response | None = None
    response_now: Response | None = None
    confirmed: tuple[Confirmed, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.entered or self.corrected or self.withdrawn or self.confirmed or self.category_changed)

    @property
    def category_changed(self) -> bool:
        """Whether another response is computed now than the meeting saw; only where it saw one."""
        then, now = self.response_then, self.response_now
        return then is not None and now is not None and then is not now

    @property
    def said(self) -> tuple[str, ...]:
        """Each change in a few words, the weightiest first."""
        return tuple(self._say())

    def _say(self) -> Iterator[str]:
        if self.category_changed:
            yield f"{self.response_then} then, {self.response_now} now"
        for number, one, many in (
            (len(self.entered), "new scan", "new scans"),
            (len(self.corrected), "correction", "corrections"),
            (len(self.withdrawn), "scan withdrawn", "scans withdrawn"),
        ):
            if number:
                yield f"{number} {one if number == 1 else many}"
        if self.confirmed:
            yield f"{self.confirmed[-1].response} confirmed"


def derive_changes(followed: Followed, reference: Reference | None, corrected: Iterable[Corrected]) -> Changes | None:
    """What is new of a patient since ``reference``; None where no meeting was held yet.

    ``corrected`` are the patient's corrected and withdrawn scans.
    """
    if reference is None:
        return None
    moment = reference.moment
    # Whom the meeting did not decide on has no version that was seen: there, what was made after the meeting is new.
    made_after = date.min if reference.is_own else reference.day
    entered = tuple(
        exam for exam in followed.exams if _is_after(exam.entered_at, moment) and exam.performed_on > made_after
    )
    # What was entered and corrected (or withdrawn) since is new, or was never seen.
    later = [one for one in corrected if one.at > moment and not _is_after(one.entered_at, moment)]
    return Changes(
        reference=reference,
        entered=entered,
        corrected=tuple(one for one in later if not one.withdrawn),
        withdrawn=tuple(one for one in later if one.withdrawn),
        response_then=reference.response,
        response_now=followed.response,
        confirmed=tuple(one for one in followed.confirmed if one.at > moment and one.time_point_on > made_after),
    )


def _is_after(at: datetime | None, moment: datetime) -> bool:
    return at is not None and at > moment
