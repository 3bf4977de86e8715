"""The package and its tests are typed; an editor that trusts the types is told no lie."""

from __future__ import annotations

import subprocess
import sys

import gregor
from gregor import _gregor

from conftest import ROOT


def test_mypy_is_content() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "python/gregor", "tests/python"],
        cwd=ROOT, capture_output=True, text=True,
    )
    assert told.returncode == 0, told.stdout


def test_the_stub_names_what_the_module_has() -> None:
    stub = (ROOT / "python" / "gregor" / "_gregor.pyi").read_text()
    for name in dir(_gregor):
        if not name.startswith("_"):
            assert f"class {name}" in stub or f"def {name}(" in stub or f"{name}:" in stub, name


def test_every_public_name_is_there_and_documented() -> None:
    for name in gregor.__all__:
        found = getattr(gregor, name)
        if callable(found):
            assert found.__doc__, name
