"""The program `gregor`: where it is, and a child process that runs it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from gregor.errors import BadInput, Defect, ExecutableMissing, RunFailed

AS_EXPECTED, NOT_AS_EXPECTED, BAD_INPUT, DEFECT, INTERRUPTED = 0, 1, 2, 3, 130
SECONDS_TO_END = 60.0
"""How long a child may take to write down what there is after Ctrl-C."""


def find(program: str = "gregor") -> Path:
    """GREGOR_BINARY, else beside the package, else the build the package stands in, else the PATH.

    Raises ExecutableMissing.
    """
    given = os.environ.get("GREGOR_BINARY")
    if given:
        beside = Path(given).with_name(program)
        if beside.is_file():
            return beside
        raise ExecutableMissing(f"GREGOR_BINARY={given}: there is no {beside}")
    package = Path(__file__).parent
    here = package.parent
    places = [package / "bin" / program, here.parent / program]
    for each in places:
        if each.is_file() and os.access(each, os.X_OK):
            return each
    installed = shutil.which(program)
    if installed and not Path(installed).read_bytes()[:2] == b"#!":
        return Path(installed)
    raise ExecutableMissing(
        f"the program {program} is not there: build it with ./gregor, set GREGOR_BINARY to it, or "
        'run on resources="fixed", which needs no other program'
    )


def call(arguments: list[str], progress: Callable[[float], None] | None = None) -> tuple[int, str]:
    """Runs the program to its end: exit code, and what it wrote to standard error.

    Ctrl-C is passed on; then the program says what there is and ends with INTERRUPTED. Raises
    BadInput and Defect in the program's words, RunFailed when it died.
    """
    child = subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, errors="replace", start_new_session=True,
    )
    said: list[str] = []
    assert child.stderr is not None
    try:
        for line in child.stderr:
            percent = re.search(r"(\d+) ?%", line)
            if percent and progress:
                progress(int(percent.group(1)) / 100)
            elif not percent:
                said.append(line)
        code = child.wait()
    except KeyboardInterrupt:
        child.send_signal(signal.SIGINT)
        try:
            code = child.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            raise
    except BaseException:
        child.kill()
        child.wait()
        raise
    finally:
        child.stderr.close()
    errors = "".join(said).strip()
    if code == BAD_INPUT:
        raise BadInput(errors)
    if code == DEFECT:
        raise Defect(errors)
    if code not in (AS_EXPECTED, NOT_AS_EXPECTED, INTERRUPTED):
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        raise RunFailed(f"{arguments[0]} ended with {how}: {errors}")
    return code, errors


def say(line: str) -> None:
    print(line, file=sys.stderr)
