"""Planted cases about what treatment does to a picture: swelling, zones, cysts, nodules, scars."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.demo.cases.table import (
    Row,
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
from tracker.demo.facts import Around, signs, with_history
from tracker.demo.shapes import SyntheticConfirmation, SyntheticCourse, SyntheticPatient, SyntheticQuestion
from tracker.domain.drafts import CourseDraft, TreatmentDraft
from tracker.domain.vocabulary import (
    Appearance,
    BackgroundSign,
    CourseKind,
    Enhancement,
    LesionRole,
    Primary,
    Response,
    Sex,
    TreatmentKind,
)


def pseudoprogression(number: int, today: date) -> SyntheticPatient:
    """Judged by iRECIST: growth at week 6 of immunotherapy is an iUPD, then everything shrinks to an iPR. RECIST 1.1 would
    have kept its PD. N05.
    """
    dates = scan_dates(today, last=8, weeks=(6.5, 6, 6, 6))
    rows = (
        target("L1", "VII", "34 41 33 22 17"),
        target("L2", "IVb", "26 33 25 16 12"),
        non_target("L3", "V", "12 14 12 9 8"),
        non_target("X1", "lung", "9 10 8 7 6"),
    )
    exams = draft_table(
        dates, "CT", rows, reported={1: "larger; well clinically", 2: "smaller", 3: "smaller", 4: "smaller"}
    )
    course = course_draft(
        "nivolumab + ipilimumab", TreatmentKind.IMMUNOTHERAPY, exams[0], roles_of(rows), begins=4, criterion="irecist"
    )
    return SyntheticPatient(
        with_history(
            person(number, today, 49, Sex.MALE, Primary.MELANOMA, "cutaneous, trunk", {"BRAF": "wild"}, ecog=0),
            dates[0], dates[-1], histology="superficial spreading melanoma", stages="pT3b pN1a", found=26, resected=26,
        ),
        (SyntheticCourse(course, exams[1:]),),
        markers=marker_series("LDH", "U/L", "250", dates[0], {-2: "322", 44: "301", 86: "244", 128: "212", 170: "205"}),
        case="pseudoprogression",
        teaches="By iRECIST a first growth on immunotherapy waits for a second scan; shrinkage after it is uncommon.",
        notes=("N05",),
    )  # fmt: skip


def early_growth(number: int, today: date) -> SyntheticPatient:
    """The newest scan is a first progression, nine weeks into immunotherapy, judged by iRECIST: an open iUPD. N05."""
    dates = scan_dates(today, last=3, weeks=(9.5,))
    rows = (
        target("L1", "V", "29 36"),
        target("L2", "II", "22 27"),
        target("X1", "lung", "31 36"),
        non_target("X2", "lymph node", "13 14"),
    )
    exams = draft_table(dates, "CT", rows, reported={1: "larger; feels well"})
    course = course_draft(
        "carboplatin + pemetrexed + pembrolizumab", TreatmentKind.IMMUNOTHERAPY, exams[0], roles_of(rows), begins=5,
        criterion="irecist",
    )  # fmt: skip
    return SyntheticPatient(
        with_history(
            person(number, today, 71, Sex.MALE, Primary.LUNG, "left lower lobe",
                   {"EGFR": "wild", "ALK": "negative", "PD-L1": "5 %"}),
            dates[0], dates[-1], histology="adenocarcinoma", stages="cT2a cN2", found=0, asa=3, comorbidity="COPD",
        ),
        (SyntheticCourse(course, exams[1:]),),
        question=SyntheticQuestion(11, "Go on until the scan that confirms or voids the growth?", "Dr S. Okafor"),
        case="first growth on immunotherapy",
        teaches="A first progression on immunotherapy is unconfirmed until a second scan, unless the person gets worse.",
        notes=("N05",),
    )  # fmt: skip


def ablation_zone(number: int, today: date) -> SyntheticPatient:
    """The zone after microwave ablation is larger than the lesion was; it enters no sum and is no PD. N16."""
    dates = scan_dates(today, last=16, weeks=(8, 8, 10))
    ablated_on = dates[3] - timedelta(days=36)
    rows = (
        target("L1", "VIII", "31 24 21 20"),
        target("L2", "VI", "24 19 16 15"),
        Row("L3", "IVb", LesionRole.NON_TARGET, "18 15 14 t33", None, "microwave ablation", ablated_on),
    )
    exams = draft_table(
        dates, "CT", rows, remarks={3: "Ablation zone in segment IVb, 33 mm, smooth rim."},
        reported={1: "smaller", 2: "smaller", 3: "unchanged; ablation zone as expected"},
    )  # fmt: skip
    course = course_draft("FOLFIRI + cetuximab", TreatmentKind.SYSTEMIC, exams[0], roles_of(rows), begins=6)
    ablation = TreatmentDraft(
        "microwave ablation of L3", TreatmentKind.ABLATION, ablated_on, ablated_on, lesions=("L3",)
    )
    return SyntheticPatient(
        with_history(
            person(number, today, 66, Sex.FEMALE, Primary.COLORECTAL, "sigmoid colon",
                   {"RAS": "wild", "BRAF": "wild", "MMR": "proficient", "HER2": "negative"}, ecog=0),
            dates[0], dates[-1], histology="adenocarcinoma", stages="pT3 pN1b", found=8, resected=7,
        ),
        (SyntheticCourse(course, exams[1:]),),
        treatments=(ablation,),
        markers=cea(dates[0], {-1: "27", 54: "9.6", 111: "4.8", 181: "3.9"}),
        confirmations=(SyntheticConfirmation(1, dates[2], Response.PR, by="Dr M. Haas"),),
        question=SyntheticQuestion(
            3, "Is the zone of L3 as expected after the ablation?", "Dr I. Novak, radiology",
            "Zone as expected; MRI of the liver in three months.", "Dr I. Novak, radiology", 90,
        ),
        case="ablation zone",
        teaches="A treated zone is no tumour size: larger than the lesion was is what ablation does.",
        notes=("N16",),
    )  # fmt: skip


def choi_type_gist(number: int, today: date) -> SyntheticPatient:
    """On imatinib the lesions lose density while one even grows a little: SD by size, PR by Choi, which judges here. N09, N10."""
    dates = scan_dates(today, last=24, weeks=(9, 12, 12))
    rows = (
        target("L1", "VIII", "62h78 65h44 64h38 66h33", Appearance.SOLID),
        target("L2", "III", "41h70 42h41 41h36 42h32"),
        non_target("L3", "VI", "17h74 18h40 17h33 17h30"),
    )
    exams = draft_table(
        dates, "CT", rows,
        remarks={1: "Lesions much less dense and cyst-like, without solid nodules."},
        reported={1: "size unchanged, much less dense", 2: "unchanged", 3: "size unchanged, density lower still"},
        around=Around(
            looks={(at, "L1"): Appearance.CYSTIC for at in (1, 2, 3)},
            enhances={(0, "L1"): Enhancement.HYPERVASCULAR, (3, "L1"): Enhancement.NONE},
        ),
    )  # fmt: skip
    course = course_draft("imatinib", TreatmentKind.TARGETED, exams[0], roles_of(rows), begins=5, criterion="choi")
    return SyntheticPatient(
        with_history(
            person(number, today, 60, Sex.MALE, Primary.GIST, "jejunum", {"KIT": "exon 11", "PDGFRA": "wild"}, ecog=0),
            dates[0], dates[-1], histology="spindle cell GIST", stages="pT3", found=22, resected=21,
        ),
        (SyntheticCourse(course, exams[1:]),),
        question=SyntheticQuestion(
            8, "Density fell, size did not: go on with imatinib?", "Dr M. Haas", "Go on with imatinib.",
        ),
        case="size stable, tissue changed",
        teaches="Under imatinib density can fall by half while the size, and RECIST, stand still: Choi counts both.",
        notes=("N09", "N10"),
    )  # fmt: skip


def oxaliplatin_nodule(number: int, today: date) -> SyntheticPatient:
    """Years after oxaliplatin a bright nodule on MRI with flat CEA: equivocal, and the surveillance stays NED. N15."""
    dates = scan_dates(today, last=22, weeks=(17, 18, 17, 26, 26, 16))
    rows = (new("L2", "V", "- - - - - 11? 11?"),)
    exams = draft_table(
        dates, "MR", rows,
        remarks={
            0: "After resection of segment VI; no lesion.",
            5: "11 mm nodule, bright in the hepatobiliary phase; a nodule after oxaliplatin is possible.",
            6: "Unchanged; bright in the hepatobiliary phase.",
        },
        around=Around(enhances={(at, "L2"): Enhancement.HYPERVASCULAR for at in (5, 6)}),
        reported={1: "no lesion", 2: "no lesion", 3: "no lesion", 4: "no lesion", 5: "one question", 6: "unchanged"},
    )  # fmt: skip
    resected_on = dates[0] - timedelta(days=70)
    adjuvant = TreatmentDraft(
        "mFOLFOX6, before and after surgery", TreatmentKind.SYSTEMIC, resected_on - timedelta(days=95),
        dates[0] - timedelta(days=8), cycles=8,
    )  # fmt: skip
    resection = TreatmentDraft("resection of segment VI", TreatmentKind.RESECTION, resected_on, resected_on)
    course = CourseDraft(CourseKind.SURVEILLANCE, "surveillance after resection", dates[0], {}, baseline=exams[0])
    values = ("1.9", "2.1", "1.8", "2.0", "2.2", "2.0", "2.1")
    return SyntheticPatient(
        with_history(
            person(number, today, 57, Sex.MALE, Primary.COLORECTAL, "sigmoid colon",
                   {"RAS": "KRAS G12D", "BRAF": "wild", "MMR": "proficient", "HER2": "unknown"}, ecog=0),
            dates[0], dates[-1], histology="adenocarcinoma", stages="pT3 pN1a", found=14, resected=13, metastases=6,
        ),
        (SyntheticCourse(course, exams[1:]),),
        treatments=(adjuvant, resection),
        markers=cea(dates[0], {(day - dates[0]).days: value for day, value in zip(dates, values, strict=True)}),
        question=SyntheticQuestion(9, "Is the nodule in segment V benign, or is a biopsy needed?", "Dr M. Haas"),
        case="nodule after oxaliplatin",
        teaches="A new spot in a liver that had oxaliplatin can be benign: bright on MRI, flat marker, no growth.",
        notes=("N15",),
    )  # fmt: skip


def pseudocirrhosis(number: int, today: date) -> SyntheticPatient:
    """The sum shrinks while the liver's outline turns nodular and its tests get worse: sizes say less here. N26, N24."""
    dates = scan_dates(today, last=13, weeks=(9, 9, 9, 9))
    rows = (
        target("L1", "VII", "36 31 29 27 26"),
        target("L2", "II", "28 25 23 22 21"),
        non_target("L3", "V", "15 13 12 12 11"),
        non_target("X1", "bone", "p p p p p"),
    )
    exams = draft_table(
        dates, "CT", rows,
        remarks={
            2: "Liver outline slightly nodular.",
            3: "Liver outline nodular, right lobe smaller, a little ascites.",
            4: "Pseudocirrhosis: nodular outline, shrunken right lobe, ascites, spleen 15 cm.",
        },
        reported={1: "smaller", 2: "smaller", 3: "smaller, liver outline nodular", 4: "sizes hard to judge"},
        around=Around(
            background={
                0: signs(absent=(BackgroundSign.NODULAR_CONTOUR, BackgroundSign.ASCITES)),
                2: signs(BackgroundSign.NODULAR_CONTOUR, absent=(BackgroundSign.ASCITES,)),
                3: signs(BackgroundSign.NODULAR_CONTOUR, BackgroundSign.ASCITES),
                4: signs(BackgroundSign.NODULAR_CONTOUR, BackgroundSign.ASCITES, BackgroundSign.SPLENOMEGALY),
            },
            looks={(4, "L1"): Appearance.NECROTIC},
        ),
    )  # fmt: skip
    course = course_draft("letrozole + ribociclib", TreatmentKind.TARGETED, exams[0], roles_of(rows), begins=7)
    days = [(day - dates[0]).days - 2 for day in dates]
    bilirubin = dict(zip(days, ("11", "14", "21", "34", "47"), strict=True))
    albumin = dict(zip(days, ("41", "39", "36", "32", "28"), strict=True))
    alp = dict(zip(days, ("121", "134", "168", "214", "265"), strict=True))
    return SyntheticPatient(
        with_history(
            person(number, today, 59, Sex.FEMALE, Primary.BREAST, "right breast",
                   {"ER": "positive", "PR": "positive", "HER2": "negative", "BRCA": "wild"}),
            dates[0], dates[-1], histology="invasive lobular carcinoma", stages="pT2 pN1a", found=74, resected=73,
        ),
        (SyntheticCourse(course, exams[1:]),),
        markers=(*marker_series("bilirubin", "µmol/L", "21", dates[0], bilirubin),
                 *marker_series("albumin", "g/L", "50", dates[0], albumin),
                 *marker_series("ALP", "U/L", "105", dates[0], alp)),
        question=SyntheticQuestion(
            10, "How far do the sizes count in this liver?", "A. Weber, nurse", postponed="the hepatobiliary MRI is booked"
        ),
        case="pseudocirrhosis",
        teaches="In a shrinking, scarred liver smaller lesions do not by themselves mean that things go well.",
        notes=("N26", "N24"),
    )  # fmt: skip


