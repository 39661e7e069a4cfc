"""Serves the built frontend: pages fall back to `index.html`, hashed assets never change."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ASSETS = "assets/"
_PAGE_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
_NOT_BUILT = """<!doctype html>
<html lang="pt-BR">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>DNA da Força AI</title>
<p>A interface ainda não foi construída. Instale o Node.js 20.19 ou mais novo e execute
<code>make run</code> de novo. A API já responde neste endereço.</p>
<p lang="en">The interface has not been built yet. Install Node.js 20.19 or newer and run
<code>make run</code> again. The API already answers at this address.</p>
</html>
"""


class Frontend(StaticFiles):
    """The files of `directory`; while there are none, a page that says how to build them."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, html=True, check_dir=False)
        # A missing folder has an answer of its own.
        self.config_checked = True

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await self._file_or_page(path, scope)
        is_asset = path.startswith(ASSETS) and response.status_code < 400
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if is_asset else "no-cache"
        )
        response.headers["Content-Security-Policy"] = _PAGE_POLICY
        return response

    async def _file_or_page(self, path: str, scope: Scope) -> Response:
        try:
            return await super().get_response(path, scope)
        except HTTPException as exc:
            if exc.status_code != 404 or path.startswith(ASSETS):
                raise
        try:
            return await super().get_response("index.html", scope)
        except HTTPException:
            return HTMLResponse(_NOT_BUILT, status_code=503)
