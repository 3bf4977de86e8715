"""What is kept of one run: its verdict, its recording, its story."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

from gregor import _gregor
from gregor.errors import RecordingDiffers, RunClosed
from gregor.scenario import Json


class Story:
    """What a reader wants to know of a run, line by line. Prints as text."""

    def __init__(self, lines: Sequence[dict[str, Any]]) -> None:
        self.lines = list(lines)

    def __str__(self) -> str:
        return "\n".join(
            f"{each['time_ns'] / 1e9:12.6f} s  {each['where']:<16} {each['text']}"
            for each in self.lines
        )

    __repr__ = __str__

    def __len__(self) -> int:
        return len(self.lines)


class Recorded:
    """One leg, at one point of the sweep, with one seed: its verdict and its recording."""

    def __init__(self, entry: dict[str, Json] | None, content: bytes | None, name: str) -> None:
        self._entry = entry
        self._content = content
        self._name = name
        self._opened: _gregor.Recording | None = None
        self._lock = threading.Lock()

    @property
    def content(self) -> bytes:
        if self._content is None:
            raise RunClosed(f"{self._name}: the run was closed, so there is nothing to look at")
        return self._content

    @property
    def opened(self) -> _gregor.Recording:
        """Re-executed and held against its hash chain, the first time that somebody looks."""
        with self._lock:
            content = self.content
            if self._opened is None:
                opened = _gregor.Recording.from_bytes(content, self._name)
                difference = opened.difference()
                if difference is not None:
                    event, what = difference
                    raise RecordingDiffers(
                        f"{self._name}: event {event} is the first that differs; re-execution made "
                        f"of it:\n{what}", event,
                    )
                self._opened = opened
            return self._opened

    @property
    def entry(self) -> dict[str, Json]:
        if self._entry is None:
            self._entry = json.loads(self.opened.leg())
        return self._entry

    @property
    def seed(self) -> int:
        return int(self.entry["seed"])

    def close(self) -> None:
        with self._lock:
            self._content = self._opened = None

    def __getstate__(self) -> dict[str, Any]:
        return {"entry": self._entry, "content": self._content, "name": self._name}

    def __setstate__(self, state: dict[str, Any]) -> None:
        Recorded.__init__(self, state["entry"], state["content"], state["name"])
