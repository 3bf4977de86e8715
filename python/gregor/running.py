"""Running scenarios: in this process, or in a child process on SimGrid."""

from __future__ import annotations

import json
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gregor import _gregor, executable, names
from gregor.errors import BadInput, InterruptedWarning
from gregor.recorded import Recorded
from gregor.runs import Run
from gregor.scenario import Json, Scenario, settings_of, warn_of

if TYPE_CHECKING:
    from gregor.applications import Applications


def open_recording(path: str | os.PathLike[str]) -> Run:
    """A recording from `gregor run -o` or `Run.save`, re-executed and verified.

    Raises BadInput when it is none, RecordingDiffers when it cannot be reproduced.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise BadInput(f"{os.fspath(path)}: {error.strerror or error}") from None
    recorded = Recorded(None, content, os.fspath(path))
    text, file_name = _gregor.recording_inputs(content, os.fspath(path))
    recorded.opened  # verified before anybody looks
    return Run(Scenario(json.loads(text), file_name), [recorded])


def run(
    scenario: Scenario | str | os.PathLike[str] | Mapping[str, Json],
    *,
    seed: int | None = None,
    leg: str | None = None,
    set: Mapping[str, Json] | None = None,
    resources: str | None = None,
    applications: Applications | None = None,
    verify: bool = True,
    progress: bool = True,
) -> Run:
    """Runs a scenario: every leg (or one), at every point of its sweep, with every seed of the file.

    `seed`: only this one. `set`: {'clients.P.config.acks': '1'} as --set on the command line.
    `resources`: 'simgrid' (network bandwidth is shared fairly; a child process) or 'fixed' (closed
    forms; in this process); by default what the file says. `applications`: {'C': MyConsumer}, your
    own code in place of clients, on 'fixed' (see `gregor.ConsumerApplication`); each such run is
    executed twice unless `verify` is False, and NotDeterministic tells when the two differ.

    Ctrl-C gives what there is, with an InterruptedWarning. Raises BadInput, UnknownName,
    ExecutableMissing, ApplicationFailed, NotDeterministic.
    """
    source = Scenario(scenario)
    overrides = settings_of(set)
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**64):
        raise BadInput(f"seed: found {seed!r}, allowed a whole number from 0")
    if resources is not None:
        names.known(resources, ["simgrid", "fixed"], "resources")
    legs = source.leg_names(leg)
    wanted: list[tuple[str, dict[str, Json], int]] = []
    chosen = resources
    for name in legs:
        for point in points_of(source, overrides):
            outline = source.outline(name, point, overrides)
            warn_of(outline["warnings"], source.file_name)
            chosen = chosen or str(outline["resources"])
            seeds = [seed] if seed is not None else range(
                outline["first_seed"], outline["first_seed"] + outline["seed_count"])
            wanted += [(name, point, each) for each in seeds]
    if applications is not None:
        from gregor import applications as own

        if resources == "simgrid":
            raise BadInput("resources: found simgrid, allowed fixed for a run with applications")
        return own.run(source, wanted, overrides, applications, verify)
    with _Bar(source.id, progress) as bar:
        if chosen == "fixed":
            return Run(source, _run_here(source, wanted, overrides, bar))
        return Run(source, _run_in_child(source, wanted, overrides, leg, seed, bar))


def points_of(
    source: Scenario, overrides: Sequence[tuple[str, Json]]
) -> list[dict[str, Json]]:
    """Of the file's own sweep, unless its parameters are set."""
    given = {path.removeprefix("params.") for path, _ in overrides if path.startswith("params.")}
    points: list[dict[str, Json]] = []
    for each in source.points:
        point = {name: value for name, value in each.items() if name not in given}
        if point not in points:
            points.append(point)
    return points


class _Bar:
    """A progress bar that appears only when something takes a second."""

    def __init__(self, title: str, wanted: bool) -> None:
        self._title, self._wanted, self._shown = title, wanted, 0.0
        self._bar: Any = None

    def __enter__(self) -> _Bar:
        if self._wanted:
            from tqdm import tqdm

            self._bar = tqdm(total=100, desc=self._title, unit="%", delay=1, leave=False)
        return self

    def show(self, fraction: float) -> None:
        percent = min(max(fraction, 0.0), 1.0) * 100
        if self._bar is not None and percent > self._shown:
            self._bar.update(percent - self._shown)
            self._shown = percent

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


