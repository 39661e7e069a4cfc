import random
from dataclasses import replace

import pytest

from rag_system.fusion import FULL_STRENGTH, fuse
from rag_system.weights import Weights, weights_for


def _dense(weight: float) -> Weights:
    return replace(weights_for("usem3"), dense=weight, grams=0.5)


def test_the_best_of_all_searches_is_the_best_in_the_end() -> None:
    scores = fuse({1: 10.0, 2: 5.0}, {1: 8.0, 2: 4.0}, {1: 0.9, 3: 0.5}, _dense(0.3), 1.0)
    assert list(scores) == [1, 2, 3]
    assert scores[1] == pytest.approx(1.0)
    assert scores[2] == pytest.approx(0.35)
    assert scores[3] == pytest.approx(0.0)


@pytest.mark.parametrize("weight", [0.1, 0.3, 0.9])
def test_one_search_alone_still_ranks(weight: float) -> None:
    assert list(fuse({1: 1.0, 2: 2.0}, {}, {}, _dense(weight), 1.0)) == [2, 1]
    assert list(fuse({}, {1: 1.0, 2: 2.0}, {}, _dense(weight), 1.0)) == [2, 1]
    assert list(fuse({}, {}, {5: 0.1, 6: 0.9}, _dense(weight), 1.0)) == [6, 5]


def test_nothing_found_is_an_empty_ranking() -> None:
    assert fuse({}, {}, {}, _dense(0.3), 1.0) == {}


def test_scores_without_spread_divide_by_nothing() -> None:
    assert set(fuse({1: 0.0}, {3: 0.0}, {1: 0.4, 2: 0.4}, _dense(0.3), 1.0)) == {1, 2, 3}


@pytest.mark.parametrize("seed", range(20))
def test_scores_stay_within_bounds_and_fall(seed: int) -> None:
    source = random.Random(seed)
    words, grams = ({source.randrange(50): source.uniform(0, 30) for _ in "x" * 20} for _ in "ab")
    dense = {source.randrange(50): source.uniform(-1, 1) for _ in range(20)}
    found = fuse(words, grams, dense, _dense(source.random()), source.random())
    scores = list(found.values())
    assert found.keys() == words.keys() | grams.keys() | dense.keys()
    assert scores == sorted(scores, reverse=True)
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in scores)


def test_ties_go_to_the_older_chunk_in_whatever_order_they_came() -> None:
    ids = list(range(10))
    for seed in range(5):
        random.Random(seed).shuffle(ids)
        assert list(fuse(dict.fromkeys(ids, 1.0), {}, {}, _dense(0.3), 1.0)) == list(range(10))


def test_words_that_match_little_of_the_question_leave_their_share_to_the_vectors() -> None:
    words, dense = {1: 2.0, 2: 1.0}, {2: 0.9, 1: 0.1}
    assert next(iter(fuse(words, {}, dense, _dense(0.1), FULL_STRENGTH))) == 1
    assert next(iter(fuse(words, {}, dense, _dense(0.1), 0.05))) == 2
    full = fuse(words, {}, dense, _dense(0.1), FULL_STRENGTH)
    assert fuse(words, {}, dense, _dense(0.1), 1.0) == full
