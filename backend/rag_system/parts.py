"""The parts that endpoints work with; `rag_system.wiring` puts them together."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from rag_system.answering import ExtractiveAnswerer
from rag_system.catalog import Catalog
from rag_system.embedding_space import Spaces
from rag_system.generation import Generator
from rag_system.index.base import LexicalIndex
from rag_system.ingestion import Ingestion
from rag_system.intake import Intake
from rag_system.jobs import Jobs
from rag_system.materials_folder import MaterialsFolder
from rag_system.retrieval import Retriever
from rag_system.training import Trainer
from utils.background import BackgroundTasks
from utils.config import RagSettings
from utils.storage import Storage


@dataclass(frozen=True)
class Parts:
    """Built once, in the lifespan."""

    settings: RagSettings
    catalog: Catalog
    jobs: Jobs
    storage: Storage
    intake: Intake
    folder: MaterialsFolder
    ingestion: Ingestion
    retriever: Retriever
    answerer: ExtractiveAnswerer
    generator: Generator | None
    spaces: Spaces
    lexical: LexicalIndex
    trainer: Trainer
    tasks: BackgroundTasks
    started: float


# A plain function would be called in a thread.
async def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


PartsDep = Annotated[Parts, Depends(_parts)]
