"""Training: weights of one's own, learned from labelled questions and thumbs.

Each question is searched once; what the searches found is kept as numbers, by which many weights
are tried. It is done beside the answers, in one thread that pauses as long as it works.
"""

import asyncio
import time
from collections.abc import Sequence

from rag_system.catalog import Catalog
from rag_system.contracts import (
    TrainedPart,
    Training,
    TrainingCounts,
    TrainingFigures,
    TrainingHistory,
    TrainingReport,
    TrainRequest,
)
from rag_system.embedding_space import LEXICAL_ONLY, Spaces
from rag_system.fitting import SURE_ERRORS, Fitted, Gain, Known, Pacer, fit
from rag_system.labels import Label, label_questions
from rag_system.measured import SEARCHED, measure
from rag_system.models import new_id
from rag_system.retrieval import Retriever
from rag_system.weight_sets import WeightSets
from rag_system.weights import Weights
from utils.background import BackgroundTasks
from utils.db import utc_now
from utils.errors import AppError, Conflict, Invalid, Unavailable
from utils.logging import get_logger
from utils.messages import Message

log = get_logger(__name__)

MIN_QUESTIONS = 20
# A caller is kept waiting for the report at most so long; then it stands in the history.
WAIT_SECONDS = 20.0

TOO_FEW = Message(
    pt="Para treinar são necessárias pelo menos {needed} perguntas diferentes com o lugar da "
    "resposta em materiais existentes; foram enviadas {given}.",
    en="Training needs at least {needed} different questions with the place of their answer in "
    "materials that exist; {given} were sent.",
)
ALREADY_TRAINING = Message(
    pt="Um treinamento já está em andamento. Espere ele terminar.",
    en="A training is running already. Wait for its end.",
)
EMBEDDING_CHANGES = Message(
    pt="O modelo de busca está sendo trocado. Treine quando a troca terminar.",
    en="The embedding model is being changed. Train when that is done.",
)
MODEL_CHANGED = Message(
    pt="O modelo de busca mudou ou ficou fora do ar durante o treinamento. Treine de novo.",
    en="The embedding model changed or was away during the training. Train again.",
)
FAILED = Message(
    pt="O treinamento falhou; o registro do servidor traz os detalhes.",
    en="The training failed; the server's log has the details.",
)


