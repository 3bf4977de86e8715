"""Every notebook runs from top to bottom in a minute, and stands in git without its outputs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS = 60


read: Any = nbformat.read


def test_there_are_notebooks() -> None:
    assert [each.name[:3] for each in NOTEBOOKS] == ["01_", "02_", "03_", "04_", "05_", "06_"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda each: each.stem)
def test_a_notebook_runs_from_top_to_bottom(notebook: Path) -> None:
    book = read(notebook, as_version=4)
    started = time.monotonic()
    NotebookClient(book, timeout=5 * SECONDS, kernel_name="python3",
                   resources={"metadata": {"path": str(notebook.parent)}}).execute()
    # Five times as long is allowed where other programs want the cores too.
    assert time.monotonic() - started < 5 * SECONDS


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda each: each.stem)
def test_a_notebook_stands_in_git_without_outputs(notebook: Path) -> None:
    book = read(notebook, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None, cell.source
    first = book.cells[0]
    assert first.cell_type == "markdown" and "redict" in first.source
