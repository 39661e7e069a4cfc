"""RagClient: the only door through which other packages reach the RAG server."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import IO, Any, Self, TypeVar

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, FormData
from pydantic import BaseModel

from rag_system.contracts import (
    Acknowledged,
    Health,
    Job,
    Material,
    MaterialAccepted,
    MaterialDeleted,
    MaterialPage,
    ProcessAccepted,
    ProcessRequest,
    QueryRequest,
    QueryResponse,
    RetryAccepted,
    RollbackRequest,
    Stats,
    Status,
    Training,
    TrainingHistory,
    TrainRequest,
)
from utils.errors import RelayedError, Unavailable
from utils.http import open_session
from utils.logging import REQUEST_ID_HEADER, current_request_id
from utils.messages import Message, current_language

Model = TypeVar("Model", bound=BaseModel)

RAG_AWAY = Message(
    pt="O servidor de busca está fora do ar ou iniciando. Tente de novo em instantes.",
    en="The search server is away or starting. Try again in a moment.",
)


class RagUnavailable(Unavailable):
    """The RAG server cannot be reached, or did not answer in time."""

    kind = "rag_unavailable"


# A stream lives as long as its reader; silence longer than this (four missed pings) means it died.
_STREAM_TIMEOUT = ClientTimeout(total=None, sock_read=60)
_UPLOAD_TIMEOUT = ClientTimeout(total=3600, sock_read=120)


class RagClient:
    """Calls of the RAG server's wire contract.

    Every method raises `RagUnavailable` (503) while the server cannot be
    reached or does not answer in time, and `RelayedError` with the server's own status and
    sentence where it refuses.
    """

    def __init__(self, base_url: str, token: str, timeout_seconds: float) -> None:
        self._base_url = base_url
        self._token = token
        self._timeout_seconds = timeout_seconds
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

    async def open(self) -> None:
        """Open the session; needs a running event loop."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        self._session = open_session(total_seconds=self._timeout_seconds, headers=headers)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def health(self) -> Health:
        return await self._call(Health, "GET", "/health", timeout=ClientTimeout(total=5))

    async def status(self) -> Status:
        return await self._call(Status, "GET", "/status")

    async def stats(self) -> Stats:
        return await self._call(Stats, "GET", "/stats")

    async def query(self, request: QueryRequest) -> QueryResponse:
        return await self._call(QueryResponse, "POST", "/query", json=_body(request))

    async def query_stream(self, request: QueryRequest) -> AsyncGenerator[tuple[str, Any]]:
        """Yield `(event, data)`: `sources`, then `delta`s of text, then `done` or `error`."""
        async with self._request(
            "POST", "/query/stream", json=_body(request), timeout=_STREAM_TIMEOUT
        ) as response:
            async for event in _read_events(response):
                yield event

    async def upload(
        self,
        file: IO[bytes],
        filename: str,
        *,
        collection: str | None = None,
        title: str | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> MaterialAccepted:
        # As browsers write them: percent signs in a name would stay there at the other end.
        form = FormData(quote_fields=False)
        form.add_field("file", file, filename=filename)
        for name, value in (("collection", collection), ("title", title)):
            if value:
                form.add_field(name, value)
        if metadata:
            form.add_field("metadata", json.dumps(metadata))
        return await self._call(
            MaterialAccepted, "POST", "/materials", data=form, timeout=_UPLOAD_TIMEOUT
        )

    async def materials(self, **filters: str | int) -> MaterialPage:
        """A page of the catalogue; filters as in the contract: collection, state, limit, offset."""
        return await self._call(MaterialPage, "GET", "/materials", params=filters)

    async def material(self, material_id: str) -> Material:
        return await self._call(Material, "GET", f"/materials/{material_id}")

    @asynccontextmanager
    async def material_content(
        self, material_id: str, byte_range: str | None = None
    ) -> AsyncIterator[ClientResponse]:
        """The stored file as an open response; `byte_range` is a Range header's value."""
        headers = {"Range": byte_range} if byte_range else {}
        async with self._request(
            "GET", f"/materials/{material_id}/content", headers=headers, timeout=_STREAM_TIMEOUT
        ) as response:
            yield response

    async def delete_material(self, material_id: str) -> MaterialDeleted:
        return await self._call(MaterialDeleted, "DELETE", f"/materials/{material_id}")

    async def retry_material(self, material_id: str) -> RetryAccepted:
        return await self._call(RetryAccepted, "POST", f"/materials/{material_id}/retry")

    async def process_materials(self, request: ProcessRequest) -> ProcessAccepted:
        return await self._call(ProcessAccepted, "POST", "/process-materials", json=_body(request))

    async def job(self, job_id: str) -> Job:
        return await self._call(Job, "GET", f"/jobs/{job_id}")

    async def job_events(self, job_id: str) -> AsyncGenerator[Job]:
        """The job each time it changes, until it has finished."""
        async with self._request(
            "GET", f"/jobs/{job_id}/events", timeout=_STREAM_TIMEOUT
        ) as response:
            async for _, data in _read_events(response):
                yield Job.model_validate(data)

    async def cancel_job(self, job_id: str) -> Job:
        return await self._call(Job, "POST", f"/jobs/{job_id}/cancel")

    async def initialize(self) -> Acknowledged:
        return await self._call(Acknowledged, "POST", "/initialize")

    async def train(self, request: TrainRequest) -> Training:
        return await self._call(Training, "POST", "/train", json=_body(request))

    async def training_history(self) -> TrainingHistory:
        return await self._call(TrainingHistory, "GET", "/train")

    async def roll_back_training(self, request: RollbackRequest) -> TrainingHistory:
        return await self._call(TrainingHistory, "POST", "/train/rollback", json=_body(request))

    async def _call(self, model: type[Model], method: str, path: str, **options: Any) -> Model:
        async with self._request(method, path, **options) as response:
            with _unreachable():
                body = await response.read()
        return model.model_validate_json(body)

    @asynccontextmanager
    async def _request(
        self, method: str, path: str, **options: Any
    ) -> AsyncIterator[ClientResponse]:
        if self._session is None:
            raise RuntimeError("RagClient.open() was not awaited")
        headers = {
            REQUEST_ID_HEADER: current_request_id(),
            "Accept-Language": current_language.get(),
            **options.pop("headers", {}),
        }
        with _unreachable():
            response = await self._session.request(
                method, self._base_url + path, headers=headers, **options
            )
        async with response:
            if response.status >= 400:
                raise await _refusal(response)
            yield response


@contextmanager
def _unreachable() -> Iterator[None]:
    """Turn network trouble into the one error that means "the RAG server is away"."""
    try:
        yield
    except (TimeoutError, ClientError, OSError) as exc:
        raise RagUnavailable(RAG_AWAY) from exc


async def _refusal(response: ClientResponse) -> RelayedError | RagUnavailable:
    try:
        body = await response.json()
        kind, detail = str(body["error"]), str(body["detail"])
    except (ClientError, ValueError, KeyError, TypeError):
        return RagUnavailable(RAG_AWAY)
    if response.status == 401:
        # Our own service token was refused: the user's sign-in has nothing to do with it.
        return RagUnavailable(RAG_AWAY)
    return RelayedError(response.status, kind, detail)


async def _read_events(response: ClientResponse) -> AsyncGenerator[tuple[str, Any]]:
    """Server-sent events as our servers write them: one `event` and one JSON `data` line each."""
    event = "message"
    with _unreachable():
        async for line in response.content:
            text = line.decode().rstrip("\r\n")
            if text.startswith("event: "):
                event = text.removeprefix("event: ")
            elif text.startswith("data: "):
                yield event, json.loads(text.removeprefix("data: "))


def _body(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json", exclude_none=True)
