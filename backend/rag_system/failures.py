"""Why a document could not be processed: a code in the catalogue, a sentence for a person."""

from enum import StrEnum
from typing import NamedTuple

from utils.messages import Message


class Failure(StrEnum):
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    NO_TEXT = "no_text"
    TIMED_OUT = "timed_out"
    TOO_DEMANDING = "too_demanding"
    FILE_MISSING = "file_missing"
    MODEL_AWAY = "model_away"
    INTERNAL = "internal"


class _Entry(NamedTuple):
    message: Message
    retryable: bool


_TABLE = {
    Failure.ENCRYPTED: _Entry(
        Message(
            pt="O arquivo está protegido por senha. Remova a senha e envie de novo.",
            en="The file is protected by a password. Remove it and upload again.",
        ),
        retryable=False,
    ),
    Failure.DAMAGED: _Entry(
        Message(
            pt="O arquivo está incompleto, danificado ou não é do tipo que o nome indica.",
            en="The file is incomplete, damaged, or not of the type that its name says.",
        ),
        retryable=False,
    ),
    Failure.NO_TEXT: _Entry(
        Message(
            pt="Nenhum texto foi encontrado. Se for um documento digitalizado, envie uma versão "
            "com texto pesquisável.",
            en="No text was found. If it is a scanned document, upload a version with searchable "
            "text.",
        ),
        retryable=False,
    ),
    Failure.TIMED_OUT: _Entry(
        Message(
            pt="A leitura do arquivo passou do tempo limite.",
            en="Reading the file took longer than the time limit.",
        ),
        retryable=True,
    ),
    Failure.TOO_DEMANDING: _Entry(
        Message(
            pt="A leitura do arquivo precisou de mais memória do que o permitido ou parou sem "
            "aviso. Divida-o em partes menores.",
            en="Reading the file needed more memory than allowed or stopped without notice. "
            "Split it into smaller parts.",
        ),
        retryable=True,
    ),
    Failure.FILE_MISSING: _Entry(
        Message(
            pt="O arquivo guardado não foi encontrado. Envie-o de novo.",
            en="The stored file was not found. Upload it again.",
        ),
        retryable=False,
    ),
    Failure.MODEL_AWAY: _Entry(
        Message(
            pt="O serviço que calcula os vetores de busca não respondeu. Tente de novo mais tarde.",
            en="The service that computes the search vectors did not answer. Try again later.",
        ),
        retryable=True,
    ),
    Failure.INTERNAL: _Entry(
        Message(
            pt="Ocorreu um erro interno. O registro do servidor tem os detalhes; tente de novo.",
            en="An internal error occurred. The server's log has the details; try again.",
        ),
        retryable=True,
    ),
}


class ProcessingError(Exception):
    """Processing a document failed for a reason that has a sentence."""

    def __init__(self, failure: Failure) -> None:
        # The argument itself: it is what the exception is rebuilt from in another process.
        super().__init__(failure)
        self.failure = failure


def is_retryable(failure: Failure) -> bool:
    """Whether another attempt may end better without a change of the file."""
    return _TABLE[failure].retryable


def may_be_retried(state: str, code: str | None) -> bool:
    """Whether to offer a person another attempt at a document."""
    return state == "cancelled" or (
        state == "failed" and code is not None and is_retryable(Failure(code))
    )


def message_of(failure: Failure) -> Message:
    """What a failure is, for a person."""
    return _TABLE[failure].message


def explain(code: str | None) -> str | None:
    """The sentence for a stored code, in the language of the request at hand."""
    if code is None:
        return None
    return message_of(Failure(code)).render()
