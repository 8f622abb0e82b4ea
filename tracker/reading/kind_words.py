"""The words beside a value that tell what it is the size of; see :mod:`tracker.reading.kinds` for what they decide."""

from __future__ import annotations

import re

STOP = re.compile(
    r"(?:is|are|was|were|be|been|in|within|at|on|with|to|from|which|that|who|measur\w+|located|seen|noted|identified|appears?|adjacent|along|near|has|have|having|"
    r"involving|extending|arising|demonstrat\w+|consistent|compatible|for|by|as|per|over|between|into|through|without|versus|vs|compared|previously|now|also|but|than|this|"
    r"originating|abutting|suspicious|showing|shows?|representing|causing|surrounding|containing|contains?|for|respectively|while|whereas|when|although|there|it|its|most|likely|probably)$",
    re.IGNORECASE,
)
TOKEN = re.compile(r"[A-Za-z][\w'’/-]*|[^\w\s]|\d+")
DIMENSION = re.compile(
    r"\s{0,3}[-,]?\s{0,2}(?:\(?(?:in|at|for|by)?\s?(?:its\s|the\s|an?\s)?(?:greatest|maxim(?:um|al)|largest|longest|short(?:est)?|long|ap|cc|tr|transverse|axial|cranio-?caudal|anteroposterior|sagittal|single|"
    r"total|overall|approximate|mean|average|combined|cross-sectional|trans-?axial|coronal|sagittal|oblique|perpendicular|\s|-){0,6}"
    r"(?:axis|axes|diameters?|dimensions?|size[d]?|length|width|height|thickness|extent|breadth|depth|caliber|calibre|span|plane|measurement|craniocaudally|cephalocaudad|long|wide|thick|tall|deep|across)\b\)?)",
    re.IGNORECASE,
)
MEASURED = re.compile(
    r"(?:\b(?:measur\w+|sizes?|sized|diameters?|axis|axes|dimensions?|span|length|width|height|thickness|calib(?:er|re)|extent|is|was|are|were|of|to|from|now|currently|previously|prior|vs|versus|than|at|remains?|suv\w*|max|"
    r"and|left|right|both|approximately|about|maximum|maximal|up|largest|roughly|only|still|again|each|over)\b|[:=<>~≈]|->|→)[\s:=]*$",
    re.IGNORECASE,
)
FAR = re.compile(
    r"\s{0,2}(?:from\s+(?:the\s|its\s|a\s|an\s)?(?!\d|prior|previous|approximately|about|then|at)[a-z]|away\b|apart\b|(?:proximal|distal|cephalad|caudal|cranial|lateral|medial|superior|inferior|anterior|posterior|deep)\s+to\b|"
    r"(?:above|below|beyond|beneath|off)\s+(?:the|its)\b|to the (?:left|right) of|short of\b|into the\b|(?:on|at|of) depth\b|inwards?\b)",
    re.IGNORECASE,
)
FAR_BEFORE = re.compile(
    r"(?:\b(?:shift\w*|displace\w*|distance|\w*listhesis|subluxat\w+|separat\w+|located|lies|lying|situated|positioned|terminat\w+|ends|ending|tip|(?:in|de)creas\w+(?: in size)?(?=\sby)|grown(?=\sby)|margins?|depth|retract\w+|"
    r"herniat(?:es|ed|ing)|descend\w*|deviat\w+|mov\w+|extend\w*|penetrat\w+)\b(?:\s+(?:of|is|by|at|approximately|about|up\s+to|roughly|some|the|a|an)){0,4}|\bdistance\b(?:[^.;\d]|(?<=segment\s)\d|(?<=seg\s)\d){0,70}|\b(?:abut|contact|encas|touch|cross)\w*\b[^.;\d]{0,60}\b(?:length|distance|extent)\sof|\bN\s?\+|\bby(?:\s+(?:approximately|about))?)\s*$",
    re.IGNORECASE,
)
THRESHOLD = re.compile(
    r"(?:\b(?:no|not|none|without|nor|any|neither)\b[^.;\n]{0,70}\b(?:larger|greater|more|bigger|above|over|exceed\w*|beyond|wider|thicker|>|≥)(?:\s+than)?|\b(?:threshold|cut-?off|(?:upper\s)?limits?\sof\snormal(?=\s(?:is|being|of)\b|\s?[(:<≤])|minimum\s(?:measurable\s)?(?:size|diameter)|criteri(?:a|on)|normal\s(?:range|value|limit|is|being|size\sis|[<≤]|up\sto|less))[^.;\n]{0,40}"
    r"|\b(?:no|none|not|without)\b[^.;\n]{0,60}[>≥]|m\)?,\s(?:now\s|which\sis\s)?(?:below|above)(?:\sthe)?)[\s(:=]{0,3}$",
    re.IGNORECASE,
)
#: Something of every threshold; the search for a whole one is dear.
MAYBE_THRESHOLD = re.compile(
    r"larger|greater|more|bigger|above|over|exceed|beyond|wider|thicker|[>≥]|thresh|cut|limit|minim|criteri|normal|below",
    re.IGNORECASE,
)
POOL = re.compile(
    r"blood\s?pool|\bpool\b|background|contra-?lateral|reference|normal liver|liver (?:activity|uptake|background|suv)|mediastinal (?:activity|background)|hepatic (?:background|activity)|physiologic\w*|opposite side|other side",
    re.IGNORECASE,
)
WHICH_MEASURES = re.compile(r"\W{0,3}(?:which|that)\s(?:measur|is\s(?:enlarged|normal))")
#: Nouns that name no kind of lesion, so that a place may tell that it is a node.
GENERIC = ("target", "lesion", "index", "conglomerate")
NEAR_BEFORE = re.compile(r"[;,]|\d\s|\bwith\b")
NEAR_AFTER = re.compile(r"[;,.()]|\b(?:and|compared|versus|vs|below|above|than|relative|exceed\w*|similar)\b|\d")
ANAPHOR = re.compile(
    r"\b(?:largest|biggest|dominant|smallest|smaller|larger|it|this|these|they|one|ones|another|second|third|other|others|latter|former|two|three|target|index|each|both|all)\b",
    re.IGNORECASE,
)
#: A number behind these belongs to a grade, so that the phrase goes on: "2.3 cm Bosniak 1 cyst".
GRADED = re.compile(
    r"\b(?:bosniak|grade|types?|class|category|stage|(?:bi|ti|li|o|pi|lung)-?rads|tr|lr|deauville|score|level)[\s-]*$",
    re.IGNORECASE,
)
#: Under the heading of an organ, a size said of itself: "LIVER: is enlarged in size (16.8 cm)".
OF_THE_ORGAN = re.compile(
    r"\W*(?:(?:is|are|appears?|looks?|remains?)\s+)?(?:\w+ly\s+)?(?:enlarged|normal|bulky|small|shrunken|prominent|borderline|measur\w+|size|span|length)\b[^;.\d]*$",
    re.IGNORECASE,
)
#: Behind these a size in brackets still stands before its noun: "tiny (3 mm) concretion".
ADJECTIVE = re.compile(
    r"\b(?:tiny|small|large|minute|single|solitary|an?|another|further|new|stable|dominant|largest|known|[a-z]{3,}(?:ic|al|ed|ous|ar|ive))\s\($",
    re.IGNORECASE,
)
#: What a finding is said to be: "is a cyst", "consistent with a stone", "typical of a haemangioma".
IS_BENIGN = re.compile(
    r"\b(?:is|are|represents?|(?:in\skeeping|consistent|compatible|keeping)\swith|(?:typical|characteristic|diagnostic)\s(?:of|for))\s(?:most\slikely\s|likely\s)?(?:an?\s)?"
    r"(?:(?:simple|benign|small|tiny|biliary|hepatic|renal|typical|non-?obstructing|incidental|cavernous|calcified)\s){0,3}"
    r"(?:cysts?|ha?emangiomas?|(?:gall|kidney\s)?stones?|calcul(?:us|i)|granulomas?|angiomyolipomas?|FNH|focal\snodular\shyperplasia|(?:focal\s)?fat(?:ty)?\s\w+|hamartomas?|lipomas?|fibroids?)\b(?!\s(?:vs|versus|or)\b)",
    re.IGNORECASE,
)
#: Words for uptake, which is no finding where it is called physiological.
UPTAKE = ("uptake", "activity", "avidity", "hypermetabolism", "accumulation")
PHYSIOLOGICAL = re.compile(r"\bphysiolog", re.IGNORECASE)
#: Between an uptake and that of the earlier examination beside it.
ITS_PRIOR = re.compile(r"[\s|(,]*(?:was|prior|previous(?:ly)?|vs\.?|versus|before)?[\s:=]*", re.IGNORECASE)
#: A line that only says when: "Baseline 23 mm".
ONLY_WHEN = re.compile(
    r"\W*(?:baseline|current(?:ly)?|now|today|prior|previous(?:ly)?|nadir|before|follow-?up|week\s\d+)\W*$",
    re.IGNORECASE,
)
#: A size stands before its noun: "a 12 mm", "several 5 mm".
_ATTRIBUTIVE = re.compile(
    r"\b(?:an?|the|this|another|additional|several|multiple|few|new|stable|small|large|tiny|known|solitary|single|dominant|unchanged|enlarging|enlarged|no|numerous|bilateral|with|contains?|containing|shows?|demonstrates?|"
    r"(?:an?|the)\s+(?:[\w-]+\s+){0,2}(?:approximately|about|roughly|up to))[\s,]{1,3}(?:sub-?|approximately\s|about\s|approx\.?\s|roughly\s|~|<|>)?$",
    re.IGNORECASE,
)


def is_attributive(before: str) -> bool:
    """Whether the words before a size make it stand before its noun: "a 12 mm", "several 5 mm"."""
    return not before.strip() or _ATTRIBUTIVE.search(before) is not None
