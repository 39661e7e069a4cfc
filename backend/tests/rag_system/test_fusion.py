import random

import pytest

from rag_system.fusion import fuse


def test_the_best_of_all_searches_is_the_best_in_the_end() -> None:
    scores = fuse({1: 10.0, 2: 5.0}, {1: 8.0, 2: 4.0}, {1: 0.9, 3: 0.5}, 0.3)
    assert list(scores) == [1, 2, 3]
    assert scores[1] == pytest.approx(1.0)
    assert scores[2] == pytest.approx(0.35)
    assert scores[3] == pytest.approx(0.0)


@pytest.mark.parametrize("weight", [0.1, 0.3, 0.9])
def test_one_search_alone_still_ranks(weight: float) -> None:
    assert list(fuse({1: 1.0, 2: 2.0}, {}, {}, weight)) == [2, 1]
    assert list(fuse({}, {1: 1.0, 2: 2.0}, {}, weight)) == [2, 1]
    assert list(fuse({}, {}, {5: 0.1, 6: 0.9}, weight)) == [6, 5]


def test_nothing_found_is_an_empty_ranking() -> None:
    assert fuse({}, {}, {}, 0.3) == {}


def test_scores_without_spread_divide_by_nothing() -> None:
    assert set(fuse({1: 0.0}, {3: 0.0}, {1: 0.4, 2: 0.4}, 0.3)) == {1, 2, 3}


@pytest.mark.parametrize("seed", range(20))
def test_scores_stay_within_bounds_and_fall(seed: int) -> None:
    source = random.Random(seed)
    words, grams = ({source.randrange(50): source.uniform(0, 30) for _ in "x" * 20} for _ in "ab")
    dense = {source.randrange(50): source.uniform(-1, 1) for _ in range(20)}
    found = fuse(words, grams, dense, source.random())
    scores = list(found.values())
    assert found.keys() == words.keys() | grams.keys() | dense.keys()
    assert scores == sorted(scores, reverse=True)
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in scores)


def test_ties_go_to_the_older_chunk_in_whatever_order_they_came() -> None:
    ids = list(range(10))
    for seed in range(5):
        random.Random(seed).shuffle(ids)
        assert list(fuse(dict.fromkeys(ids, 1.0), {}, {}, 0.3)) == list(range(10))
