"""What a report proposes for the entry of one exam: its values matched to the patient's lesions, with the reason of each."""

from tracker.reading.proposals.model import (
    Contradiction,
    FollowedLesion,
    HeaderSuggestion,
    Mark,
    NewSuggestion,
    Proposals,
    Suggestion,
    Tone,
)
from tracker.reading.proposals.propose import propose

__all__ = [
    "Contradiction",
    "FollowedLesion",
    "HeaderSuggestion",
    "Mark",
    "NewSuggestion",
    "Proposals",
    "Suggestion",
    "Tone",
    "propose",
]
