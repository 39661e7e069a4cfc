"""The lexical index: BM25 in Tantivy over terms analysed by language, and over letter groups."""

import math
import shutil
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import (
    Document,
    Filter,
    Index,
    Occur,
    Query,
    Schema,
    SchemaBuilder,
    TextAnalyzer,
    TextAnalyzerBuilder,
    Tokenizer,
)

from rag_system.index.analysis import Analyser
from rag_system.index.base import LexicalEntry, Scope, Variants
from rag_system.language import TextLanguage, detect
from utils.logging import get_logger

log = get_logger(__name__)

_TERMS = "terms"
_GRAM_ANALYSER = "grams"
# On FaQuAD, 4 beats 3 and 5, on misspelt questions too (benchmarks/retrieval).
_GRAM_LENGTH = 4
# Tantivy's minimum; more would only help indexing with several threads.
_WRITER_BYTES = 15_000_000
# Terms (stems) shorter than this are too like each other to be corrected; from the second length
# on, two edits are allowed.
_MIN_CORRECTED = 4
_MIN_TWICE_CORRECTED = 8
# Titles and section headings say what a passage is about, but not what it says.
_FIELD_BOOSTS = (("body", 1.0), ("section", 0.3), ("title", 0.3))


class TantivyIndex:
    """An index in a folder of its own; one process at a time may open it."""

    def __init__(self, folder: Path) -> None:
        self._schema = _schema()
        self._analyser = Analyser()
        self._index = _open(self._schema, folder)
        self._index.register_tokenizer(_TERMS, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
        self._gram_analyser = _gram_analyser()
        self._index.register_tokenizer(_GRAM_ANALYSER, self._gram_analyser)
        self._writer = self._index.writer(_WRITER_BYTES, 1)
        self._writing = Lock()

    def add(self, entries: Sequence[LexicalEntry]) -> None:
        with self._writing:
            for entry in entries:
                self._writer.delete_documents_by_term("chunk", entry.chunk_id)
                self._writer.add_document(self._document(entry))
            self._commit()

    def delete(self, chunk_ids: Sequence[int]) -> None:
        with self._writing:
            for chunk_id in chunk_ids:
                self._writer.delete_documents_by_term("chunk", chunk_id)
            self._commit()

    def search(self, terms: Sequence[Variants], scope: Scope, limit: int) -> dict[int, float]:
        searcher = self._index.searcher()
        known = [
            [variant for variant in variants if searcher.doc_freq("body", variant)] or variants[:1]
            for variants in terms
        ]
        wanted = [
            (Occur.Should, Query.boost_query(self._any_of(field, variants), boost))
            for field, boost in _FIELD_BOOSTS
            for variants in known
        ]
        return self._best(wanted, scope, limit)

    def search_grams(self, question: str, scope: Scope, limit: int) -> dict[int, float]:
        grams = sorted(set(self._gram_analyser.analyze(question)))
        return self._best(
            [(Occur.Should, self._term("grams", gram)) for gram in grams], scope, limit
        )

    def analyze(self, text: str, language: TextLanguage) -> list[str]:
        return self._analyser.terms(text, language)

    def question_terms(self, question: str) -> list[Variants]:
        terms = self._analyser.question_terms(question)
        return list(dict.fromkeys(self._corrected(variants) for variants in terms))

    def term_weight(self, variants: Variants) -> float:
        # BM25's idf (Robertson and Zaragoza 2009, eq. 3.3, with the +1 that keeps it positive).
        searcher = self._index.searcher()
        frequency = max(searcher.doc_freq("body", variant) for variant in variants)
        return math.log(1 + (searcher.num_docs - frequency + 0.5) / (frequency + 0.5))

    def _corrected(self, variants: Variants) -> Variants:
        """The term itself where the index knows it or nothing like it, else the one it is like."""
        searcher = self._index.searcher()
        term = variants[0]
        if (
            len(term) < _MIN_CORRECTED
            or not term.isalpha()
            or any(searcher.doc_freq("body", variant) for variant in variants)
        ):
            return variants
        # The first letter is rarely the wrong one, and spares all but a part of the vocabulary.
        known = dict(searcher.terms_with_prefix("body", term[0]))
        edits = 1 if len(term) < _MIN_TWICE_CORRECTED else 2
        near = process.extract(
            term, known.keys(), scorer=OSA.distance, score_cutoff=edits, limit=None
        )
        if not near:
            return variants
        best, _, _ = min(near, key=lambda found: (found[1], -known[found[0]], found[0]))
        return (best,)

    def count(self) -> int:
        return int(self._index.searcher().num_docs)

    def clear(self) -> None:
        with self._writing:
            # Tantivy's own delete_all_documents sets its clock back, and a later merge would then
            # apply old deletions to new chunks.
            self._writer.delete_documents_by_query(Query.all_query())
            self._commit()

    def close(self) -> None:
        with self._writing:
            self._writer.wait_merging_threads()

    def _commit(self) -> None:
        self._writer.commit()
        self._index.reload()

    def _best(
        self, wanted: list[tuple[Occur, Query]], scope: Scope, limit: int
    ) -> dict[int, float]:
        if not wanted:
            return {}
        query = Query.boolean_query(
            [*self._allowed(scope), (Occur.Must, Query.boolean_query(wanted))]
        )
        searcher = self._index.searcher()
        hits = searcher.search(query, limit, count=False).hits
        ids = searcher.fast_field_values("chunk", [address for _, address in hits])
        return {
            int(chunk_id): float(score)
            for (score, _), chunk_id in zip(hits, ids, strict=True)
            if chunk_id is not None
        }

    def _allowed(self, scope: Scope) -> list[tuple[Occur, Query]]:
        """Conditions that filter without adding to the score."""
        filters = [("collection", scope.collections)]
        if scope.document_ids is not None:
            filters.append(("document", scope.document_ids))
        return [
            (
                Occur.Must,
                Query.const_score_query(
                    Query.term_set_query(self._schema, field, list(values)), 0.0
                ),
            )
            for field, values in filters
        ]

    def _any_of(self, field: str, variants: Sequence[str]) -> Query:
        return Query.disjunction_max_query([self._term(field, variant) for variant in variants])

    def _term(self, field: str, term: str) -> Query:
        return Query.term_query(self._schema, field, term)

    def _document(self, entry: LexicalEntry) -> Document:
        language = detect(f"{entry.title}\n{entry.text}")
        document = Document()
        document.add_integer("chunk", entry.chunk_id)
        document.add_text("document", entry.document_id)
        document.add_text("collection", entry.collection)
        for field, text in (
            ("title", entry.title),
            ("section", entry.section),
            ("body", entry.text),
        ):
            document.add_text(field, " ".join(self._analyser.terms(text, language)))
        document.add_text("grams", f"{entry.title}\n{entry.text}")
        return document


def _open(schema: Schema, folder: Path) -> Index:
    """The index in a folder; one of another schema is dropped, to be filled again by healing."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return Index(schema, path=str(folder))
    except ValueError:
        log.warning("index of another version dropped", folder=str(folder))
        shutil.rmtree(folder)
        folder.mkdir()
        return Index(schema, path=str(folder))


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_integer_field("chunk", indexed=True, fast=True)
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("collection", tokenizer_name="raw", index_option="basic")
    for field, _ in _FIELD_BOOSTS:
        builder.add_text_field(field, tokenizer_name=_TERMS, index_option="freq")
    builder.add_text_field("grams", tokenizer_name=_GRAM_ANALYSER, index_option="freq")
    return builder.build()


def _gram_analyser() -> TextAnalyzer:
    return (
        TextAnalyzerBuilder(Tokenizer.ngram(_GRAM_LENGTH, _GRAM_LENGTH, prefix_only=False))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .build()
    )
