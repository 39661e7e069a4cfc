"""What parsing yields, and what a parser is."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

BlockKind = Literal["heading", "text", "row"]


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph or list item, or a table row with its column names."""

    kind: BlockKind
    text: str


@dataclass(frozen=True)
class Page:
    """A page, sheet or slide. `number` counts from 1; None where the format has no pages."""

    number: int | None
    blocks: list[Block]
    section: str | None = None


@dataclass(frozen=True)
class ParsedDocument:
    pages: list[Page] = field(default_factory=list)

    @property
    def has_text(self) -> bool:
        return any(block.text.strip() for page in self.pages for block in page.blocks)


class Parser(Protocol):
    """Reads files apart from the server's own process."""

    async def parse(self, file: Path, media_type: str) -> ParsedDocument:
        """Read a file.

        Raises:
            ProcessingError: with the reason, for a file that cannot be read.
        """
        ...

    async def close(self) -> None:
        """Stop the processes that parse; the next `parse` starts new ones."""
        ...
