"""Planted cases that show the page at its fullest and at its emptiest: two courses, twelve scans, one scan, a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from tracker.demo.cases.table import (
    Row,
    cea,
    course_draft,
    draft_table,
    non_target,
    person,
    roles_of,
    scan_dates,
    target,
)
from tracker.demo.drafting import working_day
from tracker.demo.facts import Around, signs, with_history
from tracker.demo.shapes import SyntheticConfirmation, SyntheticCourse, SyntheticPatient, SyntheticQuestion
from tracker.domain.drafts import ExamDraft, TreatmentDraft
from tracker.domain.record import VesselContact
from tracker.domain.vocabulary import (
    BackgroundSign,
    Enhancement,
    LesionRole,
    Primary,
    Response,
    Sex,
    TreatmentKind,
    Vessel,
    VesselRelation,
)
from tracker.domain.wording import format_date


def two_courses(number: int, today: date) -> SyntheticPatient:
    """Course 1 ends in PD against its nadir; after an ablation course 2 starts from its own baseline. N06, N11, N15."""
    dates = scan_dates(today, last=10, weeks=(9, 9, 10, 9, 9, 12, 11.5))
    ablated_on = dates[4] + timedelta(days=20)
    rows = (
        target("L1", "VIII", "58 45 36 27 36 40 34 36"),
        target("L2", "VI", "44 34 26 19 23 25 22 24"),
        Row("L3", "IVb", LesionRole.NON_TARGET, "21 18 15 14 19 t34 t27 t22", None, "microwave ablation", ablated_on),
        non_target("L4", "II", "11 8 ts a a a a a"),
        non_target("L5", "III", "17 15 13 12 12 13 12 12"),
        Row("L6", "V", LesionRole.NEW, "- - - - - - - 8?"),
        non_target("X1", "lung", "6 6 6 6 6 6 6 ne:not_imaged"),
    )
    exams = draft_table(
        dates, "CT CT CT CT CT CT CT MR", rows,
        remarks={7: "Small focus in segment V, not clearly seen on the earlier CT. Lung not imaged."},
        reported={1: "stable", 2: "smaller", 3: "smaller", 4: "larger", 6: "smaller", 7: "unchanged, one question"},
        around=Around(
            background={7: signs(absent=(BackgroundSign.STEATOSIS, BackgroundSign.NODULAR_CONTOUR))},
            enhances={(0, "L1"): Enhancement.RIM, (0, "L2"): Enhancement.HYPOVASCULAR},
            vessels={(7, "L1"): (VesselContact(Vessel.RIGHT_HEPATIC_VEIN, VesselRelation.ABUTS),)},
        ),
    )  # fmt: skip
    pet = _pet_scans((dates[0] + timedelta(days=8), dates[4] + timedelta(days=4), dates[6] + timedelta(days=51)))
    chemo = TreatmentKind.SYSTEMIC
    first = course_draft(
        "FOLFIRI + bevacizumab", chemo, exams[0], roles_of(rows), begins=11,
        lasts=(dates[4] - dates[0]).days - 5, cycles=18,
    )  # fmt: skip
    roles = {label: role for label, role in roles_of(rows).items() if label != "L4"}
    second = course_draft("mFOLFOX6 + bevacizumab", chemo, exams[5], roles, begins=7, cycles=12)
    ablation = TreatmentDraft(
        "microwave ablation of L3", TreatmentKind.ABLATION, ablated_on, ablated_on, lesions=("L3",)
    )
    last_day = (dates[7] - dates[0]).days
    return SyntheticPatient(
        with_history(
            person(number, today, 65, Sex.FEMALE, Primary.COLORECTAL, "sigmoid colon",
                   {"RAS": "KRAS G12D", "BRAF": "wild", "MMR": "proficient", "HER2": "unknown"}),
            dates[0], dates[-1], histology="adenocarcinoma", stages="pT3 pN1b", found=14, resected=13,
        ),
        (SyntheticCourse(first, (pet[0], *exams[1:5], pet[1])), SyntheticCourse(second, (exams[6], pet[2], exams[7]))),
        treatments=(ablation,),
        markers=cea(dates[0], {
            -2: "86", 38: "68", 62: "44", 96: "26", 124: "18", 160: "11", 194: "7.8", 226: "9.6", 256: "17",
            320: "24", 356: "19", 406: "13", 440: "11", last_day - 4: "14",
        }),
        confirmations=_confirmed(dates),
        question=SyntheticQuestion(
            4, f"Is L6 new, or was it there on {_day(dates[5])} (baseline) or {_day(dates[6])}?", "Dr M. Haas"
        ),
        met_before_last=True,
        case="two courses",
        teaches="Each course has its own baseline and nadir; one MRI finding is a question, not progression.",
        notes=("N06", "N11", "N15"),
    )  # fmt: skip


def _confirmed(dates: Sequence[date]) -> tuple[SyntheticConfirmation, ...]:
    """Everything but the newest scan was confirmed in its time."""
    said = (
        (1, dates[1], Response.SD), (1, dates[2], Response.PR), (1, dates[3], Response.PR), (1, dates[4], Response.PD),
        (2, dates[6], Response.SD),
    )  # fmt: skip
    return tuple(SyntheticConfirmation(course, day, response, by="Dr M. Haas") for course, day, response in said)


def _day(day: date) -> str:
    return format_date(day, year=False)


def _pet_scans(dates: tuple[date, date, date]) -> tuple[ExamDraft, ...]:
    """PET of the hottest lesion only: it is plotted and joins no time point. The last one lacks its uptake time."""
    rows = (target("L1", "VIII", "ps11.4 ps7.8 ps6.1"),)
    exams = draft_table([working_day(day) for day in dates], "PET/CT", rows, introduced=("L1",))
    exams = tuple(replace(exam, liver_count=None, statements={}, extrahepatic={}) for exam in exams)
    return (*exams[:2], replace(exams[2], uptake_minutes=None))


def twelve_scans(number: int, today: date) -> SyntheticPatient:
    """Ten lesions over twelve scans: a long response, then a slow drift to PD against the nadir. N02, N11."""
    dates = scan_dates(today, last=7, weeks=(8,) * 11)
    rows = (
        target("L1", "VIII", "68 55 46 41 38 36 35 36 38 39 41 43"),
        target("L2", "VI", "50 41 34 30 28 27 26 27 28 29 31 33"),
        non_target("L3", "VII", "31 26 22 20 19 18 18 18 19 19 20 21"),
        non_target("L4", "V", "24 19 16 15 14 13 13 13 13 14 14 14"),
        non_target("L5", "IVb", "19 15 12 11 10 10 10 10 10 10 11 11"),
        non_target("L6", "IVa", "17 14 12 11 11 10 10 10 10 10 10 10"),
        non_target("L7", "II", "15 12 10 9 8 8 8 8 8 8 9 9"),
        non_target("L8", "III", "14 10 8 8 7 7 7 7 7 7 7 7"),
        non_target("L9", "V", "12 8 6 ts ts a a a a a a a"),
        non_target("L10", "VIII", "10 6 a a a a a a a a a a"),
    )
    exams = draft_table(dates, "CT", rows, reported={11: "slowly larger"})
    course = course_draft(
        "FOLFIRI + cetuximab", TreatmentKind.SYSTEMIC, exams[0], roles_of(rows), begins=12, lasts=168, cycles=12
    )
    maintenance = TreatmentDraft(
        "5-FU/LV + cetuximab, maintenance", TreatmentKind.MAINTENANCE, dates[0] + timedelta(days=182)
    )
    values = ("142", "76", "38", "21", "15", "10", "8.4", "9.1", "11", "14", "17", "23")
    return SyntheticPatient(
        with_history(
            person(number, today, 72, Sex.MALE, Primary.COLORECTAL, "descending colon",
                   {"RAS": "wild", "BRAF": "wild", "MMR": "proficient", "HER2": "unknown"}),
            dates[0], dates[-1], histology="adenocarcinoma", stages="pT3 pN2a", found=2, resected=1,
        ),
        (SyntheticCourse(course, exams[1:]),),
        treatments=(maintenance,),
        markers=cea(dates[0], {56 * index - 1: value for index, value in enumerate(values)}),
        confirmations=(SyntheticConfirmation(1, dates[4], Response.PR, by="Dr M. Haas"),),
        case="twelve scans",
        teaches="A patient 36 % below the baseline can progress: the reference is the best point, not the start.",
        notes=("N02", "N11"),
    )  # fmt: skip


def single_scan(number: int, today: date) -> SyntheticPatient:
    """A baseline and nothing else: the page says where PR and PD would begin. N28."""
    dates = scan_dates(today, last=9, weeks=())
    rows = (
        target("L1", "VII", "47"),
        target("L2", "III", "29"),
        non_target("L3", "IVa", "16"),
        target("X1", "lymph node", "19"),
    )
    exams = draft_table(dates, "CT", rows)
    course = course_draft("mFOLFOX6 + nivolumab", TreatmentKind.IMMUNOTHERAPY, exams[0], roles_of(rows), begins=6)
    return SyntheticPatient(
        with_history(
            person(number, today, 58, Sex.MALE, Primary.STOMACH, "gastro-oesophageal junction",
                   {"HER2": "pending", "PD-L1 CPS": "10", "MMR": "proficient"}, ecog=0),
            dates[0], dates[-1], histology="adenocarcinoma", stages="cT3 cN1", found=0,
        ),
        (SyntheticCourse(course),),
        case="single scan",
        teaches="One scan shows no change yet; it fixes the targets and the thresholds.",
        notes=("N28",),
    )  # fmt: skip


def not_evaluable_scan(number: int, today: date) -> SyntheticPatient:
    """Breathing blurs one target on one scan: that visit is NE, and its partial sum is no nadir. N28."""
    dates = scan_dates(today, last=20, weeks=(6, 7, 3, 8))
    rows = (
        target("L1", "VIII", "33 27 24 23 21"),
        target("L2", "V", "24 19 ne:breathing_motion 17 16"),
        target("X1", "lung", "28 22 18 18 17"),
        non_target("X2", "lung", "9 8 7 7 7"),
    )
    exams = draft_table(
        dates, "CT", rows, remarks={2: "Arterial phase. Breathing motion over segments V and VI; L2 cannot be measured."},
        around=Around(phases={2: "arterial"}),
        reported={1: "smaller", 2: "limited by motion", 3: "smaller", 4: "unchanged"},
    )  # fmt: skip
    course = course_draft(
        "carboplatin + pemetrexed + pembrolizumab", TreatmentKind.IMMUNOTHERAPY, exams[0], roles_of(rows), begins=9
    )
    return SyntheticPatient(
        with_history(
            person(number, today, 67, Sex.FEMALE, Primary.LUNG, "right upper lobe",
                   {"EGFR": "wild", "ALK": "negative", "PD-L1": "40 %"}),
            dates[0], dates[-1], histology="adenocarcinoma", stages="cT1c cN3", found=0,
        ),
        (SyntheticCourse(course, exams[1:]),),
        case="a scan that cannot be judged",
        teaches="A missing target makes a visit not evaluable; it is never counted as zero.",
        notes=("N28",),
    )  # fmt: skip