def warn_interrupted(done: int, wanted: int) -> None:
    warnings.warn(f"interrupted: this is what there was, {done} of {wanted} runs",
                  InterruptedWarning, stacklevel=4)


def _run_here(
    source: Scenario, wanted: Sequence[tuple[str, dict[str, Json], int]],
    overrides: Sequence[tuple[str, Json]], bar: _Bar,
) -> list[Recorded]:
    recorded: list[Recorded] = []
    for number, (leg, point, seed) in enumerate(wanted):
        def show(now: int, end: int, done: int = number) -> None:
            bar.show((done + now / max(end, 1)) / len(wanted))

        began = time.perf_counter()
        live = _gregor.LiveRun(
            source.file, leg, json.dumps(point), json.dumps(overrides), seed, None
        )
        live.run_until(live.end, show)
        entry = json.loads(live.leg()) | {"wall_seconds": time.perf_counter() - began}
        name = f"{source.id}, leg {leg}, seed {seed}"
        recorded.append(Recorded(entry, live.recording(), name))
        if live.interrupted:
            warn_interrupted(number + 1, len(wanted))
            break
    return recorded


def run_program(
    source: Scenario, overrides: Sequence[tuple[str, Json]], leg: str | None, seed: int | None,
    progress: Callable[[float], None] | None = None, record: bool = True,
) -> tuple[bool, list[dict[str, Json]], dict[str, bytes]]:
    """The program `gregor run` on SimGrid: whether it was interrupted, the entry of each run, and
    their recordings by `_key`. Raises ExecutableMissing, BadInput, Defect, RunFailed."""
    program = executable.find()
    with tempfile.TemporaryDirectory(prefix="gregor-") as folder:
        # Under the same name, which is part of the command line that a recording gives back.
        file = Path(source.file_name)
        if not file.is_file() or file.read_text(encoding="utf-8") != source.text:
            file = Path(folder) / f"{source.id or 'scenario'}.json"
            file.write_text(source.text, encoding="utf-8")
        report, output = Path(folder) / "report.json", Path(folder) / "run.gregor"
        arguments = [str(program), "run", str(file), "--resources", "simgrid", "--json", str(report)]
        if record:
            arguments += ["-o", str(output)]
        if leg is not None:
            arguments += ["--leg", leg]
        if seed is not None:
            arguments += ["--seed", str(seed)]
        for path, value in overrides:
            arguments += ["--set", f"{path}={json.dumps(value)}"]
        code, errors = executable.call(arguments, progress)
        entries = json.loads(report.read_text(encoding="utf-8"))["legs"] if report.exists() else []
        contents = {}
        for each in Path(folder).glob("*.gregor"):
            content = each.read_bytes()
            header = json.loads(_gregor.recording_header(content, each.name))
            contents[_key(header["leg"], header["point"], header["seed"])] = content
    interrupted = code == executable.INTERRUPTED
    if interrupted and not entries:
        raise KeyboardInterrupt(errors)
    return interrupted, entries, contents


def _run_in_child(
    source: Scenario, wanted: Sequence[tuple[str, dict[str, Json], int]],
    overrides: Sequence[tuple[str, Json]], leg: str | None, seed: int | None, bar: _Bar,
) -> list[Recorded]:
    interrupted, entries, contents = run_program(source, overrides, leg, seed, bar.show)
    if interrupted:
        warn_interrupted(len(entries), len(wanted))
    recorded = []
    for entry in entries:
        key = _key(entry["name"], entry.get("set", {}), entry["seed"])
        entry.setdefault("interrupted", False)
        recorded.append(Recorded(entry, contents.get(key), f"{source.id}, leg {entry['name']}"))
    return recorded


def _key(leg: str, point: Mapping[str, Json], seed: int) -> str:
    return json.dumps([leg, dict(point), seed], sort_keys=True)
