"""The sample materials hold a floor of quality; `benchmarks/retrieval` tells the exact figures."""

from retrieval import measure_samples


async def test_questions_on_the_samples_are_ranked_answered_and_refused_well_enough() -> None:
    figures = await measure_samples()

    assert figures["questions"] >= 60
    assert figures["ndcg10"] >= 0.82
    assert figures["ndcg10"] > max(figures["ndcg10_bm25"], figures["ndcg10_dense"])
    assert figures["answer_3_sentences"] >= 0.60
    assert figures["refused_uncovered"] >= 0.75
    assert figures["false_refusals"] <= 0.40
