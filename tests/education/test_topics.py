"""Every topic of the seed document on liver metastases is covered by a note that really speaks of it."""

from __future__ import annotations

import re

import pytest

from tests.support.require import shared_folder
from tracker.education import Topic, find_note, load_notes

#: Topic of the seed, the notes that cover it, what each of them together must say, and a word by which the seed says it.
TOPICS: tuple[tuple[Topic, tuple[str, ...], tuple[str, ...], str], ...] = (
    (Topic.WHAT_THEY_ARE, ("N36", "N29"), ("tumours in the liver", "cancer elsewhere", "began somewhere else"), "originate"),
    (Topic.WHERE_FROM, ("N36",), ("colorectal", "bowel", "breast", "lung", "pancreas", "stomach"), "pancreatic"),
    (Topic.WHY_THE_LIVER, ("N36",), ("blood of many organs", "which filters it", "is filtered in the liver"), "filters blood"),
    (Topic.HOW_THEY_FORM, ("N36",), ("break off", "primary tumour", "blood or lymph", "settle", "grow"), "break away"),
    (Topic.ONE_OR_MANY, ("N36", "N39"), ("one lesion or many", "one spot or many"), "one lesion or multiple"),
    (Topic.APPEARANCE, ("N39",), ("varies with the primary", "solid", "cystic", "necrotic", "enhancement", "cyst"), "necrotic"),
    (Topic.NO_EARLY_SYMPTOMS, ("N37",), ("feel nothing until the tumours are large or many", "no symptoms at first"), "no symptoms"),
    (
        Topic.SYMPTOMS, ("N37",),
        ("discomfort", "pain", "fatigue", "tired", "abnormal liver tests", "weight loss", "lose weight", "jaundice"), "weight loss",
    ),
    (Topic.RED_FLAGS, ("N25", "N37"), ("sudden", "pain", "jaundice", "yellow skin", "fever", "confusion"), "Red flags"),
    (Topic.RED_FLAG_CAUSES, ("N25",), ("bile duct", "liver that no longer copes", "liver under strain"), "bile duct blockage"),
    (Topic.IMAGING_ROLES, ("N38",), ("detect", "characterise", "monitor", "find spots"), "characterizing"),
    (Topic.SIZE_NUMBER_PLACE, ("N39",), ("size, number and distribution", "staging", "planning", "stage"), "distribution"),
    (Topic.CT_AND_MRI, ("N38", "N06"), ("ct and mri", "blood flow", "tissue"), "blood flow"),
    (Topic.PET_CT, ("N38",), ("pet/ct", "how active", "spread elsewhere"), "PET/CT"),
    (Topic.NOT_PRIMARY, ("N29",), ("secondary is not primary liver cancer", "not the same as a cancer that starts in the liver"), "not the same"),
    (Topic.OUTLOOK, ("N29",), ("treatment and outlook follow the primary", "not the look"), "prognosis depend"),
    (Topic.FOLLOW_UP_IMAGING, ("N38", "N02", "N30"), ("response and new lesions", "how treatment works"), "Follow-up imaging"),
    (Topic.MULTIDISCIPLINARY, ("N32", "N40"), ("surgery", "oncology", "radiology", "nurs", "multidisciplinary"), "Multidisciplinary"),
    (Topic.SYSTEMIC_TREATMENT, ("N40",), ("systemic", "chemotherapy", "targeted drugs", "whole body"), "targeted medications"),
    (Topic.LOCAL_TREATMENT, ("N40", "N16", "N17"), ("ablation", "liver-directed", "chemotherapy given right into the liver"), "liver-directed"),
)  # fmt: skip


def _words(note_id: str) -> str:
    note = find_note(note_id)
    return " ".join((note.title, *map(str, note.texts))).casefold()


@pytest.mark.parametrize(("topic", "notes", "keywords", "seed_word"), TOPICS, ids=lambda value: str(value)[:30])
def test_a_topic_is_covered_by_notes_that_speak_of_it(
    topic: Topic, notes: tuple[str, ...], keywords: tuple[str, ...], seed_word: str
) -> None:
    assert all(topic in find_note(note_id).topics for note_id in notes)
    text = " ".join(map(_words, notes))
    assert [keyword for keyword in keywords if keyword not in text] == []


def test_every_topic_is_in_the_table_and_every_note_names_only_known_ones() -> None:
    assert {topic for topic, *_ in TOPICS} == set(Topic)
    assert {topic for note in load_notes() for topic in note.topics} == set(Topic)


@pytest.mark.shared
def test_the_table_follows_the_seed_document() -> None:
    seed = (shared_folder("seed") / "liver-metastases.txt").read_text(encoding="utf-8")
    assert [word for *_, word in TOPICS if word not in seed] == []


@pytest.mark.shared
def test_no_sentence_is_copied_from_the_seed_document() -> None:
    """No six words in a row are the seed's."""
    seed = re.findall(
        r"[\w/-]+", (shared_folder("seed") / "liver-metastases.txt").read_text(encoding="utf-8").casefold()
    )
    runs = {tuple(seed[at : at + 6]) for at in range(len(seed) - 5)}
    for note in load_notes():
        words = re.findall(r"[\w/-]+", _words(note.id))
        copied = [words[at : at + 6] for at in range(len(words) - 5) if tuple(words[at : at + 6]) in runs]
        assert copied == [], note.id
