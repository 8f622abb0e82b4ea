"""RECIST 1.1, naively: Eisenhauer 2009 (sections in brackets), the EORTC answers, and the format's decided questions."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.naive.courses import marker_is_high, new_disease, start_of, treatment_changed, unequivocal
from tests.naive.reading import (
    Told,
    carrier_of,
    day,
    exam_day,
    is_node,
    is_provisional,
    labels,
    last_word,
    latest_exam,
    mm,
    said,
    settings_of,
    state_of,
    total,
    value,
    was_treated,
)  # fmt: skip

RANK = ("CR", "PR", "SD", "NON-CR/NON-PD", "NED", "PD", "NE")
Row = dict[str, Any]


def grown(now: Fraction, nadir: Fraction | None) -> bool:
    """At least 20 % and at least 5 mm above the smallest sum before (4.3.1)."""
    return nadir is not None and 5 * now >= 6 * nadir and now - nadir >= 5


def is_gone(timeline: Told, label: str, size: Fraction) -> bool:
    """A target that no longer stands against CR: 0 mm, a node under 10 mm (4.3.1, 4.3.2)."""
    return size < 10 if is_node(timeline, label) else size == 0


def judge_targets(timeline: Told, index: int, nadir: Fraction | None, had_cr: bool) -> str | None:
    """In the decided order: PD proved by a partial sum, completeness, CR, PD, PR, SD (4.3.1, 4.4.2)."""
    targets = labels(timeline, "target")
    if not targets or index == 0:
        return None
    values = {label: value(timeline, index, label, targets) for label in targets}
    complete, partial = total(list(values.values()))
    first = total([value(timeline, 0, label, targets) for label in targets])[0]
    all_gone = all(is_gone(timeline, label, size) for label, size in values.items() if size is not None)
    if had_cr and not all_gone:
        return "PD"
    if complete is None:
        return "PD" if partial is not None and grown(partial, nadir) and not all_gone else "NE"
    if all_gone:
        return "CR"
    if grown(complete, nadir):
        return "PD"
    if first is None:
        return "NE"
    return "PR" if 10 * complete <= 7 * first else "SD"


def judge_non_target(timeline: Told, index: int, label: str) -> str:
    """'worse', 'present', 'gone' or 'unknown' (4.3.3, 4.3.4). A merged one is judged by the lesion that carries it."""
    carrier = carrier_of(timeline, index, label)
    seen = None if carrier is None else last_word(timeline, index, carrier)
    if carrier is None or seen is None or state_of(seen) == "not evaluable":
        return "unknown"
    state, short = state_of(seen), seen.get("short_mm")
    if state == "unequivocal progression":
        return "worse"
    if was_treated(timeline, index, carrier) or was_treated(timeline, index, label):
        return "unknown"
    if state == "absent":
        return "gone"
    if is_node(timeline, carrier) and (mm(short) < 10 if short is not None else state == "too small to measure"):
        return "gone"
    return "present"


def is_disease(timeline: Told, index: int, label: str) -> bool:
    """A node under 10 mm at the baseline is no disease (3.1), whatever the list calls it, until it is seen to be; nor is
    what the baseline calls absent."""
    seen = said(timeline, 0, label)
    if seen is None:
        return True
    normal = is_node(timeline, label) and seen.get("short_mm") is not None and mm(seen["short_mm"]) < 10
    if not normal and state_of(seen) != "absent":
        return True
    settled = [timeline if at == index else without_provisional(timeline, at) for at in range(index + 1)]
    return any(judge_non_target(each, at, label) in ("present", "worse") for at, each in enumerate(settled))


def judge_non_targets(timeline: Told, index: int, known: dict[str, Told], memory: Row) -> tuple[str | None, list[str]]:
    """The category, and the lesions that make it PD. After an overall CR disease that is back is PD (4.3.5).

    A lesion called new that the baseline shows in retrospect is a non-target that was missed; one found only after the
    CR means that the CR was over-called, and is not back.
    """
    followed = [label for label in labels(timeline, "non-target") if is_disease(timeline, index, label)]
    followed += [label for label, what in known.items() if what["missed"]]
    if not followed or index == 0:
        return None, []
    kinds = {label: judge_non_target(timeline, index, label) for label in followed}
    worse = [label for label, kind in kinds.items() if kind == "worse"]
    could_be_back = labels(timeline, "non-target") + memory["missed_at_cr"] if memory["had_cr"] else []
    back = [label for label, kind in kinds.items() if kind == "present" and label in could_be_back]
    if worse or back:
        return "PD", worse or back
    if "present" in kinds.values():
        return "NON-CR/NON-PD", []
    if "unknown" in kinds.values():
        return "NE", []
    return ("NON-CR/NON-PD" if marker_is_high(timeline, index) else "CR"), []


def combine(target: str | None, non_target: str | None, *, new: bool, marker: bool) -> str:
    """Tables 1 and 2 (4.4.2); NED where the baseline showed nothing to follow."""
    if new or "PD" in (target, non_target):
        return "PD"
    if target is None:
        return non_target or "NED"
    if target == "CR" and (non_target in ("NON-CR/NON-PD", "NE") or marker):
        return "PR"
    return target


def keeps_pr(settings: Told, visits: list[Row]) -> bool:
    """A PR stays one until progression (EORTC); where confirmation is required, once it is confirmed."""
    if not settings["sticky_pr"]:
        return False
    if settings["confirmation_required"]:
        return find_confirmed(visits, ("CR", "PR"), settings) is not None
    return any(visit["overall"] in ("CR", "PR") for visit in visits)


def first_day_of_target_pd(timeline: Told, index: int, memory: Row) -> date:
    """The earliest exam that shows it: with the sizes seen so far, and the others as they were at the smallest sum.

    After an overall CR it is the one that shows any target again; a node under 10 mm is not (EORTC: abnormal lymph node).
    """
    targets = labels(timeline, "target")
    sizes = {label: value(timeline, index, label, targets) for label in targets}
    days = {
        label: exam_day(timeline, index, said(timeline, index, label)) for label in targets if sizes[label] is not None
    }
    for when in sorted(days.values()):
        shown = [label for label in days if days[label] <= when]
        if memory["had_cr"]:
            if any(not is_gone(timeline, label, sizes[label] or Fraction(0)) for label in shown):
                return when
            continue
        parts = [sizes[label] if label in shown else memory["sizes_at_nadir"][label] for label in days]
        if grown(total(parts)[0] or Fraction(0), memory["nadir"]):
            return when
    return max(days.values())


def start_memory() -> Row:
    """What a time point hands to the next."""
    return {"nadir": None, "sizes_at_nadir": {}, "had_cr": False, "missed_at_cr": [], "progressed": False, "visits": []}


def judge_row(timeline: Told, index: int, memory: Row) -> Row:
    """The categories of one time point, the same for RECIST 1.1 and iRECIST; the overall response is not yet given."""
    targets = labels(timeline, "target")
    complete, partial = total([value(timeline, index, label, targets) for label in targets])
    known = new_disease(timeline, index)
    target = judge_targets(timeline, index, memory["nadir"], memory["had_cr"])
    non_target, worse = judge_non_targets(timeline, index, known, memory)
    sure = unequivocal(known) if index else {}
    return {
        "date": day(timeline["time_points"][index]["date"]), "latest": latest_exam(timeline, index),
        "sum": complete, "partial": partial, "nadir": memory["nadir"], "strict_target": target,
        "target": "PR" if target == "SD" and keeps_pr(settings_of(timeline), memory["visits"]) else target,
        "non_target": non_target, "worse": worse, "new": bool(sure), "sure": sure, "known": known,
        "overall": None, "strict": None, "after_progression": index > 0 and memory["progressed"],
        "provisional": is_provisional(timeline, index), "changed": index > 0 and treatment_changed(timeline, index),
    }  # fmt: skip


def remember(timeline: Told, index: int, row: Row, memory: Row) -> None:
    """The smallest complete sum; a sum with a provisional target is no nadir."""
    observations = timeline["time_points"][index].get("observations") or {}
    unsettled = any((observations.get(label) or {}).get("provisional") for label in labels(timeline, "target"))
    if row["sum"] is None or (index > 0 and unsettled):
        return
    if memory["nadir"] is None or row["sum"] < memory["nadir"]:
        memory["nadir"] = row["sum"]
        targets = labels(timeline, "target")
        memory["sizes_at_nadir"] = {label: value(timeline, index, label, targets) for label in targets}


def progression_day(timeline: Told, index: int, row: Row, memory: Row) -> date:
    """PD is dated to the earliest exam that shows it (4.3.5, and the usual convention)."""
    days = [what["shown"] for what in row["sure"].values()]
    days += [exam_day(timeline, index, said(timeline, index, label)) for label in row["worse"]]
    if row["target"] == "PD":
        days.append(first_day_of_target_pd(timeline, index, memory))
    return min(days)


def judge_overall(timeline: Told, index: int, memory: Row) -> Row:
    """One time point with its overall response; the baseline has none."""
    row = judge_row(timeline, index, memory)
    if index:
        marker = marker_is_high(timeline, index)
        row["strict"] = combine(row["strict_target"], row["non_target"], new=row["new"], marker=marker)
        row["overall"] = combine(row["target"], row["non_target"], new=row["new"], marker=marker)
    if row["overall"] == "PD":
        row["shown"] = progression_day(timeline, index, row, memory)
    return row


def without_provisional(timeline: Told, index: int) -> Told:
    """The timeline as if this time point's open questions had not been asked."""
    points = list(timeline["time_points"])
    observations = points[index].get("observations") or {}
    kept = {label: seen for label, seen in observations.items() if not seen.get("provisional")}
    points[index] = points[index] | {"observations": kept}
    return timeline | {"time_points": points}


