"""What people say of questions, made into labels: one for each question, however often asked."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from rag_system.contracts import Thumb, TrainingExample

# What a question that is known by thumbs alone counts beside one that somebody labelled.
THUMB_SHARE = 0.5


class Place(NamedTuple):
    """A material, and the page in it that answers; without a page, all of it."""

    material_id: str
    page: int | None

    def holds(self, material_id: str, page: int | None) -> bool:
        # Files of some formats have no pages, and are one place whatever page a label names.
        return material_id == self.material_id and (page is None or self.page in (None, page))


@dataclass
class Label:
    """A question and what is known of it.

    `covered` says that the materials answer it, at one of the `places` if there are any.
    """

    question: str
    covered: bool
    share: float = 1.0
    places: set[Place] = field(default_factory=set)
    answers: set[str] = field(default_factory=set)

    @property
    def ranked(self) -> bool:
        """Whether it says anything about the ranking or the answer."""
        return self.covered and bool(self.places or self.answers)


def label_questions(
    examples: Iterable[TrainingExample], thumbs: Iterable[Thumb], materials: set[str]
) -> dict[str, Label]:
    """Labels by normalised question; places in materials that are not there are left out.

    Examples outweigh thumbs. A covered example outweighs an uncovered one of the same question: who
    found the answer knows more than who did not.
    """
    labels: dict[str, Label] = {}
    for example in examples:
        if example.material_id and example.material_id not in materials:
            continue
        key = normalised(example.question)
        label = labels.setdefault(key, Label(example.question, example.covered))
        if not example.covered:
            continue
        label.covered = True
        if example.material_id:
            label.places.add(Place(example.material_id, example.page))
        if example.answer and example.answer.strip():
            label.answers.add(example.answer)
    for key, label in _by_thumbs(thumbs, materials).items():
        labels.setdefault(key, label)
    return labels


def _by_thumbs(thumbs: Iterable[Thumb], materials: set[str]) -> dict[str, Label]:
    """A helpful answer's cited place is right; a question with more thumbs down is not covered."""
    votes: dict[str, dict[Place | None, int]] = {}
    words: dict[str, str] = {}
    for thumb in thumbs:
        if thumb.material_id and thumb.material_id not in materials:
            continue
        key = normalised(thumb.question)
        words.setdefault(key, thumb.question)
        place = Place(thumb.material_id, thumb.page) if thumb.material_id else None
        counted = votes.setdefault(key, {})
        counted[place] = counted.get(place, 0) + (1 if thumb.helpful else -1)
    labels = {}
    for key, counted in votes.items():
        helped = {place for place, sum_ in counted.items() if sum_ > 0}
        # As many up as down say nothing.
        if helped or sum(counted.values()) < 0:
            places = {place for place in helped if place}
            labels[key] = Label(words[key], bool(helped), THUMB_SHARE, places)
    return labels


def normalised(question: str) -> str:
    """The same for questions that differ in case, accents, punctuation or white space only."""
    letters = unicodedata.normalize("NFKD", question.casefold())
    kept = (one if one.isalnum() else " " for one in letters if not unicodedata.combining(one))
    return " ".join("".join(kept).split())
