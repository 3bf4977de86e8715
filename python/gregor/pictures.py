"""Pictures of a run, as the visualizer draws them without a window."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from gregor import executable, times


class Picture:
    """A PNG that a notebook shows. `png`: its bytes."""

    def __init__(self, png: bytes) -> None:
        self.png = png

    def save(self, path: str | os.PathLike[str]) -> Path:
        Path(path).write_bytes(self.png)
        return Path(path)

    def _repr_png_(self) -> bytes:
        return self.png


def picture_of(content: bytes, at: int, size: tuple[int, int], select: str | None) -> Picture:
    program = executable.find("gregor_visualizer")
    with tempfile.TemporaryDirectory(prefix="gregor-") as folder:
        recording, image = Path(folder) / "run.gregor", Path(folder) / "picture.png"
        recording.write_bytes(content)
        arguments = [str(program), str(recording), "--at", times.text(at),
                     "--size", f"{size[0]}x{size[1]}", "--screenshot", str(image)]
        if select is not None:
            arguments += ["--select", select]
        executable.call(arguments)
        return Picture(image.read_bytes())
