"""The charts of a cohort: from its rows to the four pictures, one patient looked at in all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from tracker.domain.endpoints.course_path import read_path
from tracker.pictures.cohort_courses import CohortCourse
from tracker.pictures.cohort_spider import Spider, derive_spider
from tracker.pictures.cohort_survival import Event, Survival, derive_survival
from tracker.pictures.cohort_swimmer import Swimmer, derive_swimmer
from tracker.pictures.waterfall import BestChange, Waterfall, derive_waterfall
from tracker.services.cohort import Cohort


@dataclass(frozen=True, slots=True)
class CohortPictures:
    """The four charts of one selection."""

    waterfall: Waterfall
    spider: Spider
    swimmer: Swimmer
    survival: Survival


@dataclass(frozen=True)
class CohortCourses:
    """The courses of a cohort, ready to be drawn; reading their paths is what takes time, and is done once."""

    cohort: Cohort

    @cached_property
    def courses(self) -> tuple[CohortCourse, ...]:
        """One a row. A patient with several courses among them has the number of each in its name."""
        of_patient = Counter(row.patient_id for row in self.cohort.rows)
        return tuple(
            CohortCourse(
                row.patient_id,
                row.identifier if of_patient[row.patient_id] == 1 else f"{row.identifier}, course {row.course}",
                read_path(row.path),
            )
            for row in self.cohort.rows
        )

    @cached_property
    def changes(self) -> tuple[BestChange, ...]:
        """What the waterfall needs of each row."""
        return tuple(
            BestChange(row.patient_id, row.identifier, row.course, row.best_change, row.best_response)
            for row in self.cohort.rows
        )

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The events a curve can be drawn of: survival only where deaths or days alive are recorded."""
        paths = [course.path for course in self.courses]
        found = [Event.PROGRESSION]
        if any(path.death.event for path in paths):
            found.append(Event.PROGRESSION_OR_DEATH)
        if any(path.is_vital_status_known for path in paths):
            found.append(Event.DEATH)
        return tuple(found)

    @cached_property
    def walk(self) -> tuple[int, ...]:
        """The patients in the order in which the keys walk: as their bars stand, then those without a bar."""
        changed = sorted(
            (-one.change, one.identifier, one.course, one.patient_id) for one in self.changes if one.change is not None
        )
        everyone = [*(patient for *_, patient in changed), *(row.patient_id for row in self.cohort.rows)]
        return tuple(dict.fromkeys(everyone))

    @cached_property
    def names(self) -> dict[int, str]:
        """The identifier of each patient, by key."""
        return {row.patient_id: row.identifier for row in self.cohort.rows}

    def draw(self, event: Event = Event.PROGRESSION, focused: int | None = None) -> CohortPictures:
        """The four pictures by the one criterion of the cohort."""
        criterion = self.cohort.criterion
        return CohortPictures(
            derive_waterfall(self.changes, criterion, focused),
            derive_spider(self.courses, criterion, focused),
            derive_swimmer(self.courses, criterion, focused),
            derive_survival(self.courses, event, focused),
        )
