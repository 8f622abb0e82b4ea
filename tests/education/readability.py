"""Reading grade of English text by the Flesch–Kincaid formula (Kincaid 1975). An estimate: syllables are counted by rule."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[.!?]+(?=\s|$)")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
#: Ends whose last e is not spoken ("scale", "scanned", "scales"; not "table", "places").
_SILENT_END = re.compile(r"(?:[^aeiouyl]e|[aeiouy]le|[^aeiouytd]ed|[^aeiouysxzhcg]es)$")
_SPOKEN_END = re.compile(r"[^aeiouy]les$")


def count_syllables(word: str) -> int:
    """Syllables of one word. A number counts one for each figure, an abbreviation one for each letter."""
    if word.isdigit() or (word.isupper() and len(word) <= 5):
        return len(word)
    letters = re.split("['’]", word.casefold())[0]
    groups = len(_VOWELS.findall(letters))
    if groups > 1 and _SILENT_END.search(letters) and not _SPOKEN_END.search(letters):
        groups -= 1
    return max(1, groups)


def reading_grade(text: str) -> float:
    """0.39 words a sentence + 11.8 syllables a word − 15.59 (Kincaid 1975)."""
    words = _WORD.findall(text)
    sentences = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    if not words:
        raise ValueError("no words to grade")
    syllables = sum(count_syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
