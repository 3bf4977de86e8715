"""Every exception that the package raises on purpose.

All are kept apart from Python's own by `GregorError`, and all can be pickled, so that a sweep's
worker can hand one back.
"""

from __future__ import annotations

from typing import NamedTuple


class Diagnostic(NamedTuple):
    """One mistake in an input, in words."""

    path: str
    """JSON pointer into the scenario, or a place in the file."""
    found: str
    allowed: str
    nearest: str
    """The right word that was perhaps meant, or empty."""


class GregorError(Exception):
    """The root of all the others."""


class BadInput(GregorError, ValueError):
    """A scenario, recording or argument that cannot be used; nothing was done."""

    def __init__(
        self, message: str, file: str = "", diagnostics: list[tuple[str, str, str, str]] | None = None
    ) -> None:
        super().__init__(message, file, diagnostics or [])
        self.file = file
        self.diagnostics = [Diagnostic(*each) for each in diagnostics or []]

    def __str__(self) -> str:
        return str(self.args[0])


class UnknownName(GregorError, KeyError):
    """A leg, kind of event, metric, client, topic, broker or group that there is not."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would quote it


class OutsideRun(GregorError, ValueError):
    """An instant before the beginning or after the end of the run."""


class RunClosed(GregorError, ValueError):
    """The run was closed, so there is nothing to look at any more."""


class ExecutableMissing(GregorError, FileNotFoundError):
    """The program `gregor` is needed (for SimGrid or for a picture) and is not there."""


class RunFailed(GregorError, RuntimeError):
    """The program `gregor` ended in a way that it should not."""


class Defect(GregorError, RuntimeError):
    """A defect of Gregor itself: one of its own checks failed."""


class RecordingDiffers(GregorError, ValueError):
    """A recording whose re-execution is not the run that was recorded. `event`: the first one."""

    def __init__(self, message: str, event: int) -> None:
        super().__init__(message, event)
        self.event = event

    def __str__(self) -> str:
        return str(self.args[0])


class NotDeterministic(GregorError, RuntimeError):
    """Two executions of one seed differ: an application looked at something outside the simulation,
    like the wall clock or the module random. `event`: the first one that differs."""

    def __init__(self, message: str, event: int) -> None:
        super().__init__(message, event)
        self.event = event

    def __str__(self) -> str:
        return str(self.args[0])


class ApplicationFailed(GregorError, RuntimeError):
    """A method of an application raised: the run stopped at that event. The application's own
    exception is the `__cause__`."""

    def __init__(self, message: str, client: str, at: float, event: int, seed: int, command: str) -> None:
        super().__init__(message, client, at, event, seed, command)
        self.client = client
        self.at = at
        """Simulated seconds."""
        self.event = event
        self.seed = seed
        self.command = command
        """The line that runs it again."""

    def __str__(self) -> str:
        return str(self.args[0])


class InterruptedWarning(UserWarning):
    """Ctrl-C: what there is up to that moment is given back."""


class NoEffectWarning(UserWarning):
    """The scenario sets something that changes nothing of a run in this version."""
