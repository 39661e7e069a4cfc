import random
import re
from itertools import pairwise

import pytest

from rag_system.chunking import MAX_CHARS, Passage, make_passages, split_sentences
from rag_system.parsing.base import Block, BlockKind, Page

SENTENCE = "O aluno deve manter a coluna neutra durante todo o movimento de agachamento livre."


def _page(*blocks: Block, number: int | None = 1, section: str | None = None) -> Page:
    return Page(number, list(blocks), section)


def _text(text: str) -> Block:
    return Block("text", text)


def _long(count: int) -> str:
    return " ".join(f"Frase {n}: {SENTENCE}" for n in range(count))


# --- sentences ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "O Dr. Silva e a Profa. Lima concordam.",
        "Use pesos leves, p. ex. halteres de 2 kg.",
        "Conforme o art. 5 do regulamento, ver pág. 12 e fig. 3.",
        "A carga é de 2.5 kg ou 1.200 g por série.",
        "Siga J. A. Souza et al. (2019) neste ponto.",
        "Acesse www.exemplo.com.br e leia.",
    ],
)
def test_an_abbreviation_or_a_decimal_does_not_end_a_sentence(text: str) -> None:
    assert split_sentences(text) == [text]


def test_sentences_end_at_their_marks() -> None:
    text = 'Respire fundo. "Está pronto?" Sim! Vamos… Agora desça. (Devagar.) 10 vezes.'
    sentences = split_sentences(text)
    assert sentences[0] == "Respire fundo."
    assert "Sim!" in sentences
    assert len(sentences) >= 5
    assert " ".join(sentences) == text


def test_a_line_end_parts_sentences() -> None:
    assert split_sentences("um\n\n dois \ntrês") == ["um", "dois", "três"]
    assert split_sentences(" \n ") == []


# --- passages ----------------------------------------------------------------------------------


def test_a_long_text_is_cut_into_bounded_passages() -> None:
    passages = make_passages([_page(_text(_long(60)))])
    assert len(passages) > 5
    assert all(len(passage.text) <= MAX_CHARS for passage in passages)
    assert all(len(passage.text) > MAX_CHARS / 2 for passage in passages[:-1])


@pytest.mark.parametrize(
    "blocks",
    [
        [_text("x" * 5000)],
        [_text("palavra " * 1000)],
        [Block("row", "; ".join(f"coluna {n}: valor {n}" for n in range(300)))],
        [Block("heading", "Título " * 300)],
        [_text(f"{SENTENCE} " * 3), _text("y" * (MAX_CHARS - 5))],
        [_text(f"Curta antes da longa. {'b' * 850} fim. {'c' * 890} fim.")],
        [_text("\n".join(["linha " * 100] * 20))],
    ],
    ids=["one word", "no marks", "wide row", "heading", "after short", "overlap", "lines"],
)
def test_no_passage_is_over_the_bound_whatever_the_text(blocks: list[Block]) -> None:
    passages = make_passages([_page(*blocks)])
    assert passages
    assert max(len(passage.text) for passage in passages) <= MAX_CHARS


def test_a_passage_never_crosses_a_page() -> None:
    pages = [_page(_text(f"Página {n}. {SENTENCE}"), number=n) for n in range(1, 6)]
    passages = make_passages(pages)
    assert [passage.page for passage in passages] == [1, 2, 3, 4, 5]
    for passage in passages:
        assert re.findall(r"Página (\d)", passage.text) == [str(passage.page)]


def test_sentences_stand_in_the_passage_word_for_word() -> None:
    text = _long(30)
    joined = [passage.text for passage in make_passages([_page(_text(text))])]
    for sentence in split_sentences(text):
        assert any(sentence in passage for passage in joined)


def test_neighbours_overlap_by_a_short_sentence() -> None:
    passages = make_passages([_page(_text(_long(30)))])
    for before, after in pairwise(passages):
        assert split_sentences(before.text)[-1] == split_sentences(after.text)[0]


def test_table_rows_do_not_overlap() -> None:
    rows = [Block("row", f"Aluno: nome {n}; Carga: {n} kg; Série: {n}") for n in range(100)]
    passages = make_passages([_page(*rows)])
    lines = [line for passage in passages for line in passage.text.split("\n")]
    assert lines == [row.text for row in rows]


def test_a_heading_names_the_section_of_what_follows() -> None:
    passages = make_passages(
        [
            _page(
                Block("heading", "Força"),
                _text(_long(8)),
                Block("heading", "Sono"),
                _text(_long(8)),
            ),
            _page(_text(_long(2)), number=2),
        ]
    )
    assert {passage.section for passage in passages} == {"Força", "Sono"}
    assert passages[0].section == "Força"
    assert passages[-1] == Passage(_long(2), 2, "Sono")


def test_a_sheets_name_is_its_section() -> None:
    passages = make_passages(
        [_page(Block("row", "a: 1"), section="Janeiro"), _page(Block("row", "b: 2"), number=2)]
    )
    assert [passage.section for passage in passages] == ["Janeiro", "Janeiro"]


def test_pages_without_text_give_no_passages() -> None:
    assert make_passages([]) == []
    assert make_passages([_page(), _page(_text("  "))]) == []


def _random_text(source: random.Random) -> str:
    words = [
        "força",
        "p.",
        "ex.",
        "Dr.",
        "2.5",
        "(série)",
        "“carga”",
        "FIM.",
        "é",
        "a-b",
        "…",
        "!?",
    ]
    marks = ["", "", "", "", ".", "!", "?", ";", ","]
    pieces = []
    for _ in range(source.randrange(1, 600)):
        word = source.choice([*words, "x" * source.randrange(1, 40)])
        gap = source.choice([" ", " ", " ", "  ", "\n", "\t", "\u00a0"])
        pieces.append(word + source.choice(marks) + gap)
    return "".join(pieces)


@pytest.mark.parametrize("seed", range(30))
def test_no_word_is_lost_and_none_changes_its_place(seed: int) -> None:
    source = random.Random(seed)
    kinds: tuple[BlockKind, ...] = ("text", "text", "row", "heading")
    pages = [
        Page(number, [Block(source.choice(kinds), _random_text(source)) for _ in range(3)])
        for number in range(1, 4)
    ]
    passages = make_passages(pages)
    for page in pages:
        wanted = "".join(block.text for block in page.blocks).split()
        found = iter(
            word
            for passage in passages
            if passage.page == page.number
            for word in passage.text.split()
        )
        assert all(word in found for word in wanted)
    assert all(passage.text == passage.text.strip() and passage.text for passage in passages)
