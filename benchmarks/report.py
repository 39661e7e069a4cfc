"""How figures are shown: a table for people and one JSON line for machines."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

DIGITS = 4


def print_figures(title: str, figures: Mapping[str, float]) -> None:
    print(f"\n{title}")
    for name, value in figures.items():
        print(f"  {name:<28}{value:>10.4f}")


def print_table(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table whose first column is text and whose others are figures."""
    shown = [[_shown(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[column]) for row in shown) for column in range(len(header))]
    print(f"\n{title}")
    for first, *others in shown:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        print("  " + "  ".join([first.ljust(widths[0]), *cells]).rstrip())


def print_json(benchmark: str, corpus: str, figures: Mapping[str, Any]) -> None:
    print(json.dumps({"benchmark": benchmark, "corpus": corpus, **_rounded(figures)}))


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _rounded(one) for name, one in value.items()}
    return round(value, DIGITS) if isinstance(value, float) else value


def _shown(cell: object) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:,.1f}" if abs(cell) >= 10 else f"{cell:.3f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
