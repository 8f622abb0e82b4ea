"""Planted cases where something beside the size decides how to read it: marker, machine, PET, symptom."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tracker.demo.cases.table import (
    cea,
    course_draft,
    draft_table,
    marker_series,
    new,
    non_target,
    person,
    roles_of,
    scan_dates,
    target,
)
from tracker.demo.facts import Around, clear_of, near, signs, with_history
from tracker.demo.shapes import SyntheticCourse, SyntheticPatient, SyntheticQuestion, SyntheticSymptoms
from tracker.domain.drafts import VolumeDraft
from tracker.domain.vocabulary import Appearance, BackgroundSign, Primary, Sex, TreatmentKind, Vessel


def cea_surge(number: int, today: date) -> SyntheticPatient:
    """CEA doubles in the first weeks while the sum falls by a quarter: a surge, not growth. N22, N08."""
    dates = scan_dates(today, last=6, weeks=(8,))
    rows = (
        target("L1", "VII", "48 35"),
        target("L2", "IVa", "33 25"),
        non_target("L3", "VI", "14 11"),
        non_target("L4", "II", "9 7"),
    )
    exams = draft_table(dates, "CT", rows, reported={1: "smaller"})
    course = course_draft("FOLFIRI + cetuximab", TreatmentKind.SYSTEMIC, exams[0], roles_of(rows), begins=4)
    return SyntheticPatient(
        with_history(
            person(number, today, 62, Sex.FEMALE, Primary.COLORECTAL, "descending colon",
                   {"RAS": "wild", "BRAF": "wild", "MMR": "proficient", "HER2": "unknown"}, ecog=0),
            dates[0], dates[-1], histology="adenocarcinoma", stages="cT3 cN0", found=1,
        ),
        (SyntheticCourse(course, exams[1:]),),
        markers=cea(dates[0], {-2: "58", 18: "94", 32: "126", 54: "88"}),
        question=SyntheticQuestion(2, "CEA rose at first, the scan is smaller: go on as planned?", "A. Weber, nurse"),
        case="CEA surge",
        teaches="CEA can rise early under a treatment that works; the scan and a later value tell.",
        notes=("N22", "N08"),
    )  # fmt: skip


def modality_switch(number: int, today: date) -> SyntheticPatient:
    """The first MRI after three CTs shows two more small lesions: equivocal until looked for on the CTs. N06."""
    dates = scan_dates(today, last=5, weeks=(8, 8, 8))
    rows = (
        target("L1", "VIII", "44 35 30 29"),
        target("L2", "V", "31 26 22 22"),
        non_target("L3", "IVa", "13 10 9 9"),
        new("L4", "II", "- - - 6?"),
        new("L5", "VI", "- - - 7?"),
    )
    exams = draft_table(
        dates, "CT CT CT MR", rows,
        remarks={3: "Two small foci in II and VI that the earlier CTs may not have shown."},
        reported={1: "smaller", 2: "smaller", 3: "unchanged; two small foci, first MRI"},
        around=Around(
            background={3: signs(absent=(BackgroundSign.STEATOSIS, BackgroundSign.NODULAR_CONTOUR))},
            vessels={(3, "L1"): (near(Vessel.RIGHT_HEPATIC_VEIN, "6"),), (3, "L2"): (clear_of(Vessel.PORTAL_BRANCH),)},
        ),
    )  # fmt: skip
    course = course_draft("FOLFIRI + bevacizumab", TreatmentKind.SYSTEMIC, exams[0], roles_of(rows), begins=8)
    return SyntheticPatient(
        with_history(
            person(number, today, 68, Sex.MALE, Primary.COLORECTAL, "sigmoid colon",
                   {"RAS": "KRAS G12D", "BRAF": "wild", "MMR": "proficient", "HER2": "negative"}),
            dates[0], dates[-1], histology="adenocarcinoma", stages="pT3 pN1b", found=19, resected=18,
        ),
        (SyntheticCourse(course, exams[1:]),),
        markers=cea(dates[0], {-1: "41", 54: "18", 110: "8.8", 166: "8.1"}),
        volumes=(VolumeDraft(dates[3], Decimal(520), Decimal(1580), "MRI volumetry", "right hepatectomy"),),
        question=SyntheticQuestion(
            1, "Are L4 and L5 on the MRI new, or were they missed by the CTs before?", "Dr M. Haas"
        ),
        case="another machine, more lesions",
        teaches="MRI sees small lesions that CT misses: more seen is not more there.",
        notes=("N06",),
    )  # fmt: skip


def cholangitis(number: int, today: date) -> SyntheticPatient:
    """Stable sizes, but fever and jaundice three days ago and a bilirubin jump: the symptom comes first. N25, N24."""
    dates = scan_dates(today, last=9, weeks=(8, 8))
    rows = (
        target("L1", "VI", "27 22 22"),
        target("L2", "III", "21 18 18"),
        non_target("L3", "VII", "9 8 8"),
        non_target("L4", "V", "8 7 7"),
    )
    exams = draft_table(
        dates, "CT", rows, remarks={2: "Bile ducts wider than before; stent in the common duct."},
        around=Around(background={2: signs(BackgroundSign.DILATED_BILE_DUCTS, absent=(BackgroundSign.ASCITES,))}),
        reported={1: "smaller", 2: "unchanged, bile ducts wider"},
    )  # fmt: skip
    course = course_draft("gemcitabine + nab-paclitaxel", TreatmentKind.SYSTEMIC, exams[0], roles_of(rows), begins=6)
    told_on = today - timedelta(days=3)
    day = (told_on - dates[0]).days
    return SyntheticPatient(
        with_history(
            person(number, today, 64, Sex.MALE, Primary.PANCREAS, "head of the pancreas",
                   {"KRAS": "G12D", "BRCA": "pending"}),
            dates[0], dates[-1], histology="ductal adenocarcinoma", stages="cT3 cN1", found=1, asa=3, comorbidity="stent in the common bile duct",
        ),
        (SyntheticCourse(course, exams[1:]),),
        markers=(*marker_series("bilirubin", "µmol/L", "21", dates[0], {-2: "17", 55: "15", 100: "18", day: "96"}),
                 *marker_series("ALP", "U/L", "130", dates[0], {-2: "180", 55: "150", 100: "190", day: "480"}),
                 *marker_series("CA19-9", "kU/L", "37", dates[0], {-2: "840", 55: "390", 100: "360", day: "910"})),
        symptoms=(SyntheticSymptoms(told_on, ("fever", "jaundice")),),
        case="red flag",
        teaches="Fever and yellow skin need help today, whatever the scan says.",
        notes=("N25", "N24"),
    )  # fmt: skip


def mucinous(number: int, today: date) -> SyntheticPatient:
    """PET shows no more uptake than the liver, the CT part shows 31 mm: quiet is not gone. N20, N27."""
    dates = scan_dates(today, last=18, weeks=(8, 9))
    rows = (
        target("L1", "VIII", "34s2.4 32 31s2.1", Appearance.CALCIFIED),
        target("L2", "IVb", "22s2.2 21 20s1.9", Appearance.CALCIFIED),
        non_target("L3", "III", "12s2.0 12 11s1.8"),
    )
    exams = draft_table(
        dates, "PET/CT CT PET/CT", rows,
        remarks={0: "Mucinous primary. No uptake above the liver.", 2: "No uptake above the liver; lesions visible on CT."},
        reported={1: "unchanged", 2: "no uptake; size unchanged"},
    )  # fmt: skip
    course = course_draft("FOLFOXIRI + bevacizumab", TreatmentKind.SYSTEMIC, exams[0], roles_of(rows), begins=8)
    return SyntheticPatient(
        with_history(
            person(number, today, 53, Sex.FEMALE, Primary.COLORECTAL, "caecum",
                   {"RAS": "KRAS G13D", "BRAF": "wild", "MMR": "unknown", "HER2": "unknown"}, ecog=0),
            dates[0], dates[-1], histology="mucinous adenocarcinoma", stages="pT4a pN1b", found=9, resected=8,
        ),
        (SyntheticCourse(course, exams[1:]),),
        markers=cea(dates[0], {-1: "6.8", 56: "5.9", 117: "5.6"}),
        case="quiet on PET",
        teaches="A mucinous lesion can be visible and quiet on PET; no uptake is not no tumour.",
        notes=("N20", "N27"),
    )  # fmt: skip
