from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.rag_system.harness import Server, running
from utils.config import RagSettings

RULES = """# Regulamento da escola

## Horários

A escola abre às 6 horas e fecha às 22 horas, de segunda a sexta-feira.
Aos sábados, o professor Carlos Andrade dá aula das 8 às 11 horas.

## Matrícula

A matrícula custa 80 reais e vale por doze meses.
Quem traz um amigo ganha dez por cento de desconto na mensalidade seguinte.

## Aula M01A01

Na aula M01A01 o aluno aprende o agachamento livre com 3x12 repetições.
"""
LOADS = """exercício,séries,carga
Agachamento,4,60
Supino,3,40
Remada,3,35
"""
ENGLISH = """# Warm-up

A good warm-up takes about ten minutes and raises the heart rate slowly.
Stretching without moving before heavy lifting lowers the strength for a while.
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    folder: Path = tmp_path_factory.mktemp("school")
    async with running(RagSettings(_env_file=None, data_dir=folder)) as server:
        await server.add("regulamento.md", RULES.encode())
        await server.add("cargas.csv", LOADS.encode())
        await server.add("warm-up.md", ENGLISH.encode())
        yield server


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("Quanto custa a matrícula?", "80 reais"),
        ("Quem dá aula aos sábados?", "Carlos Andrade"),
        ("A que horas a escola fecha?", "22 horas"),
        ("O que o aluno aprende na aula M01A01?", "agachamento livre"),
        ("How long does a good warm-up take?", "ten minutes"),
    ],
)
async def test_the_first_sentence_answers(school: Server, question: str, held: str) -> None:
    answer = await school.ask(question)
    assert answer["answered"]
    assert held in answer["answer"].split("\n\n")[0]
    assert held in answer["sources"][0]["chunk"]


async def test_a_row_of_a_table_comes_with_its_header(school: Server) -> None:
    first = (await school.ask("Qual é a carga do supino?"))["answer"].split("\n\n")[0]
    assert "carga" in first
    assert "40" in first


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Quem ganhou a copa do mundo de futebol na Espanha?", "Não encontrei"),
        ("What is the population of Mongolia and its capital?", "did not find"),
        ("¿Cuál es la capital de Mongolia y cuánta gente vive allí?", "No encontré"),
    ],
)
async def test_a_refusal_is_in_the_questions_language_and_names_the_nearest(
    school: Server, question: str, said: str
) -> None:
    answer = await school.ask(question)
    assert not answer["answered"]
    assert said in answer["answer"]
    assert answer["sources"][0]["title"] in answer["answer"]


async def test_a_number_in_brackets_in_a_material_is_no_citation(school: Server) -> None:
    notes = "O estudo citado mediu a sarcopenia em idosos [7] durante cem dias [1]."
    added = await school.add("notas.txt", notes.encode())
    answer = await school.ask("Quem mediu a sarcopenia em idosos no estudo citado?")
    assert "idosos (7) durante cem dias (1). [1]" in answer["answer"]
    assert "[7]" in answer["sources"][0]["quote"]
    await school.http.delete(f"/materials/{added['material_id']}")


async def test_what_announces_a_list_comes_with_the_list(school: Server) -> None:
    text = "# Descarga\n\nA descarga é antecipada quando aparecem estes sinais:\n\n- sono ruim;\n- dor que não passa;\n- queda de carga.\n"
    added = await school.add("descarga.md", text.encode())
    first = (await school.ask("Quando a descarga é antecipada?"))["answer"].split("\n\n")[0]
    assert "sinais:" in first
    assert "sono ruim" in first
    assert "queda de carga" in first
    await school.http.delete(f"/materials/{added['material_id']}")


async def test_an_unknown_code_is_not_answered_from_its_likes(school: Server) -> None:
    answer = await school.ask("O que o aluno aprende na aula M05A01?")
    assert not answer["answered"]
    assert answer["confidence"] == 0.0


async def test_a_question_in_another_language_is_judged_by_the_cosine(school: Server) -> None:
    answer = await school.ask("Quanto tempo dura um bom aquecimento antes do levantamento?")
    assert answer["sources"][0]["source"] == "warm-up.md"
    assert answer["answered"]


async def test_as_many_sources_come_as_are_asked_for_and_there_are(school: Server) -> None:
    pages = "\n\n".join(
        f"# Regra {n}\n\n" + f"A regra de número {n} trata do treino. " * 9 for n in range(70)
    )
    added = await school.add("regras.md", pages.encode())
    for top_k in (1, 30, 50):
        answer = await school.ask("Que regra trata do treino?", top_k=top_k)
        assert len(answer["sources"]) == top_k
        only = await school.ask("Que regra?", top_k=top_k, material_ids=[added["material_id"]])
        assert len(only["sources"]) == top_k
    await school.http.delete(f"/materials/{added['material_id']}")


async def test_a_copy_in_another_material_is_told_to_be_one(school: Server) -> None:
    copy = RULES.replace("## Matrícula", "## Inscrição e matrícula").encode()
    added = await school.add("regulamento-novo.md", copy)
    answer = await school.ask("Quanto custa a matrícula e por quanto tempo vale?")
    sources = answer["sources"]
    first, second = (one for one in sources if "80 reais" in one["chunk"])
    assert first["repeats"] is None
    assert second["repeats"] == first["n"]
    said = answer["answer"].split("\n\n")
    assert sum("80 reais" in sentence for sentence in said) == 1
    await school.http.delete(f"/materials/{added['material_id']}")
