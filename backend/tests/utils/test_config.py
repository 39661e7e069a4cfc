from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings

from utils.config import (
    MIN_SECRET_LENGTH,
    ROOT,
    AdminSettings,
    ApiSettings,
    AuthSettings,
    ConfigurationError,
    RagSettings,
    require_strong_secret,
)

STRONG = "Zk3v9-Qw7LmXc2Rt5Yb8Nh1Jd4Gs6Fa0Pe"


def test_the_environment_wins_over_the_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("RAG_PORT=9001\nLOG_LEVEL=ERROR\n", encoding="utf-8")
    monkeypatch.setenv("RAG_PORT", "9002")
    settings = RagSettings(_env_file=file)
    assert (settings.rag_port, settings.log_level) == (9002, "ERROR")


def test_an_empty_value_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_PORT", "")
    assert RagSettings(_env_file=None).rag_port == 8001


def test_settings_do_not_change_once_read() -> None:
    settings = RagSettings(_env_file=None)
    with pytest.raises(ValidationError):
        settings.rag_port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAG_PORT", "0"),
        ("RAG_PORT", "65536"),
        ("RAG_PORT", "http"),
        ("LOG_LEVEL", "LOUD"),
        ("ENVIRONMENT", "staging"),
        ("MAX_UPLOAD_MB", "0"),
        ("PARSE_MEMORY_MB", "16"),
    ],
)
def test_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name.lower()):
        RagSettings(_env_file=None)


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("", "is not set"),
        ("short", f"is shorter than {MIN_SECRET_LENGTH}"),
        ("change-me-change-me-change-me-change-me", "is a placeholder"),
        ("your_service_token_your_service_token_00", "is a placeholder"),
        ("TROQUE-ESTE-VALOR-TROQUE-ESTE-VALOR-000", "is a placeholder"),
    ],
)
def test_a_weak_service_token_is_refused_in_production(secret: str, problem: str) -> None:
    settings = RagSettings(
        _env_file=None, environment="production", rag_service_token=SecretStr(secret)
    )
    with pytest.raises(ConfigurationError) as refusal:
        settings.check_secrets()
    assert str(refusal.value).startswith(f"RAG_SERVICE_TOKEN {problem}")
    assert len(secret) < MIN_SECRET_LENGTH or secret not in str(refusal.value)


def test_development_needs_no_service_token() -> None:
    RagSettings(_env_file=None).check_secrets()


def test_a_strong_token_serves_in_production() -> None:
    RagSettings(
        _env_file=None, environment="production", rag_service_token=SecretStr(STRONG)
    ).check_secrets()


def test_a_weak_signing_key_is_refused_even_in_development() -> None:
    with pytest.raises(ConfigurationError, match=r"^JWT_SECRET_KEY is not set"):
        AuthSettings(_env_file=None).check_secrets()


def test_secrets_are_not_shown_when_settings_are_printed() -> None:
    settings = RagSettings(_env_file=None, rag_service_token=SecretStr(STRONG))
    assert STRONG not in repr(settings)


def test_a_secret_of_the_least_length_passes() -> None:
    require_strong_secret("X", SecretStr("k7" * (MIN_SECRET_LENGTH // 2)))


@pytest.mark.parametrize(
    ("host", "token", "bound"),
    [
        ("0.0.0.0", "", "127.0.0.1"),  # noqa: S104 - the very case
        ("0.0.0.0", STRONG, "0.0.0.0"),  # noqa: S104 - the very case
        ("rag.internal", "", "127.0.0.1"),
        ("::", "", "127.0.0.1"),
        ("::1", "", "::1"),
        ("127.0.0.2", "", "127.0.0.2"),
        ("localhost", "", "localhost"),
    ],
)
def test_without_a_token_only_this_machine_is_served(host: str, token: str, bound: str) -> None:
    settings = RagSettings(_env_file=None, rag_host=host, rag_service_token=SecretStr(token))
    assert settings.bind_host == bound


@pytest.mark.parametrize(
    ("field", "prop"),
    [
        ("data_dir", "data_dir"),
        ("materials_dir", "materials_folder"),
        ("chroma_persist_dir", "chroma_dir"),
    ],
)
def test_a_relative_folder_is_meant_from_the_projects_root(
    field: str, prop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(field.upper(), "some/folder")
    monkeypatch.chdir(tmp_path)
    assert getattr(RagSettings(_env_file=None), prop) == ROOT / "some/folder"


def test_everything_lies_in_the_data_folder_unless_told_otherwise(tmp_path: Path) -> None:
    settings = RagSettings(_env_file=None, data_dir=tmp_path / "é dados")
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/é dados/rag.sqlite3"
    assert settings.files_url.startswith("file:///")
    assert settings.index_dir == tmp_path / "é dados" / "index"
    assert settings.chroma_dir == settings.index_dir / "chroma"
    assert settings.materials_folder == tmp_path / "é dados" / "materials"


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("https://a.example, https://b.example", ("https://a.example", "https://b.example")),
        (" https://a.example ,, ", ("https://a.example",)),
        (",", ()),
    ],
)
def test_lists_are_written_with_commas(
    monkeypatch: pytest.MonkeyPatch, text: str, origins: tuple[str, ...]
) -> None:
    monkeypatch.setenv("CORS_ORIGINS", text)
    assert ApiSettings(_env_file=None).cors_origins == origins


def test_the_rag_servers_address_follows_its_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_PORT", "9003")
    assert ApiSettings(_env_file=None).rag_url == "http://127.0.0.1:9003"
    monkeypatch.setenv("RAG_SERVER_URL", "https://rag.example/")
    assert ApiSettings(_env_file=None).rag_url == "https://rag.example"


# --- env.example -------------------------------------------------------------------------------

_CLASSES: tuple[type[BaseSettings], ...] = (RagSettings, ApiSettings, AuthSettings, AdminSettings)


def _assignments() -> list[tuple[str, str, bool]]:
    """`(name, value, set)` of each setting in env.example, commented out or not."""
    return [
        (name, value, set_)
        for line in _lines()
        for name, value, set_ in [_assignment(line)]
        if name
    ]


def _lines() -> list[str]:
    return (ROOT / "env.example").read_text(encoding="utf-8").splitlines()


def _assignment(line: str) -> tuple[str, str, bool]:
    name, equals, value = line.removeprefix("# ").partition("=")
    is_setting = bool(equals) and name.isupper() and name.replace("_", "").isalnum()
    return (name, value, not line.startswith("#")) if is_setting else ("", "", False)


def test_env_example_names_every_setting_once_and_nothing_else() -> None:
    fields = {name.upper() for settings in _CLASSES for name in settings.model_fields}
    named = [name for name, _, _ in _assignments()]
    assert set(named) == fields
    assert len(named) == len(fields)


def test_every_setting_of_env_example_stands_under_a_comment() -> None:
    lines = _lines()
    for number, line in enumerate(lines):
        name, _, _ = _assignment(line)
        if not name:
            continue
        above = number - 1
        while _assignment(lines[above])[0]:
            above -= 1  # a comment may hold for a few settings under it
        assert lines[above].startswith("# "), f"{name} has no comment"


def test_env_example_shows_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value, is_set in _assignments():
        if not is_set:
            continue
        monkeypatch.setenv(name, value)
        for settings in _CLASSES:
            field = name.lower()
            if field not in settings.model_fields:
                continue
            shown = getattr(settings(_env_file=None), field)
            monkeypatch.delenv(name)
            assert shown == getattr(settings(_env_file=None), field), name
            monkeypatch.setenv(name, value)
        monkeypatch.delenv(name)
