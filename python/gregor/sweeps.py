"""Many runs of one scenario, on every core or on many machines."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import pickle
import warnings
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gregor import _gregor, executable, names
from gregor.errors import BadInput, GregorError, InterruptedWarning, RunFailed
from gregor.scenario import Json, Scenario, pinned, settings_of, warn_of

if TYPE_CHECKING:
    import pandas as pd

    from gregor.applications import Applications

MOST_RUNS = 10_000_000
TRIES = 4
"""How often a piece of work is given out before its failure is final."""
SEEDS_AT_ONCE = 64
"""Of one piece: small enough to share the cores evenly, large enough to cost nothing to hand out."""


COLUMNS = ("as_expected", "verdict", "violated", "reasons", "error", "hash", "events")


@dataclass(frozen=True)
class Piece:
    """What one worker does in one go: some seeds of one leg at one point. Travels as it is."""

    text: str
    file_name: str
    leg: str
    point: str
    overrides: str
    seeds: tuple[int, ...]
    resources: str = "fixed"
    applications: bytes | None = None


def work(piece: Piece) -> list[str]:
    """In a worker: the entries of the runs as JSON, in the order of the seeds."""
    if piece.applications is not None:
        return _work_with_applications(piece)
    if piece.resources == "simgrid":
        return _work_in_children(piece)
    file = _gregor.ScenarioFile.parse(piece.text, piece.file_name)
    return _gregor.run_seeds(file, piece.leg, piece.point, piece.overrides, list(piece.seeds))


def _work_with_applications(piece: Piece) -> list[str]:
    from gregor import applications as own

    assert piece.applications is not None
    factories, failures_twice = pickle.loads(piece.applications)
    scenario = Scenario(json.loads(piece.text), piece.file_name)
    point, overrides = json.loads(piece.point), [tuple(e) for e in json.loads(piece.overrides)]
    entries = []
    for seed in piece.seeds:
        command = own.command_of(scenario, piece.leg, point, overrides, seed, factories)
        row: dict[str, Json] = {"seed": seed, "command": command, "error": ""}
        live = own.start(scenario, piece.leg, point, overrides, seed, factories)
        live.run_until(live.end, None)
        if live.interrupted:
            break
        failure = live.failure()
        leg = json.loads(live.leg())
        row |= _row_of(leg)
        if failure is not None:
            client, at, event, error = failure
            row["error"] = f"{client} raised {type(error).__name__}: {error} at {at / 1e9} s"
            row |= {"as_expected": False, "verdict": "application failed"}
        elif not leg["as_expected"]:
            recording = live.recording()
            row["calls"] = json.loads(_gregor.recording_calls(recording, scenario.file_name))
            if failures_twice:
                again = own.run_once(scenario, piece.leg, point, overrides, seed, factories)
                own.check_same(recording, again.recording(), seed)
        entries.append(json.dumps(row))
    return entries


def _work_in_children(piece: Piece) -> list[str]:
    """SimGrid has one engine for each process: the program runs each seed."""
    from gregor.running import run_program

    scenario = Scenario(json.loads(piece.text), piece.file_name)
    point: dict[str, Json] = json.loads(piece.point)
    overrides = [(f"params.{name}", value) for name, value in point.items()]
    overrides += [(path, value) for path, value in json.loads(piece.overrides)]
    entries = []
    for seed in piece.seeds:
        _, legs, _ = run_program(scenario, overrides, piece.leg, seed, record=False)
        if not legs:
            raise RunFailed(f"{piece.file_name}: seed {seed} gave no result")
        command = _gregor.command_line(
            piece.file_name, piece.leg, piece.point, piece.overrides, seed, "simgrid"
        )
        entries.append(json.dumps({"seed": seed, **_row_of(legs[0]), "command": command}))
    return entries


def _row_of(leg: Mapping[str, Json]) -> dict[str, Json]:
    """Of the entry of a leg, what a sweep lists."""
    row = {name: leg[name] for name in ("hash", "events", "as_expected", "verdict", "reasons",
                                        "measures")}
    broken = {each["id"] for each in leg["asserts"] if not each["holds"]}
    broken |= {each["name"] for each in leg["invariants"]["violated"]}
    return row | {"violated": sorted(broken)}


def sweep(
    scenario: Scenario | str | os.PathLike[str] | Mapping[str, Json],
    *,
    over: Mapping[str, Sequence[Json]] | None = None,
    seeds: int | Iterable[int] = 1,
    leg: str | None = None,
    set: Mapping[str, Json] | None = None,
    resources: str = "fixed",
    applications: Applications | None = None,
    verify: bool = True,
    failures: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """Every seed of every leg (or one) at every combination of `over`.

    `resources`: 'fixed' in the workers themselves, or 'simgrid', each run in a child process of
    theirs. `over`: values of parameters, {'acks': ['0', '1', 'all']}, or of any path as `set` takes it.
    `seeds`: which, or the one. `applications`: as for gregor.run; a failing seed is executed twice
    unless `verify` is False. `executor`: anything with the interface of concurrent.futures, e.g.
    Dask's `Client.get_executor()` or mpi4py's `MPIPoolExecutor`; by default a process for each core.

    `failures`: a folder that gets a scenario file of each run that is not as expected: that run
    alone, with all that applications asked for, for somebody without their code (the column `file`
    names it; see `Run.to_scenario`). A run that its application ended by raising has none.

    A row for each run, in the order legs, values, seeds whatever finished first: leg, what was set,
    seed, as_expected, verdict, violated (assertions and invariants), hash, events, a column for
    each measure, and the command that does it again. What a worker that dies had in hand is done
    again. Ctrl-C gives what there is, with an InterruptedWarning. Raises BadInput, UnknownName,
    NotDeterministic, ExecutableMissing (where a worker does not have the program).
    """
    names.known(resources, ["simgrid", "fixed"], "resources")
    if resources == "simgrid":
        if applications is not None:
            raise BadInput("resources: found simgrid, allowed fixed for a sweep with applications")
        if executor is None:
            executable.find()
    folder = None if failures is None else _folder(failures)
    source = Scenario(scenario)
    pieces, columns = _pieces(source, over, seeds, leg, set, resources, applications, verify)
    if executor is not None:
        done = _give_out(executor, pieces, progress, None)
    else:
        done = _on_every_core(pieces, progress)
    return _frame(pieces, columns, done, folder)


def _values(over: Mapping[str, Sequence[Json]]) -> list[list[tuple[str, Json]]]:
    choices: list[list[tuple[str, Json]]] = []
    for name, values in over.items():
        if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
            raise BadInput(f"over {name}: found {values!r}, allowed a list of values")
        path = name if "." in name else f"params.{name}"
        choices.append([(path, value) for value in values])
        if not choices[-1]:
            raise BadInput(f"over {name}: found no value, allowed at least one")
    return [list(each) for each in itertools.product(*choices)]


def _seeds(seeds: int | Iterable[int]) -> list[int]:
    every = [seeds] if isinstance(seeds, int) else list(itertools.islice(iter(seeds), MOST_RUNS + 1))
    for each in every:
        if isinstance(each, bool) or not isinstance(each, int) or not 0 <= each < 2**64:
            raise BadInput(f"seeds: found {each!r}, allowed whole numbers from 0")
    if not every:
        raise BadInput("seeds: found none, allowed at least one")
    return every


def _pieces(
    source: Scenario, over: Mapping[str, Sequence[Json]] | None, seeds: int | Iterable[int],
    leg: str | None, settings: Mapping[str, Json] | None, resources: str,
    applications: Applications | None, verify: bool,
) -> tuple[list[Piece], list[dict[str, Json]]]:
    """What is to be done, and what each piece has set."""
    from gregor.running import points_of

    carried = None
    if applications is not None:
        import cloudpickle  # by value: a class of a notebook is known to no other process

        from gregor.applications import attach

        source = attach(source, applications)
        carried = cloudpickle.dumps((dict(applications), verify))
    wanted, fixed = _seeds(seeds), settings_of(settings)
    pieces: list[Piece] = []
    columns: list[dict[str, Json]] = []
    most = SEEDS_AT_ONCE if resources == "fixed" else 4
    size = min(most, max(1, -(-len(wanted) // (4 * (os.cpu_count() or 1)))))
    for name in source.leg_names(leg):
        for values in _values(over or {}):
            overrides = fixed + values
            for point in points_of(source, overrides):
                outline = source.outline(name, point, overrides)
                warn_of(outline["warnings"], source.file_name)
                shown = {path.removeprefix("params."): value for path, value in values}
                for begin in range(0, len(wanted), size):
                    pieces.append(Piece(
                        source.text, source.file_name, name, json.dumps(point),
                        json.dumps(overrides), tuple(wanted[begin:begin + size]), resources,
                        carried,
                    ))
                    columns.append(point | shown)
    if sum(len(each.seeds) for each in pieces) > MOST_RUNS:
        raise BadInput(f"sweep: found more than {MOST_RUNS} runs, allowed fewer")
    return pieces, columns


def _on_every_core(pieces: Sequence[Piece], progress: bool) -> dict[int, list[str]]:
    import multiprocessing

    # Not spawn or forkserver: those run the user's program again, which has no guard in a notebook
    # or a short script.
    context = multiprocessing.get_context("fork")

    def pool() -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            min(os.cpu_count() or 1, len(pieces)), mp_context=context, initializer=_ignore_ctrl_c
        )

    executor = pool()
    holder = [executor]

    def another() -> Executor:
        holder[0].shutdown(wait=False, cancel_futures=True)
        holder[0] = pool()
        return holder[0]

    try:
        return _give_out(executor, pieces, progress, another)
    finally:
        holder[0].shutdown(wait=True, cancel_futures=True)


def _ignore_ctrl_c() -> None:
    """A terminal tells all of them; the one that gave the work out decides."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


