"""Portuguese text in any amount, made by a seed: sentences of the samples with other words.

Each sentence keeps the shape of one in data/samples; most of its longer words are drawn from a
vocabulary with Zipfian frequencies (word number r as often as 1 / (r + 10)), in which the samples'
own words come first and made-up ones follow. So posting lists have the lengths that they have over
real text: a few very long ones, very many short ones. A topic prefers a few words of its own.
Nothing depends on the machine or the run.
"""

import json
import random
import re
from collections import Counter
from itertools import accumulate

from corpora import SAMPLE_QUESTIONS, sample_pages
from measures import with_typo

from rag_system.chunking import Passage, split_sentences

SEED = 20260115
VOCABULARY = 60_000
TOPIC_SENTENCES = 100
TOPIC_WORDS = 60
PASSAGE_CHARS = 850
PASSAGES_PER_PAGE = 3
CHANGED_WORDS = 0.6
FROM_TOPIC = 0.4
# So many of the questions are misspelt: one in ten.
TYPOS = 0.1

_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
_SHAPE_CHARS = range(40, 260)
# What made-up words are put together from.
_STARTS = "b br c cr d dr f fl fr g gr j l lh m n nh p pl pr qu r s t tr v z ch"
_VOWELS = "a e i o u ã é ai ei ou"
_ENDINGS = (
    "ção mento dade ado ar ante ico ismo ura eiro agem vel ista oso ência ário ivo al oria ez"
)


class Writer:
    """Writes sentences, documents and questions; the same seed writes the same."""

    def __init__(self, seed: int = SEED) -> None:
        self._random = random.Random(seed)  # noqa: S311 - reproducible
        shapes = [one for page in sample_pages().values() for one in split_sentences(page)]
        self._shapes = [one for one in shapes if len(one) in _SHAPE_CHARS and one[-1] in ".!?"]
        self._questions = _sample_questions()
        self._words = self._vocabulary()
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(len(self._words))))

    def pool(self, sentences: int) -> list[list[str]]:
        """At least so many different sentences, by topic."""
        topics: list[list[str]] = []
        for _ in range(0, sentences, TOPIC_SENTENCES):
            words = self._draw(TOPIC_WORDS)
            topics.append([self._sentence(words) for _ in range(TOPIC_SENTENCES)])
        return topics

    def document(self, pool: list[list[str]], passages: int) -> tuple[str, list[Passage]]:
        """A title and passages of recombined sentences, most from one topic of the pool."""
        topic = self._random.choice(pool)
        title = " ".join(self._draw(3)).capitalize() + f" {self._random.randrange(10_000)}"
        written = []
        section = ""
        for number in range(passages):
            if number % PASSAGES_PER_PAGE == 0:
                section = " ".join(self._draw(3)).capitalize()
            page = 1 + number // PASSAGES_PER_PAGE
            written.append(Passage(self._passage(topic, pool), page, section))
        return title, written

    def question(self, passage: str) -> str:
        """A question in the shape of a sample one, with words of one sentence of a passage."""
        sentence = self._random.choice(split_sentences(passage))
        words = _LONG_WORD.findall(sentence.lower())
        self._random.shuffle(words)
        text = _LONG_WORD.sub(
            lambda found: words.pop() if words else found[0], self._random.choice(self._questions)
        )
        return with_typo(text) if self._random.random() < TYPOS else text

    def _sentence(self, topic_words: list[str]) -> str:
        def change(found: re.Match[str]) -> str:
            if self._random.random() >= CHANGED_WORDS:
                return found[0]
            if self._random.random() < FROM_TOPIC:
                return self._random.choice(topic_words)
            return self._draw(1)[0]

        shape = re.sub(r"\d", lambda _: str(self._random.randrange(10)), self._draw_shape())
        text = _LONG_WORD.sub(change, shape)
        return text[0].upper() + text[1:]

    def _passage(self, topic: list[str], pool: list[list[str]]) -> str:
        sentences: list[str] = []
        while sum(len(one) + 1 for one in sentences) < PASSAGE_CHARS:
            source = topic if self._random.random() < 0.7 else self._random.choice(pool)
            sentences.append(self._random.choice(source))
        return " ".join(sentences)

    def _draw(self, count: int) -> list[str]:
        return self._random.choices(self._words, cum_weights=self._weights, k=count)

    def _draw_shape(self) -> str:
        return self._random.choice(self._shapes)

    def _vocabulary(self) -> list[str]:
        counted = Counter(
            word for shape in self._shapes for word in _LONG_WORD.findall(shape.lower())
        )
        words = dict.fromkeys(word for word, _ in counted.most_common())
        starts, vowels, endings = _STARTS.split(), _VOWELS.split(), _ENDINGS.split()
        choose = self._random.choice
        while len(words) < VOCABULARY:
            (syllables,) = self._random.choices((1, 2, 3), weights=(2, 5, 3))
            stem = "".join(choose(starts) + choose(vowels) for _ in range(syllables))
            words[stem + choose(starts) + choose(endings)] = None
        return list(words)


def _sample_questions() -> list[str]:
    entries = json.loads(SAMPLE_QUESTIONS.read_text(encoding="utf-8"))["questions"]
    return [entry["question"] for entry in entries]
