"""The words of the record. Every word has one spelling, one meaning and, where a standard defines it, its source.

Sources: RECIST 1.1 (Eisenhauer 2009), Couinaud's segments in the Brisbane 2000 terminology, DICOM modality terms.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A word with its one-sentence meaning. The value is what files, the database and people read."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> Self:
        term = str.__new__(cls, value)
        term._value_ = value
        term.meaning = meaning
        return term

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """All spellings, in the order of definition."""
        return tuple(str(term.value) for term in cls)


class Modality(Term):
    """How an exam was made (DICOM CID 29, shortened to what follow-up of liver metastases uses)."""

    CT = "CT", "Computed tomography."
    MR = "MR", "Magnetic resonance imaging."
    PET_CT = "PET/CT", "One exam with a CT part (diameters) and a PET part (uptake)."
    PET_MR = "PET/MR", "One exam with an MR part (diameters) and a PET part (uptake)."
    US = "US", "Ultrasound: stored, never part of a sum (RECIST 1.1, 3.2)."
    NM = "NM", "Scintigraphy: stored, never part of a sum."
    XR = "XR", "Plain radiograph."

    @property
    def enters_sum(self) -> bool:
        """Whether diameters of this modality may enter a RECIST sum (Eisenhauer 2009, 3.2: never ultrasound or scintigraphy)."""
        return self is not Modality.US and self is not Modality.NM

    @property
    def has_pet(self) -> bool:
        return self in (Modality.PET_CT, Modality.PET_MR)


class LesionRole(Term):
    """What a lesion does in one course's plan (RECIST 1.1, 4.2 and 4.3.5)."""

    TARGET = "target", "Measured at every scan; its diameter enters the sum that decides."
    NON_TARGET = "non-target", "Followed without a sum: present, gone, or unequivocally worse."
    NEW = "new", "Not there at the course's baseline."


class State(Term):
    """What one exam says of one lesion. Missing is none of these: a lesion with no entry was not mentioned."""

    MEASURED = "measured", "A size was reported."
    ABSENT = "absent", "Looked for and no longer seen."
    TOO_SMALL = "too small to measure", "Faintly seen, no number given: counts 5 mm by convention (RECIST 1.1, 4.3.2)."
    NOT_EVALUABLE = "not evaluable", "Could not be judged on this exam, with a reason."
    NOT_MENTIONED = "not mentioned", "The report does not speak of it: missing, never zero."
    PRESENT = "present", "Seen, without a size."
    UNEQUIVOCAL_PROGRESSION = (
        "unequivocal progression",
        "Non-target disease worse beyond doubt, as stated (RECIST 1.1, 4.3.4).",
    )
    EQUIVOCAL = "equivocal", "Perhaps a new lesion: followed until it is certain (RECIST 1.1, 4.3.5)."
    UNEQUIVOCAL = "unequivocal", "A new lesion beyond doubt (RECIST 1.1, 4.3.5)."
    MERGED = "merged", "Grown together with another lesion, which carries the size of both (RECIST 1.1, 4.3.2)."
    SPLIT = "split", "Fallen into parts; the parts' diameters are added (RECIST 1.1, 4.3.2)."
    TREATED = "treated", "Treated locally; the zone that remains is no tumour size and enters no sum."
    RECURRENCE = "recurrence at treated site", "Tumour again where it was treated locally: judged as a new lesion."

    @property
    def shows_tumour(self) -> bool:
        """Whether tumour is seen, so that it has a size, given or not."""
        return self not in _WITHOUT_TUMOUR

    @property
    def is_treated(self) -> bool:
        """Whether the lesion was treated locally, be tumour back there or not."""
        return self is State.TREATED or self is State.RECURRENCE


_WITHOUT_TUMOUR = (State.ABSENT, State.NOT_EVALUABLE, State.NOT_MENTIONED, State.MERGED, State.TREATED)


class Certainty(Term):
    """How sure the report is of a new lesion or of a recurrence."""

    EQUIVOCAL = "equivocal", "Perhaps."
    UNEQUIVOCAL = "unequivocal", "Beyond doubt."


