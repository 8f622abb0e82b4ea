"""Numbers as words, for sizes ("thirteen millimetres") and for counts ("four metastases")."""

from __future__ import annotations

#: One to twenty, in order.
SMALL = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
SMALL_VALUES = {word: number for number, word in enumerate(SMALL, start=1)}