class _Work:
    """What is under way, what is done, and how often each piece was tried."""

    def __init__(self, executor: Executor, pieces: Sequence[Piece]) -> None:
        self.executor = executor
        self.pieces = pieces
        self.tries = [0] * len(pieces)
        self.done: dict[int, list[str]] = {}
        self.under_way: dict[Future[list[str]], int] = {}

    def submit(self, number: int) -> None:
        self.tries[number] += 1
        self.under_way[self.executor.submit(work, self.pieces[number])] = number

    def may_try_again(self, number: int, error: BaseException) -> bool:
        """A worker died; what Gregor says itself it would say again."""
        return self.tries[number] < TRIES and not isinstance(error, GregorError)


def _give_out(
    executor: Executor, pieces: Sequence[Piece], progress: bool, another: Any
) -> dict[int, list[str]]:
    """The results of each piece by its number. `another`: makes the next executor when one broke."""
    from tqdm import tqdm

    work_ = _Work(executor, pieces)
    runs = sum(len(each.seeds) for each in pieces)
    with tqdm(total=runs, unit="run", disable=not progress, delay=1, leave=False) as bar:
        try:
            for number in range(len(pieces)):
                work_.submit(number)
            while work_.under_way:
                ended, _ = wait(work_.under_way, return_when=FIRST_COMPLETED)
                _collect(work_, ended, bar, another)
        except KeyboardInterrupt:
            for future in work_.under_way:
                future.cancel()
            found = sum(len(each) for each in work_.done.values())
            warnings.warn(f"interrupted: this is what there was, {found} of {runs} runs",
                          InterruptedWarning, stacklevel=4)
    return work_.done