class Response(Term):
    """The response words of the criteria: RECIST 1.1 (Eisenhauer 2009, 4.3) and Choi, NED for surveillance without disease,
    iRECIST (Seymour 2017) and PERCIST 1.0 (Wahl 2009)."""

    CR = "CR", "Complete response."
    PR = "PR", "Partial response."
    SD = "SD", "Stable disease."
    NON_CR_NON_PD = (
        "NON-CR/NON-PD",
        "Neither complete response nor progression, where no target exists or for non-targets.",
    )
    NED = "NED", "No evidence of disease: nothing to follow at the baseline, and nothing new is certain."
    PD = "PD", "Progressive disease."
    NE = "NE", "Not evaluable."
    I_CR = "iCR", "Complete response, by iRECIST."
    I_PR = "iPR", "Partial response, by iRECIST."
    I_SD = "iSD", "Stable disease, by iRECIST."
    NON_ICR_NON_IUPD = "NON-iCR/NON-iUPD", "Neither complete response nor progression without targets, by iRECIST."
    I_UPD = "iUPD", "Progression that the next scan has to confirm, by iRECIST."
    I_CPD = "iCPD", "Confirmed progression, by iRECIST."
    CMR = "CMR", "Complete metabolic response, by PERCIST."
    PMR = "PMR", "Partial metabolic response, by PERCIST."
    SMD = "SMD", "Stable metabolic disease, by PERCIST."
    PMD = "PMD", "Progressive metabolic disease, by PERCIST."

    @property
    def in_recist_letters(self) -> Response:
        """iRECIST's responses by the letters of RECIST: iPR is PR, iUPD and iCPD are PD. Any other is itself."""
        return _RECIST_LETTERS.get(self, self)


_RECIST_LETTERS = {
    Response.I_CR: Response.CR,
    Response.I_PR: Response.PR,
    Response.I_SD: Response.SD,
    Response.NON_ICR_NON_IUPD: Response.NON_CR_NON_PD,
    Response.I_UPD: Response.PD,
    Response.I_CPD: Response.PD,
}


class Segment(Term):
    """Couinaud's liver segments (Brisbane 2000)."""

    I = "I", "Caudate lobe."  # noqa: E741 - the segment's own name
    II = "II", "Left lateral superior."
    III = "III", "Left lateral inferior."
    IV = "IV", "Left medial, part not said."
    IVA = "IVa", "Left medial superior."
    IVB = "IVb", "Left medial inferior."
    V = "V", "Right anterior inferior."
    VI = "VI", "Right posterior inferior."
    VII = "VII", "Right posterior superior."
    VIII = "VIII", "Right anterior superior."


class ReportStatus(Term):
    """Where the report stands (HL7 v2 table 0085, shortened)."""

    PRELIMINARY = "preliminary", "May still change."
    FINAL = "final", "Signed."
    CORRECTED = "corrected", "Replaces a final report."


class CountKind(Term):
    """How a number of lesions was stated. Only an exact or least number has a value."""

    EXACT = "exact", "This many."
    AT_LEAST = "at least", "This many or more."
    MULTIPLE = "multiple", "Several, no number given."
    INNUMERABLE = "innumerable", "Too many to count."


class Statement(Term):
    """What a report says of new disease: three answers, never a default (no answer is not 'none')."""

    NONE = "stated none", "The report says there is none."
    NOT_MENTIONED = "not mentioned", "The report does not say."
    YES = "yes", "The report says there is."


class CourseKind(Term):
    """What a course of treatment is; every course has its own baseline, targets and nadir."""

    SYSTEMIC = "systemic", "A line of systemic treatment."
    LOCAL = "local", "Resection, ablation or another local treatment."
    SURVEILLANCE = "surveillance", "Follow-up without treatment."


class TreatmentKind(Term):
    """What was done."""

    SYSTEMIC = "systemic", "Chemotherapy, with or without antibodies."
    TARGETED = "targeted", "A targeted drug without chemotherapy."
    IMMUNOTHERAPY = "immunotherapy", "Immune checkpoint inhibitors, with or without chemotherapy."
    MAINTENANCE = "maintenance", "The same line continued with fewer drugs: not a new line of treatment."
    ABLATION = "ablation", "Thermal ablation (microwave, radiofrequency, cryo)."
    RESECTION = "resection", "Surgical removal."
    TACE = "TACE", "Transarterial chemo-embolisation."
    SIRT = "SIRT", "Radio-embolisation (selective internal radiotherapy)."
    HAI = "HAI", "Hepatic arterial infusion."
    RADIOTHERAPY = "radiotherapy", "External radiotherapy, stereotactic or not."
    RADIONUCLIDE = "radionuclide", "Systemic radioligand treatment, such as lutetium-177."

    @property
    def is_local(self) -> bool:
        """Whether it treats named lesions rather than the whole person."""
        return self in (
            TreatmentKind.ABLATION, TreatmentKind.RESECTION, TreatmentKind.TACE,
            TreatmentKind.SIRT, TreatmentKind.HAI, TreatmentKind.RADIOTHERAPY,
        )  # fmt: skip


class Provenance(Term):
    """How a value came into the record."""

    TYPED = "typed", "Typed by a person."
    REPORT = "report", "Taken from a span of the report."
    FILE = "file", "Read from a field of a file."
    SYNTHETIC = "synthetic", "Made by the demo generator."


