import json
import subprocess
import sys
from pathlib import Path

import pytest

from utils.logging import begin_request, current_request_id

BACKEND = Path(__file__).resolve().parents[2]

PROGRAM = """
import logging
from utils.logging import begin_request, configure_logging, get_logger
configure_logging({level!r}, {style!r})
begin_request("req-1")
get_logger("rag").info("documento pronto", document="ação", pages=3)
get_logger("rag").debug("too quiet")
logging.getLogger("other.library").warning("from a library")
logging.getLogger("chromadb.x").info("noise")
password = "hunter2"
try:
    1 / 0
except ZeroDivisionError:
    get_logger("rag").exception("failed")
"""


def _log(style: str, level: str = "INFO") -> list[str]:
    program = PROGRAM.format(level=level, style=style)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=BACKEND, capture_output=True, check=True
    )
    assert done.stdout == b""
    return done.stderr.decode().splitlines()


def test_json_logs_are_one_object_a_line_with_the_requests_id() -> None:
    ready, library, failed = [json.loads(line) for line in _log("json")]
    assert ready["event"] == "documento pronto"
    assert (ready["document"], ready["pages"]) == ("ação", 3)
    assert (ready["level"], ready["logger"], ready["request_id"]) == ("info", "rag", "req-1")
    assert ready["timestamp"].endswith("Z")
    assert (library["event"], library["level"]) == ("from a library", "warning")
    assert "ZeroDivisionError" in failed["exception"]
    assert "hunter2" not in json.dumps(failed)


def test_console_logs_are_for_people_and_show_no_variables() -> None:
    text = "\n".join(_log("console"))
    assert "documento pronto" in text
    assert "ZeroDivisionError" in text
    assert "hunter2" not in text.replace('password = "hunter2"', "")
    assert "noise" not in text
    assert "too quiet" not in text


def test_the_level_decides_what_is_said() -> None:
    assert "documento pronto" not in "\n".join(_log("json", "ERROR"))


@pytest.mark.parametrize("offered", ["", "a\nb", "a" * 65, "á"])
def test_an_id_that_could_forge_a_log_line_is_replaced(offered: str) -> None:
    given = begin_request(offered)
    assert given != offered
    assert current_request_id() == given
