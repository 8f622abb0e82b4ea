"""The words beside a value that tell of which examination it is; see :mod:`tracker.reading.times` for what they decide."""

from __future__ import annotations

import re

from tracker.reading.model import Kind

#: What is no size of anything seen belongs to the report itself.
TIMELESS = frozenset({Kind.REFERENCE, Kind.TECHNIQUE})
FILLERS = (
    r"(?:[\s:=~≈(<>\[]|(?<=[a-z])-|(?:measur(?:ing|ed|ement)s?|sized?|diameters?|dimensions?|values?|of|at|was|were|being|it|its|about|approximately|approx\.?|around|circa|up to|an?|the|maxim(?:um|al)|max|peak|mean|"
    r"largest|longest|greatest|short|long|axis|SUV\w*|SUV[\s-]max|prior|previous(?:ly)?|stud(?:y|ies)|exam(?:ination)?|ct|mri?|pet|pet/ct|scan|imaging|on|in|from|only|had|been|dated|recorded|reported|as|baseline|also|report|uptake|activity|level|before|with|"
    r"the same|lesion|nodule|mass|node)\b\.?){0,9}"
)
WORD = r"(?<![\w-])"
#: Words before a value that make it an earlier one, whatever else is said.
PRIOR_HERE = re.compile(
    rf"{WORD}(?:previous(?:ly)?|prev\.?|prior(?:ly)?|pre-?existing size|former(?:ly)?|earlier|vs\.?|versus|compared\s(?:to|with)|in comparison\s(?:to|with)|against|as opposed to|(?:down|up)\s+from|(?:had|having)\s(?:been|measured)|"
    rf"last\s(?:measur\w+|time|exam\w*|study|ct|scan)|used to (?:be|measure)|old(?:er)?\s(?:size|measurement|value))(?!\w){FILLERS}$",
    re.IGNORECASE,
)
#: Words that do so only beside another value, or a word of change.
PRIOR_BESIDE = re.compile(
    rf"(?:{WORD}(?:was|were|baseline|nadir|initial(?:ly)?|original(?:ly)?|before|old|measured|pre|pre-?(?:treatment|therapy))(?!\w)|←|<-){FILLERS}$",
    re.IGNORECASE,
)
FROM = re.compile(rf"{WORD}from(?!\w){FILLERS}$", re.IGNORECASE)
CURRENT_HERE = re.compile(
    rf"(?:{WORD}(?:now|current(?:ly)?|today(?:'s)?|present(?:ly)?|at present|is|are|measures|remains|(?:has|have)\s\w+(?:\sin\s(?:size|diameter))?\sto)(?!\w)){FILLERS}$",
    re.IGNORECASE,
)
TO = re.compile(
    r"(?:^|[\s)])(?:(?:down|up)\s+)?to(?!\w)[\s~]*(?:(?:now|currently|about|approximately|an?|its|size|of|SUV\w*|max|measur\w+|current|the)[\s:]*){0,5}$",
    re.IGNORECASE,
)
#: "10 mm (11 mm)", "2.1 cm (CT 2.6 cm)": a second size alone in brackets is the earlier one.
BRACKET = re.compile(r"\s{0,2}[(\[]|\s{0,2}(?:[a-z]{4,12}\s)?[(\[](?:CT|MRI?|PET)[\s:]{0,2}")
#: Two or more sizes alone in one bracket.
SEVERAL_BRACKETED = re.compile(
    r"\s?(?:mm|cm)?\s?(?:,|;|and|&|/|,\sand)\s?\d{1,3}(?:[.,]\d)?(?:\s?x\s?\d{1,3}(?:[.,]\d)?)?\s?(?:mm|cm)?(?:,?\srespectively)?\s?[)\]]",
    re.IGNORECASE,
)
#: A sentence that says only "Baseline 23 mm" is followed by one of now.
CURRENT_NEXT = re.compile(r"[\s.;,|]*(?:current(?:ly)?|now|today|follow-?up|present|week\s\d+)\b", re.IGNORECASE)
THAN_THE = re.compile(r"^\s{1,2}v\.?\s{1,2}$|\b(?:exceed\w*|than)\sthe\s{0,2}$", re.IGNORECASE)
OTHER_SIDE = re.compile(r"\s{0,2}(?:on|in)\sthe\s(?:right|left|other|opposite|contra-?lateral)", re.IGNORECASE)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b", re.IGNORECASE
)
IN_MONTH_AFTER = re.compile(
    r"^[\s),]{0,2}(?:as\s)?(?:recorded|measured|reported|seen|noted|described|found)?\s?(?:in|of|from|back in)\s(?=\w)",
    re.IGNORECASE,
)
ARROW = re.compile(r"^[\s)]{0,3}(?:→|-{1,2}>|=>|⇒|➔|➜|>)\s{0,3}(?:now\s)?$", re.IGNORECASE)
OF_SIZE = r"(?:[\s,(\])]|in\s(?:its\s)?(?:greatest\s|maxim\w+\s|largest\s)?(?:size|diameter|length|dimension|extent|height|width|short[\s-]axis|long[\s-]axis|short[\s-]diameter)\b|short[\s-]axis|long[\s-]axis|diameter\b|SUV\w*|g/ml|AP\b){0,6}"
STUDY = r"(?:prior|previous|preceding|earlier|last|comparison|baseline|old|older|initial|outside|pre-?treatment|pre-?operative)"
PRIOR_AFTER = re.compile(
    rf"^{OF_SIZE}(?:previously|prior(?!\sto\s(?:the\s)?(?:exam|scan|biopsy))|before(?!\w)|earlier|formerly|beforehand|at\s(?:the\s)?(?:{STUDY}|that time|diagnosis|the time of)|(?:on|in|at)\s(?:the\s|her\s|his\s|an?\s)?(?:most recent\s|immediate\s|both\s|all\s|two\s|three\s){{0,2}}{STUDY}\b|"
    r"(?:\w+\s)?(?:months?|weeks?|days?|years?)\s(?:ago|earlier|prior|before|previously)|last\s(?:year|month|time|exam\w*|study|ct|scan|week)|\d{1,2}\s(?:months?|weeks?|days?|years?)\s(?:ago|earlier|prior|before))",
    re.IGNORECASE,
)
CURRENT_AFTER = re.compile(
    r"^[\s,(]{0,3}(?:now|today|currently|at present|presently|on\s(?:the\s)?(?:current|present|today|this))(?!\w)",
    re.IGNORECASE,
)
LIST = re.compile(
    r"(?:[\s,&/(]|(?:and|or|x|by|on|in|the|right|left|side|sides|lobe|upper|lower|middle|respectively|SUV\w*|SUV[\s-]max|max|with|an?|of|at|for|short|long|axis|diameter|segments?|seg|[IV]{1,4}[ab]?|measuring|approximately|about|size)(?![\w])){0,14}"
)
CHANGE = re.compile(
    r"\b(?:in|de)creas\w*|\bgr(?:own|ew|owth)|\bshr[aiu]nk\w*|\breduc\w*|\benlarg\w*|\bregress\w*|\bprogress\w*|\bdiminish\w*|\bchang\w*|\bsmaller|\blarger|\bimprov\w*|\bworse\w*|\bfell|\brose|\bdrop\w*|\bresponse|\bdoubl\w+|\btripl\w+|\bhalved|\bdown|\bup\b",
    re.IGNORECASE,
)
COMPARING = re.compile(
    r"\b(?:compar\w+|unchanged|stable|similar|as|since|than|relative|seen|visible|noted|known|identified|described|present|demonstrated|reported|visuali[sz]ed)\s+(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)
ONLY_SEEN = re.compile(
    r"^\s{0,3}(?:seen|noted|described|known|identified|reported|demonstrated|visuali[sz]ed|imaged|characteri[sz]ed|measured|documented|mentioned|visible|present|detected|observed|enhancing|hypermetabolic|avid)\b",
    re.IGNORECASE,
)
TREATED = re.compile(
    r"^\s{0,3}(?:treated|resected|biopsied|ablated|irradiated|embolized|embolised|diagnosed)\b", re.IGNORECASE
)
#: Of a cue that goes on about what an earlier examination showed.
WHEN = re.compile(r"\b(?:when|where|which)\b")
NOW = re.compile(r"\b(?:now|currently|today|has|have|is|are|measures|at present|presently)\b|→|->", re.IGNORECASE)
BREAK = re.compile(r";|\b(?:but|however|whereas|while)\b", re.IGNORECASE)
MONTH_YEAR = re.compile(
    r"\b(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s+)(?:19|20)\d\d\b", re.IGNORECASE
)
DATED_BEFORE = re.compile(rf"^[\s),]{{0,3}}(?:it|this|the lesion)?{FILLERS}$", re.IGNORECASE)
DATED_AFTER = re.compile(
    rf"^{OF_SIZE}(?:on|in|of|from|dated|at|as of|\(|\[|per|by)?\s{{0,2}}(?:the\s)?(?:ct|mri?|scan|study|exam(?:ination)?|pet(?:/ct)?)?\s{{0,2}}(?:of|from|dated|on)?\s{{0,2}}\(?$",
    re.IGNORECASE,
)