class Sex(Term):
    """Sex as registered."""

    FEMALE = "female", "Registered as female."
    MALE = "male", "Registered as male."
    OTHER = "other", "Registered otherwise."
    UNKNOWN = "unknown", "Not recorded."


class Primary(Term):
    """Where the cancer began; treatment and outlook follow the primary, not the look of the liver lesions."""

    COLORECTAL = "colorectal", "Colon or rectum."
    BREAST = "breast", "Breast."
    LUNG = "lung", "Lung."
    PANCREAS = "pancreas", "Pancreas."
    STOMACH = "stomach", "Stomach or gastro-oesophageal junction."
    NEUROENDOCRINE = "neuroendocrine", "Neuroendocrine tumour."
    GIST = "GIST", "Gastrointestinal stromal tumour."
    MELANOMA = "melanoma", "Skin or uveal melanoma."
    KIDNEY = "kidney", "Kidney."
    OVARY = "ovary", "Ovary."
    OTHER = "other", "Another known primary."
    UNKNOWN = "unknown", "Not known, or not recorded."


class Appearance(Term):
    """How a lesion looks on an exam."""

    SOLID = "solid", "Solid."
    CYSTIC = "cystic", "Cyst-like."
    NECROTIC = "necrotic", "With a dead centre."
    CALCIFIED = "calcified", "With calcium."


class Enhancement(Term):
    """How a lesion takes up contrast on an exam."""

    HYPOVASCULAR = "hypovascular", "Less than the liver around it."
    RIM = "rim", "At its edge only."
    HYPERVASCULAR = "hypervascular", "More than the liver around it, in the arterial phase."
    NONE = "none", "Not at all."


class BackgroundSign(Term):
    """What an exam may say of the liver around the lesions and of what lies near it."""

    STEATOSIS = "steatosis", "Fat in the liver."
    NODULAR_CONTOUR = "nodular contour", "An uneven edge of the liver, as in cirrhosis or pseudocirrhosis."
    CAPSULAR_RETRACTION = "capsular retraction", "The capsule drawn in over a lesion."
    DILATED_BILE_DUCTS = "dilated bile ducts", "Bile ducts wider than they should be."
    PORTAL_VEIN_THROMBUS = "portal vein thrombus", "A clot, or tumour, in the portal vein."
    ASCITES = "ascites", "Free fluid in the abdomen."
    SPLENOMEGALY = "splenomegaly", "A large spleen."


class Site(Term):
    """Where disease outside the liver is looked for."""

    LUNG = "lung", "Lung."
    LYMPH_NODES = "lymph nodes", "Lymph nodes, wherever they are."
    PERITONEUM = "peritoneum", "Peritoneum."
    BONE = "bone", "Bone."
    BRAIN = "brain", "Brain."
    LOCAL_RECURRENCE = "local recurrence", "Tumour again where the primary was."
    OTHER = "other", "Elsewhere."


class SiteStatement(Term):
    """What an exam says of disease at a site. Without an answer nobody looked it up; that is not 'none'."""

    NONE = "none", "The report says there is none."
    YES = "yes", "The report says there is."
    NOT_MENTIONED = "not mentioned", "The report does not say."
    NOT_IMAGED = "not imaged", "The exam did not show the site."


class Vessel(Term):
    """Vessels and ducts that decide what can be removed."""

    RIGHT_HEPATIC_VEIN = "right hepatic vein", "Right hepatic vein."
    MIDDLE_HEPATIC_VEIN = "middle hepatic vein", "Middle hepatic vein."
    LEFT_HEPATIC_VEIN = "left hepatic vein", "Left hepatic vein."
    PORTAL_BIFURCATION = "portal bifurcation", "Where the portal vein divides."
    PORTAL_BRANCH = "portal branch", "The portal branch of a lobe or section."
    INFERIOR_VENA_CAVA = "inferior vena cava", "Inferior vena cava."
    BILE_DUCT_CONFLUENCE = "bile duct confluence", "Where the right and left bile ducts meet."


class VesselRelation(Term):
    """How near a lesion lies to a vessel or duct."""

    CLEAR = "clear", "More than 10 mm away."
    WITHIN_10_MM = "within 10 mm", "At most 10 mm away, without touching."
    ABUTS = "abuts", "Touches it."
    ENCASES = "encases", "Surrounds it."
    OCCLUDES = "occludes", "Closes it."


class Precision(Term):
    """How exactly a date is known."""

    DAY = "day", "To the day."
    MONTH = "month", "To the month."
    YEAR = "year", "To the year."


class Residual(Term):
    """What a resection left behind (UICC residual tumour classification)."""

    R0 = "R0", "No tumour at the margin."
    R1 = "R1", "Tumour at the margin under the microscope."
    R2 = "R2", "Tumour left that the eye can see."
    RX = "RX", "Cannot be judged."


LIVER = "liver"
LYMPH_NODE = "lymph node"
