"""The weights that answer, and the sets of them that trainings left in the catalogue's database."""

from dataclasses import asdict

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Update, select, update

from rag_system.answering import ExtractiveAnswerer
from rag_system.contracts import Training, TrainingReport
from rag_system.models import WeightSet
from rag_system.retrieval import Retriever
from rag_system.weights import Weights, weights_for
from utils.db import Database
from utils.errors import Conflict, NotFound
from utils.logging import get_logger
from utils.messages import Message

log = get_logger(__name__)

DEFAULT = "default"
_HISTORY = 100

NO_SUCH_SET = Message(
    pt="Não há pesos adotados com esse identificador para o modelo atual.",
    en="No adopted weights have this id for the present model.",
)
NOTHING_BEFORE = Message(
    pt="Os pesos de fábrica já estão em uso: não há nada para desfazer.",
    en="The shipped weights are in use already: there is nothing to go back from.",
)

_stored_weights = TypeAdapter(Weights)


class WeightSets:
    """Which weights answer for which embedder; those of one never serve another."""

    def __init__(
        self, database: Database, retriever: Retriever, answerer: ExtractiveAnswerer, embedder: str
    ) -> None:
        self._db = database
        self._retriever = retriever
        self._answerer = answerer
        self._active: dict[str, Weights] = {}
        self.embedder = embedder

    @property
    def weights(self) -> Weights:
        """Those that answer now."""
        return self._retriever.weights

    async def load(self) -> None:
        """Let the sets answer that were active when the last process ended."""
        async with self._db.read() as session:
            rows = await session.scalars(select(WeightSet).where(WeightSet.active))
            self._active = {row.embedder: found for row in rows if (found := _weights(row))}
        self.serve(self.embedder)

    def serve(self, embedder: str) -> None:
        """Answer with an embedder's weights from now on: ranking and answers in one step."""
        self.embedder = embedder
        weights = self._active.get(embedder) or weights_for(embedder)
        self._retriever.weights = self._answerer.weights = weights

    async def keep(self, training: Training) -> Training:
        """Store what a training came to; adopted weights answer from now on."""
        assert training.report is not None  # noqa: S101 - a training that is done has both
        assert training.weights is not None  # noqa: S101
        async with self._db.write() as session:
            if training.adopted:
                await session.execute(_deactivated(training.embedder))
            row = WeightSet(
                id=training.id,
                embedder=training.embedder,
                weights=asdict(training.weights),
                report=training.report.model_dump(mode="json"),
                adopted=training.adopted,
                active=training.adopted,
                created_at=training.created_at,
            )
            session.add(row)
        if training.adopted:
            self._use(training.embedder, training.weights)
        return training.model_copy(update={"active": training.adopted})

    async def history(self) -> tuple[str, list[Training]]:
        """For the embedder that answers, the active set's id and the trainings, newest first."""
        async with self._db.read() as session:
            rows = await session.scalars(
                select(WeightSet)
                .where(WeightSet.embedder == self.embedder)
                .order_by(WeightSet.created_at.desc())
                .limit(_HISTORY)
            )
            trainings = [_training(row) for row in rows]
            active = await session.scalar(
                select(WeightSet.id).where(WeightSet.embedder == self.embedder, WeightSet.active)
            )
        return active or DEFAULT, trainings

    async def roll_back(self, wanted: str | None) -> None:
        """Answer with a former set, with the shipped weights, or with what was before.

        Raises:
            NotFound: no set with this id was adopted for the embedder that answers.
            Conflict: nothing was before.
        """
        embedder = self.embedder
        adopted = select(WeightSet).where(WeightSet.embedder == embedder, WeightSet.adopted)
        async with self._db.write() as session:
            if wanted is None:
                active = await session.scalar(adopted.where(WeightSet.active))
                if active is None:
                    raise Conflict(NOTHING_BEFORE)
                chosen = await session.scalar(
                    adopted.where(WeightSet.created_at < active.created_at)
                    .order_by(WeightSet.created_at.desc())
                    .limit(1)
                )
            else:
                chosen = await session.scalar(adopted.where(WeightSet.id == wanted))
                if wanted != DEFAULT and (chosen is None or _weights(chosen) is None):
                    raise NotFound(NO_SUCH_SET)
            await session.execute(_deactivated(embedder))
            if chosen is not None:
                chosen.active = True
        self._use(embedder, _weights(chosen) if chosen is not None else None)

    def _use(self, embedder: str, weights: Weights | None) -> None:
        if weights is None:
            self._active.pop(embedder, None)
        else:
            self._active[embedder] = weights
        self.serve(self.embedder)


def _deactivated(embedder: str) -> Update:
    return update(WeightSet).where(WeightSet.embedder == embedder).values(active=False)


def _training(row: WeightSet) -> Training:
    return Training(
        id=row.id,
        state="done",
        embedder=row.embedder,
        created_at=row.created_at,
        adopted=row.adopted,
        active=row.active,
        report=TrainingReport.model_validate(row.report),
        weights=_weights(row),
    )


def _weights(row: WeightSet) -> Weights | None:
    """Those of a set; None where another version of the program, with other weights, made it."""
    try:
        return _stored_weights.validate_python(row.weights)
    except ValidationError:
        log.warning("weights of another version are left aside: train again", id=row.id)
        return None
