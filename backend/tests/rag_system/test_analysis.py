import pytest

from rag_system.index.analysis import Analyser, codes


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10,5 mg", ["10_5"]),
        ("10.5 mg", ["10_5"]),
        ("em 12/03/2026 às 14:30", ["12_03_2026", "14_30"]),
        ("2.500 alunos", ["2_500", "2500"]),
        ("R$ 1.234,56", ["1_234_56"]),
        ("NBR 6023, NBR-6024 e NBR6025", ["nbr6023", "nbr6024"]),
        ("M01A01", []),
        ("nada aqui", []),
    ],
)
def test_codes_beside_the_words(text: str, found: list[str]) -> None:
    assert codes(text) == found


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("periodização", "periodizacao"),
        ("MÚSCULOS", "músculo"),
        ("séries", "serie"),
        ("3 x 12", "3x12"),
        ("4×8", "4X8"),
    ],
)
def test_accents_case_endings_and_spaces_do_not_part_words(
    analyser: Analyser, typed: str, other: str
) -> None:
    assert analyser.terms(typed, "pt") == analyser.terms(other, "pt")


def test_a_word_of_a_question_may_be_of_any_language(analyser: Analyser) -> None:
    (variants,) = analyser.question_terms("treinamentos")
    assert analyser.terms("treinamento", "pt")[0] == variants[0]
    assert analyser.terms("treinamentos", "en")[0] in variants


def test_stop_words_of_the_questions_language_are_left_out(analyser: Analyser) -> None:
    assert [one[0] for one in analyser.question_terms("What is the load?")] == ["load"]
    assert [one[0] for one in analyser.question_terms("Qual é a carga?")] == ["carg"]
    assert [one[0] for one in analyser.question_terms("¿Cuál es la carga?")] == ["carg"]