def after_radioembolisation(number: int, today: date) -> SyntheticPatient:
    """Six weeks after SIRT the lesions read a little larger with a bright rim; shrinkage comes months later. N17."""
    dates = scan_dates(today, last=15, weeks=(8,))
    treated_on = dates[1] - timedelta(days=42)
    rows = (
        target("L1", "VIII", "58 62"),
        target("L2", "VII", "39 41"),
        non_target("L3", "V", "19 20"),
    )
    exams = draft_table(
        dates, "CT", rows,
        around=Around(enhances={(1, label): Enhancement.RIM for label in ("L1", "L2", "L3")}),
        remarks={1: "Rim enhancement and oedema around the treated lesions of the right lobe."},
        reported={1: "slightly larger, early after treatment"},
    )  # fmt: skip
    earlier = TreatmentDraft(
        "trifluridine/tipiracil + bevacizumab", TreatmentKind.SYSTEMIC, dates[0] - timedelta(days=120),
        dates[0] - timedelta(days=8), cycles=4,
    )  # fmt: skip
    sirt = TreatmentDraft("SIRT of the right lobe", TreatmentKind.SIRT, treated_on, treated_on)
    course = CourseDraft(CourseKind.LOCAL, sirt.name, treated_on, roles_of(rows), baseline=exams[0], treatment=sirt)
    return SyntheticPatient(
        with_history(
            person(number, today, 70, Sex.MALE, Primary.COLORECTAL, "rectum",
                   {"RAS": "KRAS G12V", "BRAF": "wild", "MMR": "proficient", "HER2": "unknown"}),
            dates[0], dates[-1], histology="adenocarcinoma", stages="cT3 cN1", found=12, asa=3, metastases=12,
        ),
        (SyntheticCourse(course, exams[1:]),),
        treatments=(earlier,),
        markers=cea(dates[0], {-2: "214", 28: "188", 54: "151"}),
        case="soon after SIRT",
        teaches="Size lags after radioembolisation: a first look before two or three months says little.",
        notes=("N17",),
    )  # fmt: skip
