from rag_system.parsing.base import Block
from rag_system.parsing.blocks import (
    blocks_from_lines,
    blocks_from_markdown,
    blocks_from_slide,
    rows_from_table,
    without_running_lines,
)

WIDE = "A carga deve subir aos poucos, de semana em semana, sem pressa e sem dor nas"


def _texts(blocks: list[Block], kind: str = "text") -> list[str]:
    return [block.text for block in blocks if block.kind == kind]


# --- lines of a page ---------------------------------------------------------------------------


def test_lines_broken_for_the_page_become_a_paragraph_again() -> None:
    lines = [
        WIDE,
        "articulações, e o descanso entre as séries deve durar dois minutos ou mais,",
        "no mínimo.",
    ]
    (block,) = blocks_from_lines(lines)
    assert block == Block("text", " ".join(lines))


def test_a_word_broken_by_a_hyphen_is_whole_again() -> None:
    (block,) = blocks_from_lines([f"{WIDE[:-3]}arti-", "culações do joelho e do quadril."])
    assert "articulações do joelho" in block.text


def test_a_hyphen_that_belongs_to_the_text_stays() -> None:
    lines = [
        f"{WIDE} fases 1-",
        "2 e segue depois até o fim do ciclo de treino da escola de força hoje.",
    ]
    assert "1- 2" in " ".join(_texts(blocks_from_lines(lines)))
    names = [
        f"{WIDE} manual Agachamento-",
        "Terra, que segue depois até o fim do ciclo de treino da escola.",
    ]
    assert "Agachamento- Terra" in " ".join(_texts(blocks_from_lines(names)))


def test_a_short_title_over_full_lines_is_a_heading() -> None:
    blocks = blocks_from_lines(["2.1 Periodização linear", WIDE, "articulações do aluno."])
    assert blocks[0] == Block("heading", "2.1 Periodização linear")
    assert len(_texts(blocks)) == 1


def test_a_short_line_at_the_end_of_a_paragraph_is_no_heading() -> None:
    blocks = blocks_from_lines([WIDE, "Articulações Do Aluno", WIDE, "fim."])
    assert _texts(blocks, "heading") == []


def test_list_items_stay_apart() -> None:
    lines = ["Passos:", "• aquecer por dez minutos", "• subir a carga", "1) anotar", "– parar"]
    assert _texts(blocks_from_lines(lines)) == lines


def test_an_empty_page_has_no_blocks() -> None:
    assert blocks_from_lines([]) == []


# --- running lines -----------------------------------------------------------------------------


def test_headers_and_footers_that_pages_repeat_are_taken_off() -> None:
    pages = [
        f"Escola DNA da Força\n{WIDE} {letter}\nTexto {letter} do meio\nPágina {n} de 4"
        for n, letter in enumerate("abcd", start=1)
    ]
    for lines, letter in zip(without_running_lines(pages), "abcd", strict=True):
        assert lines == [f"{WIDE} {letter}", f"Texto {letter} do meio"]


def test_a_line_that_two_pages_share_is_text() -> None:
    pages = ["Mesmo começo\num", "Mesmo começo\ndois", "Outro\ntrês"]
    assert without_running_lines(pages)[0] == ["Mesmo começo", "um"]


def test_a_repeated_line_in_the_middle_of_pages_is_text() -> None:
    pages = [
        f"a{n}x\nb{n}y\nc{n}z\nrepete\nd{letter}\ne{letter}" for n, letter in enumerate("pqrs")
    ]
    assert all("repete" in lines for lines in without_running_lines(pages))


def test_pages_without_text_do_no_harm() -> None:
    assert without_running_lines(["", "  \n ", ""]) == [[], [], []]
    assert without_running_lines([]) == []


# --- tables ------------------------------------------------------------------------------------


def test_each_row_carries_its_column_names() -> None:
    blocks = rows_from_table([["Aluno", "Carga (kg)"], ["Ana", "80"], ["Rui", ""]])
    assert blocks == [Block("row", "Aluno: Ana; Carga (kg): 80"), Block("row", "Aluno: Rui")]


def test_odd_tables_lose_no_cell() -> None:
    assert rows_from_table([]) == []
    assert rows_from_table([["", " "], []]) == []
    assert rows_from_table([["só", "cabeçalho"]]) == [Block("row", "só; cabeçalho")]
    assert rows_from_table([["A"], ["1", "2", "3"]]) == [Block("row", "A: 1; 2; 3")]
    assert rows_from_table([["A", "B", "C"], ["1"]]) == [Block("row", "A: 1")]
    assert rows_from_table([["A"], ["duas\nlinhas"]]) == [Block("row", "A: duas linhas")]


# --- markdown ----------------------------------------------------------------------------------


def test_markdown_becomes_headings_paragraphs_items_and_rows() -> None:
    blocks = blocks_from_markdown(
        "# Título\n\nPrimeira linha\nsegue aqui com **força**.\n\n- um\n- dois\n\n"
        "| Fase | Semanas |\n|------|:-------:|\n| Base | 4 |\n| Pico | 2 |\n\nFim\\_aqui"
    )
    assert blocks == [
        Block("heading", "Título"),
        Block("text", "Primeira linha segue aqui com força."),
        Block("text", "- um"),
        Block("text", "- dois"),
        Block("row", "Fase: Base; Semanas: 4"),
        Block("row", "Fase: Pico; Semanas: 2"),
        Block("text", "Fim_aqui"),
    ]


def test_a_pipe_inside_a_cell_does_not_part_it() -> None:
    (row,) = blocks_from_markdown("| A | B |\n|---|---|\n| x \\| y | z |")
    assert row == Block("row", "A: x | y; B: z")


def test_text_with_stray_marks_keeps_them() -> None:
    (block,) = blocks_from_markdown("2 * 3 * 4 = 24 e nome_de_campo # não é título")
    assert block.text == "2 * 3 * 4 = 24 e nome_de_campo # não é título"


# --- slides ------------------------------------------------------------------------------------


def test_a_slides_first_line_is_its_title() -> None:
    assert blocks_from_slide("Agachamento\nPés paralelos\n\nNotes:\nFale devagar") == [
        Block("heading", "Agachamento"),
        Block("text", "Pés paralelos"),
        Block("text", "Fale devagar"),
    ]


def test_a_slides_table_becomes_rows() -> None:
    blocks = blocks_from_slide("Cargas\nAluno\tkg\nAna\t80\nFim")
    assert blocks[1:] == [Block("row", "Aluno: Ana; kg: 80"), Block("text", "Fim")]


def test_a_title_over_a_table_is_not_its_header() -> None:
    assert rows_from_table(
        [["Avaliações", "", ""], ["Aluno", "Data", "Peso"], ["Bruna", "2025-03-09 00:00:00", "63"]]
    ) == [
        Block("heading", "Avaliações"),
        Block("row", "Aluno: Bruna; Data: 2025-03-09; Peso: 63"),
    ]


def test_a_line_that_repeats_inside_the_page_stays() -> None:
    subjects = ("Força", "Sono", "Descanso", "Proteína")
    pages = [f"Aurora\n{one}\nA carga sobe aos poucos.\nFim de {one}." for one in subjects]
    for subject, lines in zip(subjects, without_running_lines(pages), strict=True):
        assert lines == [subject, "A carga sobe aos poucos.", f"Fim de {subject}."]
