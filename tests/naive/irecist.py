"""iRECIST, naively: Seymour 2017 (tables 2 and 3), the EORTC's answers on iRECIST, and the format's decided questions.

A *block* begins with a first iUPD and ends where that is void. Every later time point of a block is compared with its
first iUPD, so that growth adds up. Within this module the letters are RECIST's, with UPD and CPD; the i comes last.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.naive.courses import marker_is_high
from tests.naive.reading import Told, exam_day, labels, lesion_of, said, settings_of, size, state_of, total, value
from tests.naive.recist import (
    Row,
    combine,
    counting_visits,
    finish,
    first_day_of_target_pd,
    grown,
    judge_non_target,
    judge_row,
    remember,
    remember_cr,
    start_memory,
    without_provisional,
)

BETTER = ("CR", "PR", "SD", "PD")
RANK = ("CR", "PR", "SD", "NON-CR/NON-PD", "NED", "CPD", "UPD", "NE")
DOUBTS = ("NE", "SD", "UPD")
WITH_I = {
    "CR": "iCR", "PR": "iPR", "SD": "iSD", "NON-CR/NON-PD": "NON-iCR/NON-iUPD", "UPD": "iUPD", "CPD": "iCPD",
}  # fmt: skip


# --- new lesions measured apart ------------------------------------------------------------------------------------


def joined_targets(timeline: Told, index: int, row: Row, before: list[str]) -> list[str]:
    """The new-lesion targets: at most five, two an organ, in the order in which they were first measured as such."""
    members = list(before)
    for lesion in timeline["lesions"]:
        organ = lesion["organ"].strip().lower()
        beside = [label for label in members if lesion_of(timeline, label)["organ"].strip().lower() == organ]
        if lesion["label"] in members or len(members) == 5 or len(beside) == 2:
            continue
        if lesion["label"] in row["sure"] and _is_measured_as_target(timeline, index, lesion):
            members.append(lesion["label"])
    return members


def _is_measured_as_target(timeline: Told, index: int, lesion: Told) -> bool:
    if lesion["role"] != "new":
        return False
    for at in range(index + 1):
        seen = said(timeline, at, lesion["label"])
        if seen is None or (seen.get("provisional") and at < index) or size(timeline, lesion["label"], seen) is None:
            continue
        if "target" in (seen.get("as"), lesion.get("as")):
            return True
    return False


def new_sum(timeline: Told, index: int, members: list[str]) -> tuple[Fraction | None, Fraction | None]:
    """Complete and partial sum of new-lesion targets, kept apart from the sum of targets."""
    return total([value(timeline, index, label, members) for label in members])


# --- what a time point shows ---------------------------------------------------------------------------------------


def is_said_to_grow(timeline: Told, index: int, label: str) -> bool:
    seen = said(timeline, index, label)
    return seen is not None and bool(seen.get("grown"))


def is_seen_here(timeline: Told, index: int, label: str) -> bool:
    """Whether an exam of this time point shows the lesion."""
    seen = said(timeline, index, label)
    return seen is not None and state_of(seen) not in ("absent", "not evaluable", "treated", "merged")


def grew_by_5(now: tuple[Fraction | None, Fraction | None], reference: Fraction | None) -> bool:
    """A further 5 mm from the first iUPD; what was measured alone can prove it."""
    known = now[0] if now[0] is not None else now[1]
    return reference is not None and known is not None and known - reference >= 5


def fresh_causes(timeline: Told, index: int, row: Row, memory: Row) -> Row:
    """What makes an iUPD where none is open. A known new lesion that stays as it is does not; its sum must grow by 20 %
    and 5 mm from its smallest (EORTC: how do new lesions define progression)."""
    complete, partial = new_sum(timeline, index, memory["members"])
    known = complete if complete is not None else partial
    return {
        "target": row["target"] == "PD",
        "non-target": row["non_target"] == "PD",
        "further": [label for label in row["sure"] if label not in memory["known"]],
        "new sum": known is not None and grown(known, memory["new_nadir"]),
    }


def first_day(timeline: Told, index: int, row: Row, causes: Row, memory: Row) -> date:
    """The earliest exam of what caused the iUPD."""
    days = [row["sure"][label]["shown"] for label in causes["further"]]
    if causes["target"]:
        days.append(first_day_of_target_pd(timeline, index, memory))
    if causes["non-target"]:
        days += [exam_day(timeline, index, said(timeline, index, label)) for label in row["worse"]]
    if causes["new sum"]:
        days += [exam_day(timeline, index, said(timeline, index, label)) for label in memory["members"]]
    return min(days)


# --- an open block -------------------------------------------------------------------------------------------------


def open_block(timeline: Told, index: int, row: Row, causes: Row, memory: Row) -> Row:
    """The first iUPD, to which every later time point is compared."""
    target = row["target"] if row["target"] != "NE" else memory["last_target"]
    return {
        "date": row["date"], "shown": first_day(timeline, index, row, causes, memory),
        "target": target, "target_pd": row["target"] == "PD", "sum": row["sum"],
        "non_target": row["non_target"], "non_target_pd": row["non_target"] == "PD", "worse": stated_worse(timeline, index),
        "new": list(row["sure"]), "members": row["members"], "new_sum": new_sum(timeline, index, row["members"])[0],
        "grown": [],
    }  # fmt: skip


def still_grown(timeline: Told, index: int, row: Row, block: Row) -> list[str]:
    """Lesions said to have grown since the first iUPD; it holds until they are gone."""
    followed = labels(timeline, "non-target") + [label for label, what in row["known"].items() if what["missed"]]
    seen = [label for label in followed if judge_non_target(timeline, index, label) != "gone"] + list(row["sure"])
    return [label for label in seen if label in block["grown"] or is_said_to_grow(timeline, index, label)]


def stated_worse(timeline: Told, index: int) -> list[str]:
    """The non-targets that are said to progress beyond doubt."""
    return [label for label in labels(timeline, "non-target") if judge_non_target(timeline, index, label) == "worse"]


def worse_within(timeline: Told, index: int, row: Row, block: Row) -> bool:
    """Non-targets or new lesions that made the iUPD are worse still (table 2, rows 6 to 10): whatever the targets do."""
    grown_since = still_grown(timeline, index, row, block)
    if block["non_target_pd"]:
        others = [label for label in grown_since if label not in row["sure"]]
        if others or any(label not in block["worse"] for label in stated_worse(timeline, index)):
            return True
    if not block["new"]:
        return False
    apart = [label for label in grown_since if label in row["sure"] and label not in row["members"]]
    further = [label for label in row["sure"] if label not in block["new"]]
    return bool(apart or further or grew_by_5(new_sum(timeline, index, block["members"]), block["new_sum"]))


def worse_elsewhere(row: Row, block: Row) -> bool:
    """The targets grew by a further 5 mm, or a category that had no progression at the first iUPD has it now."""
    if block["target_pd"] and grew_by_5((row["sum"], row["partial"]), block["sum"]):
        return True
    return (
        (row["target"] == "PD" and not block["target_pd"])
        or (row["non_target"] == "PD" and not block["non_target_pd"])
        or (bool(row["sure"]) and not block["new"])
    )


def is_void(row: Row, block: Row) -> bool:
    """The target category is better than at the iUPD, or nothing of what made it is left."""
    return _is_better(row, block) or _is_gone(row, block)


def _is_better(row: Row, block: Row) -> bool:
    if row["target"] is None:
        return bool(row["non_target"] == "CR" and block["non_target"] != "CR")
    return row["target"] != "NE" and BETTER.index(row["target"]) < BETTER.index(block["target"])


def _is_gone(row: Row, block: Row) -> bool:
    target_gone = row["target"] != "PD" and not (row["target"] == "NE" and block["target_pd"])
    non_target_gone = row["non_target"] == "CR" if block["non_target_pd"] else row["non_target"] != "PD"
    return bool(target_gone and non_target_gone and not row["sure"])


def can_confirm(timeline: Told, index: int, row: Row, block: Row, known: list[str]) -> bool:
    """Four weeks after the first iUPD; before, only a scan for a new symptom that is the first to show a further new
    lesion."""
    if (row["date"] - block["date"]).days >= settings_of(timeline)["irecist_confirmation_days"]:
        return True
    first_seen = [label for label in row["sure"] if label not in known and is_seen_here(timeline, index, label)]
    further = [label for label in first_seen if label not in block["new"]]
    return bool(timeline["time_points"][index].get("for_symptom") and further)


def is_unknown(timeline: Told, index: int, row: Row) -> bool:
    """Whether an open iUPD meets a time point that says nothing: it stays open over it."""
    if row["non_target"] == "PD" or any(is_seen_here(timeline, index, label) for label in row["sure"]):
        return False
    if row["target"] is not None:
        return bool(row["target"] == "NE")
    if row["non_target"] is not None:
        return bool(row["non_target"] == "NE")
    return not timeline["time_points"][index].get("observations")


# --- time points and course ----------------------------------------------------------------------------------------


def begin() -> Row:
    """What a time point hands to the next."""
    return start_memory() | {"block": None, "known": [], "members": [], "new_nadir": None, "last_target": "SD"}


def judge(timeline: Told, index: int, memory: Row) -> Row:
    """One time point: its categories, its overall response, and the block that is open after it."""
    row, block = judge_row(timeline, index, memory), memory["block"]
    row["members"], row["block"] = joined_targets(timeline, index, row, memory["members"]) if index else [], block
    if index == 0:
        return row
    if block is not None and worse_within(timeline, index, row, block):
        row["overall"] = "CPD" if can_confirm(timeline, index, row, block, memory["known"]) else "UPD"
    elif block is not None and is_void(row, block) and block["non_target_pd"] and row["non_target"] == "PD":
        row["overall"] = "UPD"  # table 2, row 6: the non-targets that made the iUPD still progress, no further
    elif block is None or is_void(row, block):
        _judge_afresh(timeline, index, row, memory)
    elif worse_elsewhere(row, block):
        row["overall"] = "CPD" if can_confirm(timeline, index, row, block, memory["known"]) else "UPD"
    else:
        row["overall"] = "NE" if is_unknown(timeline, index, row) else "UPD"
    row["strict"] = row["strict"] or row["overall"]
    return row


def _judge_afresh(timeline: Told, index: int, row: Row, memory: Row) -> None:
    """Table 2 without an earlier iUPD."""
    causes = fresh_causes(timeline, index, row, memory)
    if any(causes.values()):
        row["overall"], row["block"] = "UPD", open_block(timeline, index, row, causes, memory)
        return
    marker = marker_is_high(timeline, index)
    row["overall"] = _without_iupd(row["target"], row, marker)
    row["strict"], row["block"] = _without_iupd(row["strict_target"], row, marker), None


def _without_iupd(target: str | None, row: Row, marker: bool) -> str:
    """Tables 1 and 2 of RECIST with the i; a new lesion that is still there stands against iCR."""
    word = combine(target, row["non_target"], new=False, marker=marker)
    if word == "CR" and row["sure"]:
        return "PR" if target else "NON-CR/NON-PD"
    return word


def move_on(timeline: Told, index: int, row: Row, memory: Row) -> None:
    """The state of the course after a time point that counts."""
    block = memory["block"] = row["block"]
    if block is not None and block["date"] < row["date"]:
        block["grown"] = still_grown(timeline, index, row, block)
        if block["sum"] is None and row["target"] == "PD":
            block["sum"] = row["sum"]
        if block["new_sum"] is None:
            block["new_sum"] = new_sum(timeline, index, block["members"])[0]
    remember_cr(row, memory)
    memory["progressed"] = memory["progressed"] or row["overall"] == "CPD"
    memory["last_target"] = row["target"] if row["target"] in BETTER else memory["last_target"]
    memory["known"] = list(row["sure"])
    if row["members"] != memory["members"]:
        memory["new_nadir"], memory["members"] = None, row["members"]
    complete = new_sum(timeline, index, memory["members"])[0]
    if complete is not None and (memory["new_nadir"] is None or complete < memory["new_nadir"]):
        memory["new_nadir"] = complete
    if row["overall"] in ("UPD", "CPD"):
        memory["visits"] = []
    else:
        memory["visits"].append({"date": row["latest"], "strict": row["strict"], "overall": row["overall"]})


def assess(timeline: Told) -> Row:
    """Every time point and the course: rows, best, confirmed, progression date, response start."""
    memory, rows, progression = begin(), [], None
    for index in range(len(timeline["time_points"])):
        settled = without_provisional(timeline, index)
        row = judge(timeline, index, memory)
        without = judge(settled, index, memory) if row["provisional"] else row
        row["counts"] = without if without["overall"] == row["overall"] else None
        counts = bool(index and row["counts"])
        if counts:
            move_on(settled, index, row["counts"], memory)
        remember(timeline, index, row, memory)
        if counts and row["overall"] == "CPD" and progression is None:
            progression = memory["block"]["shown"]
        rows.append(row)
    if progression is None and memory["block"] is not None:
        progression = memory["block"]["shown"]
    visits = counting_visits(rows, progression, ("UPD", "CPD"))
    course = finish(timeline, rows, visits, progression, RANK, DOUBTS)
    for row in rows:
        row["overall"] = WITH_I.get(row["overall"], row["overall"])
    return course | {key: WITH_I.get(course[key], course[key]) for key in ("best", "confirmed")}
