"""The table of follow-up intervals: how long after what the next scan is due, with how many days of grace, and who says so.

The rows shipped here are examples of published practice, not rules. A site changes a row; what it changed says so wherever
the date it gives is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from tracker.domain.waiting import WINDOW

#: Days a scan may be late before it is called overdue: on treatment, and in surveillance.
GRACE_ON_TREATMENT, GRACE_IN_SURVEILLANCE = 7, 28
#: What a site may write into a row.
LEAST_WEEKS, MOST_WEEKS, MOST_GRACE = 1, 260, 180

#: The row that says after how long a report is missed; no scan becomes due by it.
REPORT_AWAITED = "report-awaited"


@dataclass(frozen=True, slots=True)
class Interval:
    """One row: in which situation, how long in whole weeks, and the days of grace before a scan is overdue.

    ``words`` begin the sentence that gives the reason ("every 8 weeks"); what was done, and when, follows them.
    """

    context: str
    title: str
    words: str
    weeks: int
    grace_days: int
    source: str
    changed_by_site: bool = False

    @property
    def length(self) -> timedelta:
        return timedelta(weeks=self.weeks)

    @property
    def in_words(self) -> str:
        """The words, and that they are the site's own where they are."""
        return f"{self.words} (changed by this site)" if self.changed_by_site else self.words


def _row(context: str, title: str, words: str, weeks: int, grace: int, source: str) -> Interval:
    return Interval(context, title, words, weeks, grace, source)


_ON, _OFF = GRACE_ON_TREATMENT, GRACE_IN_SURVEILLANCE

#: As shipped, in the order of a table that people read. Where a source gives a range its end counts.
SHIPPED: tuple[Interval, ...] = (
    _row("systemic", "On systemic treatment", "every 8 weeks", 8, _ON,
         "6 to 8 weeks: RECIST 1.1 (Eisenhauer 2009); first look at week 6 in FIRE-3, every 8 weeks in SUNLIGHT"),
    _row("maintenance-colorectal", "Colorectal cancer on maintenance, palliative", "every 8 to 12 weeks", 12, _ON,
         "8 to 12 weeks: ESMO guideline on metastatic colorectal cancer (2022)"),
    _row("conversion", "Before a planned resection", "every 8 weeks", 8, _ON,
         "every 2 months, each time before the panel: CAIRO5"),
    _row("immunotherapy-early", "Immunotherapy, to week 24", "every 6 weeks to week 24", 6, _ON,
         "every 6 weeks to week 24: schedule of NIPICOL"),
    _row("immunotherapy-late", "Immunotherapy, after week 24", "every 12 weeks after week 24", 12, _ON,
         "every 12 weeks after week 24: schedule of NIPICOL"),
    _row("confirm-progression", "To confirm a first progression by iRECIST", "4 to 8 weeks", WINDOW.days // 7, WINDOW.days,
         "4 to 8 weeks after the first progression: iRECIST (Seymour 2017)"),
    _row("radioligand-first", "Radioligand treatment, first scan", "week 16", 16, _ON, "weeks 16 and 24: NETTER-2"),
    _row("radioligand-second", "Radioligand treatment, second scan", "week 24", 24, _ON, "weeks 16 and 24: NETTER-2"),
    _row("radioligand-later", "Radioligand treatment, later", "every 12 weeks", 12, _ON,
         "every 12 weeks after week 24: NETTER-2"),
    _row("ablation-baseline", "After thermal ablation or embolisation: new baseline", "new baseline 4 to 8 weeks", 8, _ON,
         "4 to 8 weeks: protocol of a thermal ablation series (PMC4122121)"),
    _row("ablation-later", "After local treatment other than resection", "every 2 to 4 months", 13, _OFF,
         "every 2 to 4 months: protocol of a thermal ablation series (PMC4122121)"),
    _row("radiation-first", "After radio-embolisation or radiotherapy: first judgement", "first judged 2 to 3 months", 13, _ON,
         "a lag of 1 to 2 months is described (PMC6116887); 2 to 3 months is usual practice"),
    _row("resection-first", "After liver resection: first scan", "first scan 3 months", 13, _OFF,
         "every 3 months for 2 years: prospective follow-up programme (PMC2360492)"),
    _row("resection-early", "After liver resection, to 2 years", "every 3 to 6 months", 26, _OFF,
         "every 3 to 6 months for 2 years, CEA alongside: NCCN colon cancer guideline"),
    _row("resection-late", "After liver resection, after 2 years", "every 6 to 12 months", 52, _OFF,
         "every 6 to 12 months to 5 years: NCCN colon cancer guideline"),
    _row("no-treatment", "No treatment recorded as going on", "every 12 weeks", 12, _OFF,
         "no published interval: a choice of this program"),
    _row(REPORT_AWAITED, "Scan performed: report is missed", "within 1 week", 1, 0,
         "no published interval: a choice of this program"),
)  # fmt: skip

_SHIPPED: Mapping[str, Interval] = {row.context: row for row in SHIPPED}
CONTEXTS = tuple(_SHIPPED)


class Intervals(Mapping[str, Interval]):
    """The table in force: the rows shipped, with those a site changed in their place. Immutable."""

    def __init__(self, changed: Iterable[Interval] = ()) -> None:
        self._rows = dict(_SHIPPED)
        for row in changed:
            if row.context in self._rows:
                self._rows[row.context] = row

    def __getitem__(self, context: str) -> Interval:
        return self._rows[context]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __hash__(self) -> int:
        return hash(tuple(self._rows.values()))

    @property
    def report_days(self) -> int:
        """Days after a scan from which on its report is missed."""
        row = self._rows[REPORT_AWAITED]
        return row.weeks * 7 + row.grace_days


def shipped(context: str) -> Interval:
    """The row as shipped. KeyError where there is none of that context."""
    return _SHIPPED[context]


def change(context: str, weeks: int, grace_days: int, words: str) -> Interval:
    """A row as a site has it: title and source stay. KeyError where there is none of that context."""
    return replace(shipped(context), weeks=weeks, grace_days=grace_days, words=words, changed_by_site=True)


def usual_words(weeks: int) -> str:
    """How a number of weeks is said where a site gives no words of its own."""
    return "every week" if weeks == 1 else f"every {weeks} weeks"


#: As shipped, for whoever has no site at hand.
DEFAULT = Intervals()
