from rag_system.repeats import Repeats

TEXT = (
    "A avaliação física é feita a cada noventa dias, antes do treino, pelo professor da turma. " * 2
)


def test_the_same_text_is_known_again_in_other_case_and_spacing() -> None:
    repeats = Repeats()
    assert repeats.find(TEXT) is None
    assert repeats.find("Outro assunto, com outras palavras.") is None
    assert repeats.find(TEXT.upper().replace(" ", "  ")) == 0


def test_a_text_with_other_numbers_is_another_text() -> None:
    repeats = Repeats()
    long = " ".join(f"palavra{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
    assert repeats.find(f"{long} em 2024") is None
    assert repeats.find(f"{long} em 2025") is None
    assert repeats.find(f"{long} em 2024 enfim") == 0


def test_short_texts_that_differ_by_a_word_are_other_texts() -> None:
    repeats = Repeats()
    assert repeats.find("O treino A é na segunda.") is None
    assert repeats.find("O treino B é na segunda.") is None
