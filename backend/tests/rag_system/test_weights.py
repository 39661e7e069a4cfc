import pytest

from rag_system.answering import Features, probability
from rag_system.weights import weights_for


@pytest.mark.parametrize("feature", Features._fields)
def test_more_of_any_feature_never_lowers_the_probability(feature: str) -> None:
    fitted = weights_for("usem3").answerability
    low = Features(0.4, 0.4, 0.4, 0.2)
    assert probability(low._replace(**{feature: 0.9}), fitted) >= probability(low, fitted)


def test_a_model_that_was_not_measured_is_not_judged_by_its_cosines() -> None:
    unknown = weights_for("huggingface:some/model")
    assert unknown.answerability.similarity == 0.0
