import pytest

from utils.messages import Language, Message, current_language, negotiate_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "pt"),
        ("*", "pt"),
        ("en", "en"),
        ("EN-us", "en"),
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        ("en-US,en;q=0.9,pt;q=0.8", "en"),
        ("pt;q=0.5, en;q=0.8", "en"),
        ("en;q=0.5, pt;q=0.5", "pt"),
        ("en;q=0", "pt"),
        ("de, fr;q=0.9", "pt"),
        ("de, en;q=0.1", "en"),
        ("en;q=loud", "pt"),
        ("en;q=nan", "pt"),
        (";;;,,,q=", "pt"),
        ("english", "pt"),
        ("," * 10_000 + "en", "pt"),
    ],
)
def test_the_language_asked_for_is_chosen_and_portuguese_otherwise(
    header: str, language: Language
) -> None:
    assert negotiate_language(header) == language


def test_a_message_speaks_the_language_of_the_request_at_hand() -> None:
    message = Message(pt="Olá, {name}.", en="Hello, {name}.")
    token = current_language.set("en")
    assert message.render(name="Ana") == "Hello, Ana."
    current_language.reset(token)
    assert message.render(name="Ana") == "Olá, Ana."
    assert message.render("en", name="Ana") == "Hello, Ana."


def test_braces_in_a_value_stay_as_they_are() -> None:
    message = Message(pt="Recebi {value}.", en="Got {value}.")
    assert message.render("en", value="{name} {0} {") == "Got {name} {0} {."


def test_a_sentence_without_fields_is_shown_as_it_is_written() -> None:
    assert Message(pt='Envie {"a": 1}', en='Send {"a": 1}').render("en") == 'Send {"a": 1}'