class Trainer:
    """Trains for the embedder that answers, one training at a time."""

    def __init__(
        self,
        catalog: Catalog,
        retriever: Retriever,
        spaces: Spaces,
        sets: WeightSets,
        tasks: BackgroundTasks,
    ) -> None:
        self._catalog = catalog
        self._retriever = retriever
        self._spaces = spaces
        self._sets = sets
        self._tasks = tasks
        self._latest: Training | None = None

    async def train(self, request: TrainRequest) -> Training:
        """Train, and report if that takes less than `WAIT_SECONDS`; else it goes on by itself.

        Raises:
            Conflict: a training runs already, or the embedding model is being changed.
            Invalid: too few questions say where their answer stands.
        """
        self._refuse_if_busy()
        documents, _ = await self._catalog.live_documents()
        materials = {document.id for document in documents}
        labels = label_questions(request.examples, request.feedback, materials)
        placed = sum(bool(label.covered and label.places) for label in labels.values())
        if placed < MIN_QUESTIONS:
            raise Invalid(TOO_FEW, needed=MIN_QUESTIONS, given=placed)
        self._refuse_if_busy()
        self._latest = training = Training(
            id=new_id(),
            state="running",
            embedder=self._spaces.serving.embedder.name,
            created_at=utc_now(),
            dry_run=request.dry_run,
        )
        ended = asyncio.Event()
        self._tasks.start(self._run(training, request, labels, ended))
        try:
            await asyncio.wait_for(ended.wait(), WAIT_SECONDS)
        except TimeoutError:
            return training
        return self._latest

    async def history(self) -> TrainingHistory:
        """Trainings for the embedder that answers, also the one that runs or failed last."""
        active, items = await self._sets.history()
        latest = self._latest
        if latest is not None and latest.embedder == self._sets.embedder:
            items = [latest, *items] if latest.id not in {item.id for item in items} else items
        return TrainingHistory(
            embedder=self._sets.embedder, active=active, weights=self._sets.weights, items=items
        )

    async def roll_back(self, wanted: str | None) -> TrainingHistory:
        """Answer with other weights: see `WeightSets.roll_back`."""
        await self._sets.roll_back(wanted)
        return await self.history()

    def _refuse_if_busy(self) -> None:
        if self._latest is not None and self._latest.state == "running":
            raise Conflict(ALREADY_TRAINING)
        if self._spaces.building is not None or self._spaces.serving is LEXICAL_ONLY:
            raise Conflict(EMBEDDING_CHANGES)

    async def _run(
        self,
        training: Training,
        request: TrainRequest,
        labels: dict[str, Label],
        ended: asyncio.Event,
    ) -> None:
        try:
            self._latest = await self._learn(training, request, labels)
            log.info("trained", training=training.id, adopted=self._latest.adopted)
        except AppError as exc:
            self._latest = _failed(training, exc.detail())
        except Exception:  # it must end in a state that a person sees
            log.exception("training failed", training=training.id)
            self._latest = _failed(training, FAILED.render())
        finally:
            ended.set()

    async def _learn(
        self, training: Training, request: TrainRequest, labels: dict[str, Label]
    ) -> Training:
        started = time.monotonic()
        present = self._sets.weights
        known = await self._measure(labels, training.embedder)
        fitted = await _in_thread(known, present)
        if self._spaces.serving.embedder.name != training.embedder:
            raise Unavailable(MODEL_CHANGED)
        report = _report(fitted, _counts(request, labels), time.monotonic() - started)
        done = training.model_copy(
            update={
                "state": "done",
                "adopted": report.ranking.adopted or report.answerability.adopted,
                "report": report,
                "weights": fitted.weights,
            }
        )
        return done if request.dry_run else await self._sets.keep(done)

    async def _measure(self, labels: dict[str, Label], embedder: str) -> list[Known]:
        """Search each question once; those that find nothing at all say nothing."""
        known = []
        for key, label in labels.items():
            began = time.perf_counter()
            found = await self._retriever.candidates(label.question, SEARCHED)
            if found.space.embedder.name != embedder:
                raise Unavailable(MODEL_CHANGED)
            whole, left_out = await asyncio.to_thread(measure, label, found)
            if whole is not None:
                known.append(Known(key, label, whole, left_out))
            # As long a pause as the work: whoever asks meanwhile gets half of what there is.
            await asyncio.sleep(min(time.perf_counter() - began, 0.05))
        return known


async def _in_thread(known: Sequence[Known], present: Weights) -> Fitted:
    stopped = False
    try:
        return await asyncio.to_thread(fit, known, present, Pacer(lambda: stopped))
    finally:
        # A server that ends does not wait for what nobody will read.
        stopped = True


def _counts(request: TrainRequest, labels: dict[str, Label]) -> TrainingCounts:
    covered = [label for label in labels.values() if label.covered]
    return TrainingCounts(
        examples=len(request.examples),
        feedback=len(request.feedback),
        placed=sum(label.ranked for label in covered),
        covered=len(covered),
        uncovered=len(labels) - len(covered),
    )


def _report(fitted: Fitted, counts: TrainingCounts, seconds: float) -> TrainingReport:
    return TrainingReport(
        counts=counts,
        before=TrainingFigures(**_rounded(fitted.before._asdict())),
        after=TrainingFigures(**_rounded(fitted.after._asdict())),
        ranking=_part(fitted.ranking),
        answerability=_part(fitted.answerability),
        seconds=round(seconds, 1),
    )


def _part(gain: Gain) -> TrainedPart:
    adopted = gain.exceeds(SURE_ERRORS)
    return TrainedPart(
        adopted=adopted,
        gain=round(gain.mean, 4),
        standard_error=round(gain.error, 4),
        reason="better" if adopted else "not_clearly_better" if gain.error else "unchanged",
    )


def _rounded(figures: dict[str, float | None]) -> dict[str, float | None]:
    return {name: None if value is None else round(value, 4) for name, value in figures.items()}


def _failed(training: Training, reason: str) -> Training:
    return training.model_copy(update={"state": "failed", "error": reason})