def judge_twice(timeline: Told, index: int, memory: Row) -> Row:
    """One time point with and without its open questions. ``counts`` is what goes on: the second where both are alike,
    nothing where they are not."""
    row = judge_overall(timeline, index, memory)
    row["counts"] = row
    if row["provisional"]:
        without = judge_overall(without_provisional(timeline, index), index, memory)
        row["counts"] = without if without["overall"] == row["overall"] else None
    return row


def assess(timeline: Told) -> Row:
    """Every time point and the course: rows, best, confirmed, progression date, response start."""
    memory, rows = start_memory(), []
    for index in range(len(timeline["time_points"])):
        row = judge_twice(timeline, index, memory)
        remember(timeline, index, row, memory)
        if index and row["counts"]:
            _move_on(row["counts"], memory)
        rows.append(row)
    days = [row["counts"]["shown"] for row in rows if row["overall"] == "PD" and row["counts"]]
    progression = min(days, default=None)
    return finish(timeline, rows, counting_visits(rows, progression, ("PD",)), progression)


def remember_cr(row: Row, memory: Row) -> None:
    """The first overall CR, and the missed lesions known by then: what can come back after it."""
    if row["overall"] == "CR" and not memory["had_cr"]:
        memory["had_cr"] = True
        memory["missed_at_cr"] = [label for label, what in row["known"].items() if what["missed"]]


