"""The RAG server: ingests materials, keeps the index, answers with citations. Port 8001."""

from utils.config import RagSettings
from utils.server import run_server, settings_or_exit


def main() -> None:
    # Imported here: the processes that parse import this module, and need none of the rest.
    from rag_system.wiring import create_app  # noqa: PLC0415

    with settings_or_exit():
        settings = RagSettings()
        run_server(lambda: create_app(settings), settings, settings.bind_host, settings.rag_port)


if __name__ == "__main__":
    main()
