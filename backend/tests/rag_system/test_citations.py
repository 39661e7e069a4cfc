import pytest

from rag_system.citations import check

SOURCES = {
    1: "A creatina deve ser tomada na dose de três a cinco gramas por dia.",
    2: "O intervalo entre séries pesadas é de três a cinco minutos, diz o manual.",
}


@pytest.mark.parametrize(
    ("written", "checked"),
    [
        ("A dose é de 3 a 5 g por dia [1].", "A dose é de 3 a 5 g por dia [1]."),
        ("A dose é de 3 a 5 g por dia [1, 2].", "A dose é de 3 a 5 g por dia [1][2]."),
        ("A dose é de 3 a 5 g por dia [Fonte 1].", "A dose é de 3 a 5 g por dia [1]."),
        ("A dose é de 3 a 5 g por dia 【1†source】.", "A dose é de 3 a 5 g por dia [1]."),
        ("A dose é de 3 a 5 g por dia [1-2].", "A dose é de 3 a 5 g por dia [1][2]."),
        ("A dose é de 3 a 5 g por dia. [1]", "A dose é de 3 a 5 g por dia. [1]"),
        ("A dose é de 3 a 5 g por dia [1][7].", "A dose é de 3 a 5 g por dia [1]."),
    ],
)
def test_numbers_of_given_sources_stay(written: str, checked: str) -> None:
    assert check(written, SOURCES, "pt").text == checked


def test_a_number_of_no_source_is_taken_out_and_told() -> None:
    found = check("A dose é de 90 gramas por dia [9].", SOURCES, "pt")
    assert found.text == "A dose é de 90 gramas por dia (sem fonte)."
    assert found.unknown_citations == [9]
    assert found.cited == []


def test_a_statement_without_a_source_is_marked_in_the_answers_language() -> None:
    written = "The dose is 3 to 5 g a day [1]. It also makes you immortal for ever."
    found = check(written, SOURCES, "en")
    assert found.text == (
        "The dose is 3 to 5 g a day [1]. It also makes you immortal for ever (no source)."
    )
    assert found.unsupported_sentences == ["It also makes you immortal for ever."]


@pytest.mark.parametrize(
    "written",
    [
        "## Dose diária de creatina monoidratada",
        "Segundo o manual [1]:\n- três gramas para quem pesa pouco\n- cinco gramas para os outros",
        "Quer saber mais sobre o intervalo entre as séries?",
        "As fontes não dizem nada sobre a creatina micronizada.",
        "| Item | Dose |\n|---|---|\n| Creatina em pó | 3 a 5 g por dia [1] |",
        "```\nprint('uma linha de código sem fonte')\n```",
        "Sim, claro.",
    ],
)
def test_what_states_nothing_of_its_own_needs_no_source(written: str) -> None:
    assert check(written, SOURCES, "pt").text == written


def test_a_table_row_without_a_source_is_marked_in_its_last_cell() -> None:
    table = "| Item | Dose |\n|---|---|\n| Creatina em pó | 90 g por dia |"
    assert check(table, SOURCES, "pt").text.endswith("| 90 g por dia (sem fonte) |")


def test_a_quotation_stands_in_a_source_whatever_its_case_and_spacing() -> None:
    written = "O manual diz “Três a  cinco minutos, diz o manual” [2]."
    found = check(written, SOURCES, "pt")
    assert found.text == written
    assert found.unfound_quotes == []


def test_a_quotation_may_leave_words_out_where_it_says_so() -> None:
    written = 'O texto diz "A creatina deve ser tomada ... gramas por dia" [1].'
    assert check(written, SOURCES, "pt").unfound_quotes == []


def test_an_invented_quotation_is_marked() -> None:
    found = check('O manual diz "a creatina cura todas as dores" [1].', SOURCES, "pt")
    assert found.text == (
        'O manual diz "a creatina cura todas as dores" (citação não encontrada nas fontes) [1].'
    )
    assert found.unfound_quotes == ["a creatina cura todas as dores"]


def test_words_of_the_question_may_be_quoted() -> None:
    question = "O que quer dizer treino até a falha total?"
    found = check(
        '"Treino até a falha total" é levar a série ao limite [1].', SOURCES, "pt", question
    )
    assert found.unfound_quotes == []