def _collect(work_: _Work, ended: Iterable[Future[list[str]]], bar: Any, another: Any) -> None:
    again: list[int] = []
    broken = False
    for future in ended:
        number = work_.under_way.pop(future)
        error = future.exception() if not future.cancelled() else RunFailed("cancelled")
        if error is None:
            work_.done[number] = future.result()
            bar.update(len(work_.pieces[number].seeds))
        elif work_.may_try_again(number, error):
            again.append(number)
            broken = True
        else:
            raise error
    if broken and another is not None:
        # A pool with a dead process takes nothing more: all that was under way goes to the next.
        again += [n for future, n in work_.under_way.items() if not _usable(future)]
        kept = {f: n for f, n in work_.under_way.items() if _usable(f)}
        for future, number in kept.items():
            work_.done[number] = future.result()
            bar.update(len(work_.pieces[number].seeds))
        work_.under_way.clear()
        work_.executor = another()
    for number in sorted(again):
        work_.submit(number)


def _usable(future: Future[list[str]]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _frame(
    pieces: Sequence[Piece], columns: Sequence[dict[str, Json]], done: Mapping[int, list[str]],
    folder: Path | None,
) -> pd.DataFrame:
    import pandas as pd

    rows: list[dict[str, Json]] = []
    for number in sorted(done):
        for text in done[number]:
            entry = json.loads(text)
            measures, calls = entry.pop("measures"), entry.pop("calls", None)
            file = ""
            if folder and not entry["as_expected"] and not entry.get("error"):
                file = _write_failure(folder, pieces[number], entry, calls)
            row = {"leg": pieces[number].leg, **{k: _cell(v) for k, v in columns[number].items()},
                   "seed": entry.pop("seed")}
            command = entry.pop("command")
            row |= {name: _cell(entry[name]) for name in COLUMNS if name in entry}
            row |= {name: _cell(value) for name, value in measures.items() if name not in row}
            if folder:
                row["file"] = file
            rows.append(row | {"command": command})
    return pd.DataFrame(rows)


def _folder(path: str | os.PathLike[str]) -> Path:
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"failures: {os.fspath(path)}: {error.strerror or error}") from None
    return Path(path)


def _write_failure(
    folder: Path, piece: Piece, entry: Mapping[str, Json], calls: Sequence[Json] | None
) -> str:
    """One run of a piece. What was set tells files of one leg and seed apart."""
    run = {"leg": piece.leg, "point": json.loads(piece.point), "set": json.loads(piece.overrides),
           "seed": entry["seed"], "resources": piece.resources, "model": _gregor.model_version}
    scenario = pinned(Scenario(json.loads(piece.text), piece.file_name), run, entry["hash"],
                      calls or ())
    name = scenario.file_name
    if run["point"] or run["set"]:
        chosen = hashlib.sha256(f"{piece.point}{piece.overrides}".encode()).hexdigest()[:8]
        name = name.removesuffix(".json") + f".{chosen}.json"
    return str(scenario.save(folder / name))


def _cell(value: Json) -> Json:
    return tuple(value) if isinstance(value, list) else value


