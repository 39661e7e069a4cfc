import numpy as np
import pytest

from rag_system.contracts import Thumb, TrainingExample
from rag_system.fitting import FOLDS, fold_of, paired_gain
from rag_system.labels import Label, Place, label_questions, normalised


def test_questions_are_the_same_whatever_their_case_accents_and_marks() -> None:
    assert normalised("  Quantas SÉRIES, por semana?!") == normalised("quantas series por semana")


def test_labels_weigh_examples_over_thumbs_and_thumbs_against_each_other() -> None:
    examples = [
        TrainingExample(question="Um?", material_id="m1", page=2),
        TrainingExample(question="um", material_id="m2", answer="dez"),
        TrainingExample(question="Dois?", covered=False),
        TrainingExample(question="Três?", material_id="gone"),
    ]
    thumbs = [
        Thumb(question="Um?", helpful=False, material_id="m1"),
        Thumb(question="Quatro?", helpful=True, material_id="m1", page=1),
        Thumb(question="Quatro?", helpful=False, material_id="m2"),
        Thumb(question="Cinco?", helpful=False),
        Thumb(question="Seis?", helpful=True),
        Thumb(question="Seis?", helpful=False),
    ]
    labels = label_questions(examples, thumbs, {"m1", "m2"})
    assert set(labels) == {"um", "dois", "quatro", "cinco"}
    assert labels["um"].places == {Place("m1", 2), Place("m2", None)}
    assert labels["um"].answers == {"dez"}
    assert not labels["dois"].covered
    assert labels["quatro"] == Label("Quatro?", True, 0.5, {Place("m1", 1)})
    assert labels["cinco"] == Label("Cinco?", False, 0.5)


def test_a_gain_is_told_with_its_standard_error() -> None:
    gain = paired_gain(np.array([1.0, 0.0, 1.0, 0.0]), np.ones(4))
    assert gain.mean == 0.5
    assert gain.error == pytest.approx(np.std([1, 0, 1, 0], ddof=1) / 2)


def test_folds_are_of_one_size_and_a_question_is_always_in_the_same() -> None:
    keys = [f"pergunta {n}" for n in range(50)]
    folds = fold_of(keys)
    assert np.bincount(folds).tolist() == [50 // FOLDS] * FOLDS
    assert fold_of(keys + keys).tolist() == folds.tolist() * 2


def test_a_page_names_a_place_only_where_there_are_pages() -> None:
    assert Place("m1", 2).holds("m1", 2)
    assert Place("m1", 2).holds("m1", None)
    assert Place("m1", None).holds("m1", 7)
    assert not Place("m1", 2).holds("m1", 3)
    assert not Place("m1", 2).holds("m2", 2)
