"""Planted cases about reading and measuring: vanished, joined, mistyped, drifting, mixed and uncountable lesions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tracker.demo.cases.table import (
    cea,
    course_draft,
    draft_table,
    marker_series,
    non_target,
    person,
    roles_of,
    scan_dates,
    target,
)
from tracker.demo.drafting import with_open_question
from tracker.demo.facts import Around, with_history
from tracker.demo.shapes import (
    SyntheticConfirmation,
    SyntheticCorrection,
    SyntheticCourse,
    SyntheticPatient,
    SyntheticQuestion,
)
from tracker.domain.record import StatedCount
from tracker.domain.vocabulary import CountKind, Enhancement, LesionRole, Primary, Response, Sex, TreatmentKind


def vanishing_lesions(number: int, today: date) -> SyntheticPatient:
    """Two small lesions vanish under treatment and one comes back at its old site: no PD by itself. N11, N12."""
    dates = scan_dates(today, last=14, weeks=(8, 8, 9, 8, 8))
    rows = (
        target("L1", "VIII", "42 33 27 26 25 26"),
        target("L2", "VI", "28 20 16 15 15 15"),
        non_target("L3", "II", "11 6 a a 7 9"),
        non_target("L4", "IVb", "12 8 6 ts ts ts"),
        non_target("L5", "III", "10 6 a a a a"),
    )
    exams = draft_table(
        dates, "CT CT CT CT MR CT", rows,
        remarks={4: "Focus at the old site of L3 in segment II."},
        reported={1: "smaller", 2: "smaller", 3: "unchanged", 4: "unchanged", 5: "unchanged, L3 seen again"},
    )  # fmt: skip
    course = course_draft("mFOLFOX6 + bevacizumab", TreatmentKind.SYSTEMIC, exams[0], roles_of(rows), begins=7)
    return SyntheticPatient(
        with_history(
            person(number, today, 61, Sex.MALE, Primary.COLORECTAL, "rectum",
                   {"RAS": "KRAS G13D", "BRAF": "wild", "MMR": "proficient", "HER2": "negative"}),
            dates[0], dates[-1], histology="adenocarcinoma", stages="ypT3 ypN1a", found=11, resected=6,
        ),
        (SyntheticCourse(course, exams[1:]),),
        markers=cea(dates[0], {-1: "34", 55: "15", 110: "6.2", 172: "4.4", 228: "4.6", 285: "5.1"}),
        confirmations=(
            SyntheticConfirmation(1, dates[2], Response.PR, by="Dr M. Haas"),
            SyntheticConfirmation(1, dates[3], Response.PR, by="Dr M. Haas"),
        ),
        case="vanished and back",
        teaches="A lesion that is no longer seen is not cured: its site stays on the map and is looked at again.",
        notes=("N11", "N12"),
    )  # fmt: skip


def merged_lesions(number: int, today: date) -> SyntheticPatient:
    """Two neighbours join: the longest diameter of the joined mass counts once, the second label adds nothing. N13."""
    dates = scan_dates(today, last=26, weeks=(8, 8, 8))
    rows = (
        target("L1", "VIII", "36 33 31 47"),
        target("L2", "VII/VIII", "28 27 26 mL1"),
        non_target("L3", "III", "13 12 12 11"),
    )
    exams = draft_table(
        dates, "CT", rows, remarks={3: "L1 and L2 have grown together; the joined mass is 47 mm."},
        reported={1: "unchanged", 2: "unchanged", 3: "unchanged, two lesions joined"},
    )  # fmt: skip
    course = course_draft("FOLFIRI + bevacizumab", TreatmentKind.SYSTEMIC, exams[0], roles_of(rows), begins=10)
    return SyntheticPatient(
        with_history(
            person(number, today, 69, Sex.MALE, Primary.COLORECTAL, "caecum",
                   {"RAS": "KRAS G12V", "BRAF": "wild", "MMR": "unknown", "HER2": "unknown"}),
            dates[0], dates[-1], histology="adenocarcinoma", stages="pT4a pN2a", found=3, resected=2, asa=3, comorbidity="type 2 diabetes",
        ),
        (SyntheticCourse(course, exams[1:]),),
        markers=cea(dates[0], {-1: "12", 54: "9.8", 111: "9.1", 167: "8.7"}),
        case="joined lesions",
        teaches="Joined lesions are measured once; a smaller sum by joining is no response.",
        notes=("N13",),
    )  # fmt: skip


def unit_slip(number: int, today: date) -> SyntheticPatient:
    """3.1 cm entered as 3.1 mm would read PR, and was confirmed so; the correction with its reason makes it SD again,
    which waits for a second person. N42.
    """
    dates = scan_dates(today, last=19, weeks=(8, 8))
    rows = (target("L1", "VI", "46 36 31"), target("L2", "II", "30 26 24"), non_target("L3", "V", "12 11 11"))
    right = draft_table(dates, "CT", rows, reported={1: "smaller", 2: "smaller"})
    slipped = (replace(rows[0], cells="46 36 3.1"), *rows[1:])
    wrong = draft_table(dates, "CT", slipped, reported={1: "smaller", 2: "smaller"})
    course = course_draft("FOLFOXIRI + bevacizumab", TreatmentKind.SYSTEMIC, right[0], roles_of(rows), begins=8)
    return SyntheticPatient(
        with_history(
            person(number, today, 54, Sex.FEMALE, Primary.COLORECTAL, "ascending colon",
                   {"RAS": "NRAS Q61K", "BRAF": "wild", "MMR": "proficient", "HER2": "unknown"}, ecog=0),
            dates[0], dates[-1], histology="adenocarcinoma", stages="pT3 pN2b", found=2, resected=1,
        ),
        (SyntheticCourse(course, wrong[1:]),),
        markers=cea(dates[0], {-2: "48", 56: "29", 110: "22"}),
        corrections=(
            SyntheticCorrection(dates[2], with_open_question(right[2], "L1"), "The report gives L1 as 3.1 cm; it was entered as 3.1 mm."),
        ),
        confirmations=(SyntheticConfirmation(1, dates[2], Response.PR, by="Dr S. Okafor"),),
        case="unit slip caught",
        teaches="A slip between cm and mm can change the category; a correction keeps both values and the reason.",
        notes=("N42",),
    )  # fmt: skip


def slow_drift(number: int, today: date) -> SyntheticPatient:
    """Every step is under 5 mm and would pass as stable; against the nadir the last one is PD. N02."""
    dates = scan_dates(today, last=12, weeks=(14, 14, 14, 14, 14, 14))
    rows = (
        target("L1", "VII", "40 36 37 38 40 42 44"),
        target("L2", "III", "32 28 29 30 31 32 33"),
        non_target("L3", "VI", "18 17 17 18 18 18 19"),
        non_target("L4", "IVa", "14 13 13 13 14 14 14"),
    )
    exams = draft_table(
        dates, "MR", rows, phase="arterial",
        around=Around(enhances={(at, label): Enhancement.HYPERVASCULAR for at in range(7) for label in ("L1", "L2")}),
        reported={1: "smaller", 2: "unchanged", 3: "unchanged", 4: "unchanged", 5: "unchanged", 6: "unchanged"},
    )  # fmt: skip
    course = course_draft("lanreotide", TreatmentKind.TARGETED, exams[0], roles_of(rows), begins=5)
    return SyntheticPatient(
        with_history(
            person(number, today, 63, Sex.FEMALE, Primary.NEUROENDOCRINE, "ileum",
                   {"grade": "G2", "Ki-67": "6 %", "somatostatin receptor": "positive"}, ecog=0),
            dates[0], dates[-1], histology="neuroendocrine tumour G2", stages="pT3 pN1", found=30, resected=29,
        ),
        (SyntheticCourse(course, exams[1:]),),
        markers=marker_series("CgA", "µg/L", "100", dates[0], {
            -2: "410", 97: "330", 195: "345", 293: "360", 391: "402", 489: "431", 586: "470",
        }),
        question=SyntheticQuestion(5, "Each report says unchanged: does the growth since the nadir count?", "Dr S. Okafor"),
        case="slow drift",
        teaches="Comparing only with the scan before hides slow growth; the nadir shows it.",
        notes=("N02",),
    )  # fmt: skip


def mixed_response(number: int, today: date) -> SyntheticPatient:
    """One lesion grows by half while the sum stays SD. N04."""
    dates = scan_dates(today, last=31, weeks=(8, 9, 8))
    rows = (
        target("L1", "VIII", "55 41 34 30"),
        target("L2", "III", "20 22 26 31"),
        non_target("L3", "IVa", "16 14 13 12"),
    )
    exams = draft_table(
        dates, "CT", rows, reported={1: "smaller", 2: "mixed", 3: "mixed: L2 larger, the others smaller"}
    )
    course = course_draft("capecitabine", TreatmentKind.SYSTEMIC, exams[0], roles_of(rows), begins=9)
    return SyntheticPatient(
        with_history(
            person(number, today, 52, Sex.FEMALE, Primary.BREAST, "left breast",
                   {"ER": "positive", "PR": "positive", "HER2": "negative", "BRCA": "unknown"}),
            dates[0], dates[-1], histology="invasive ductal carcinoma", stages="pT2 pN1a", found=62, resected=61,
        ),
        (SyntheticCourse(course, exams[1:]),),
        markers=marker_series("CA15-3", "kU/L", "30", dates[0], {-1: "210", 55: "142", 118: "120", 174: "131"}),
        confirmations=(
            SyntheticConfirmation(
                1, dates[3], Response.PD, "L2 grew from 20 to 31 mm; the whole picture is judged as progression.", "Dr S. Okafor"
            ),
        ),
        question=SyntheticQuestion(
            6, "L2 grows alone: treat it locally, or begin another line?", "Dr S. Okafor",
            "Biopsy of L2 first, then the next line.", "Dr S. Okafor, oncology", 12,
        ),
        case="mixed response",
        teaches="A sum can hide one lesion that goes its own way.",
        notes=("N04",),
    )  # fmt: skip


def innumerable(number: int, today: date) -> SyntheticPatient:
    """Counts in words and no size anywhere: non-target disease only, no sum, no percentage. N14."""
    dates = scan_dates(today, last=11, weeks=(8, 9, 9))
    rows = (non_target("L1", "liver", "p p p p"), non_target("X1", "bone", "p p - p"))
    many = StatedCount(CountKind.INNUMERABLE)
    exams = draft_table(
        dates, "CT", rows, counts={0: many, 1: many, 2: StatedCount(CountKind.AT_LEAST, 20), 3: many},
        remarks={0: "Diffuse, both lobes; no single lesion can be followed."},
        reported={1: "slightly smaller", 2: "fewer visible", 3: "unchanged"},
    )  # fmt: skip
    roles = {"L1": LesionRole.NON_TARGET, "X1": LesionRole.NON_TARGET}
    course = course_draft("trastuzumab deruxtecan", TreatmentKind.TARGETED, exams[0], roles, begins=11, cycles=9)
    ca153 = {-3: "412", 28: "370", 54: "268", 84: "190", 116: "140", 150: "104", 180: "126"}
    alp = {-3: "268", 54: "190", 116: "140", 180: "149"}
    return SyntheticPatient(
        with_history(
            person(number, today, 55, Sex.FEMALE, Primary.BREAST, "right breast",
                   {"ER": "positive", "PR": "negative", "HER2": "positive", "BRCA": "unknown"}),
            dates[0], dates[-1], histology="invasive ductal carcinoma", stages="pT2 pN2a", found=41, resected=40,
        ),
        (SyntheticCourse(course, exams[1:]),),
        markers=(*marker_series("CA15-3", "kU/L", "30", dates[0], ca153),
                 *marker_series("ALP", "U/L", "105", dates[0], alp)),
        question=SyntheticQuestion(7, "Does the treatment still hold in the liver?", "Dr S. Okafor"),
        case="innumerable",
        teaches="Words are not measurements: fewer lesions seen is no measured decrease.",
        notes=("N14",),
    )  # fmt: skip