def _move_on(row: Row, memory: Row) -> None:
    remember_cr(row, memory)
    memory["progressed"] = memory["progressed"] or row["overall"] == "PD"
    if row["overall"] == "PD":
        memory["visits"] = []
    else:
        memory["visits"].append({"date": row["latest"], "strict": row["strict"], "overall": row["overall"]})


def counting_visits(rows: list[Row], progression: date | None, worse: tuple[str, ...]) -> list[Row]:
    """Settled time points up to progression, before another treatment; what was seen in retrospect ends them earlier."""
    visits = []
    for row in [row["counts"] for row in rows[1:] if row["counts"]]:
        if row["after_progression"] or row["changed"]:
            continue
        if row["overall"] in worse:
            visits.append({"date": progression or row["latest"], "strict": row["overall"], "overall": row["overall"]})
        elif progression is None or row["date"] < progression:
            visits.append({"date": row["latest"], "strict": row["strict"], "overall": row["overall"]})
    return visits


def find_confirmed(
    visits: list[Row], wanted: tuple[str, ...], settings: Told, doubts: tuple[str, ...] = ("NE", "SD")
) -> Row | None:
    """The first response that a later one confirms: far enough, with no more than so many NE or SD between (4.6)."""
    for number, visit in enumerate(visits):
        if visit["strict"] not in wanted:
            continue
        for later in range(number + 1, len(visits)):
            between = [each["strict"] for each in visits[number + 1 : later] if each["strict"] not in ("CR", "PR")]
            if any(word not in doubts for word in between):
                break
            far_enough = (visits[later]["date"] - visit["date"]).days >= settings["confirmation_days"]
            if visits[later]["strict"] in wanted and far_enough and len(between) <= settings["max_between"]:
                return visit
    return None


def confirmed_best(
    timeline: Told, visits: list[Row], rank: tuple[str, ...] = RANK, doubts: tuple[str, ...] = ("NE", "SD")
) -> str:
    """Table 3 (4.6): a response that none confirms is stable disease where that lasted, else what came after."""
    settings = settings_of(timeline)
    if find_confirmed(visits, ("CR",), settings, doubts):
        return "CR"
    if find_confirmed(visits, ("CR", "PR"), settings, doubts):
        return "PR"
    stable = "SD" if labels(timeline, "target") else "NON-CR/NON-PD"
    words = []
    for number, visit in enumerate(visits):
        if visit["strict"] not in ("CR", "PR", "SD"):
            words.append(visit["strict"])
            continue
        then_stable = visit["strict"] == "PR" and any(later["strict"] == "SD" for later in visits[number + 1 :])
        if then_stable or lasted(timeline, visit):
            words.append(stable)
    return min(words, key=rank.index, default="NE")


def lasted(timeline: Told, visit: Row) -> bool:
    """Stable disease counts from the least time after the start (4.4.3)."""
    return bool((visit["date"] - start_of(timeline)).days >= settings_of(timeline)["minimum_sd_days"])


def finish(
    timeline: Told,
    rows: list[Row],
    visits: list[Row],
    progression: date | None,
    rank: tuple[str, ...] = RANK,
    doubts: tuple[str, ...] = ("NE", "SD"),
) -> Row:
    """Best overall response and dates (4.4.3, 4.6, 4.7). ``doubts`` may stand between a response and its confirmation."""
    settings = settings_of(timeline)
    words = [visit["overall"] for visit in visits if visit["overall"] != "SD" or lasted(timeline, visit)]
    best = min(words, key=rank.index, default="NE")
    confirmed = confirmed_best(timeline, visits, rank, doubts)
    start = next((visit for visit in visits if visit["overall"] in ("CR", "PR")), None)
    if settings["confirmation_required"]:
        best, start = confirmed, find_confirmed(visits, ("CR", "PR"), settings, doubts)
    return {
        "rows": rows,
        "best": best,
        "confirmed": confirmed,
        "progression": progression,
        "start": start and start["date"],
    }
