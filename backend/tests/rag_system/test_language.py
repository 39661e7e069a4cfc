import pytest

from rag_system.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Qual é o descanso entre as séries?", "pt"),
        ("qual o descanso entre series", "pt"),
        ("How long should I rest between sets?", "en"),
        ("rest between the sets", "en"),
        ("¿Cuánto descanso hay entre las series?", "es"),
        ("Cómo se hace la sentadilla", "es"),
        ("supino 3x12", "pt"),
        ("", "pt"),
        ("Em que mês do ano começa a periodização de força?", "pt"),
    ],
)
def test_small_words_tell_the_language(text: str, language: str) -> None:
    assert detect(text) == language
