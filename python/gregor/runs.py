"""Running scenarios, and looking at what happened."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gregor import _gregor, events, executable, metrics, names, snapshot, times
from gregor.errors import (
    BadInput,
    InterruptedWarning,
    OutsideRun,
    RecordingDiffers,
    RunClosed,
)
from gregor.events import Event
from gregor.scenario import Json, Scenario, settings_of, warn_of
from gregor.snapshot import Snapshot

if TYPE_CHECKING:
    import pandas as pd

    from gregor.applications import Applications


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


class Run:
    """What came of `gregor.run` or `gregor.open`: one recorded run, or one for each leg.

    May be pickled, used as a context manager, and looked at from several threads (one at a time
    gets its answer). What it gives out stays valid after `close()`.
    """

    def __init__(self, scenario: Scenario, recorded: Sequence[Recorded]) -> None:
        self.scenario = scenario
        self._recorded = list(recorded)

    # ---- verdicts ----

    @property
    def legs(self) -> pd.DataFrame:
        """A row for each run: leg, seed, what the sweep set, verdict, hash, events, seconds."""
        import pandas as pd

        rows = []
        for each in self._recorded:
            entry = each.entry
            row = {"leg": entry["name"], "seed": entry["seed"]}
            row |= {name: _cell(value) for name, value in entry.get("set", {}).items()}
            row |= {
                "as_expected": entry["as_expected"], "verdict": entry["verdict"],
                "reasons": tuple(entry["reasons"]), "hash": entry["hash"],
                "events": entry["events"], "sim_seconds": entry["sim_seconds"],
                "wall_seconds": entry["wall_seconds"],
            }
            rows.append(row)
        return pd.DataFrame(rows)

    @property
    def as_expected(self) -> bool:
        """Whether every leg did what the scenario expects of it."""
        return all(each.entry["as_expected"] for each in self._recorded)

    @property
    def measures(self) -> dict[str, Json]:
        """By name: durations in seconds, sets of records as lists of numbers, None for nothing."""
        return dict(self._only.entry["measures"])

    @property
    def asserts(self) -> pd.DataFrame:
        """A row for each assertion of each leg: id, holds, expected, witness, where it was decided."""
        import pandas as pd

        rows = []
        for each in self._recorded:
            for one in each.entry["asserts"]:
                rows.append({
                    "leg": each.entry["name"], "id": one["id"], "holds": one["holds"],
                    "expected": one["expected"], "vacuous": one["vacuous"],
                    "witness": _cell(one["witness"]), "event": one["event"],
                    "time": pd.Timedelta(one["time"] or 0, "s"), "what": one["what"],
                })
        columns = ["leg", "id", "holds", "expected", "vacuous", "witness", "event", "time", "what"]
        return pd.DataFrame(rows, columns=columns).astype({"expected": "boolean"})

    @property
    def steps(self) -> pd.DataFrame:
        """When each line of the script fired: leg, step, time, event, undone."""
        import pandas as pd

        rows = [
            {"leg": each.entry["name"], "step": one["step"],
             "time": pd.Timedelta(one["time"], "s"), "event": one["event"],
             "undone": one["undone"]}
            for each in self._recorded for one in each.entry["steps"]
        ]
        return pd.DataFrame(rows, columns=["leg", "step", "time", "event", "undone"])

    def leg(self, name: str) -> Run:
        """The runs of one leg. Raises UnknownName."""
        found = list(dict.fromkeys(str(each.entry["name"]) for each in self._recorded))
        names.known(name, found, "leg")
        return Run(self.scenario, [r for r in self._recorded if r.entry["name"] == name])

    def __len__(self) -> int:
        return len(self._recorded)

    def __getitem__(self, index: int) -> Run:
        """One run by its place in `legs`."""
        return Run(self.scenario, [self._recorded[index]])

    # ---- one run ----

    @property
    def _only(self) -> Recorded:
        if len(self._recorded) == 1:
            return self._recorded[0]
        legs = list(dict.fromkeys(str(each.entry["name"]) for each in self._recorded))
        raise BadInput(
            f"{self.scenario.file_name}: found {len(self._recorded)} runs (legs "
            f"{', '.join(legs) or 'none'}), allowed one: choose it with run.leg(name) or run[0]"
        )

    @property
    def _identity(self) -> dict[str, Json]:
        identity: dict[str, Json] = json.loads(self._only.opened.identity())
        return identity

    @property
    def seed(self) -> int:
        return self._only.seed

    @property
    def hash(self) -> str:
        """Of everything that happened: equal when two runs are the same, event by event."""
        return str(self._only.entry["hash"])

    @property
    def complete(self) -> bool:
        """False: it was interrupted."""
        return not any(each.entry.get("interrupted", False) for each in self._recorded)

    @property
    def end(self) -> float:
        """Simulated seconds up to which it ran."""
        return float(self._identity["end_ns"]) / 1e9

    @property
    def command(self) -> str:
        """The command line that runs it again."""
        return str(self._identity["command"])

    def at(self, time: times.Instant) -> Snapshot:
        """The whole cluster at an instant, every event up to then included.

        `time`: '20.5s', seconds, or a Timedelta. Raises OutsideRun, BadInput, RunClosed.
        """
        opened = self._only.opened
        at = self._instant(time, "time")
        state = opened.at(at)
        return snapshot.from_json(state.json(), state.text(), state.violated, at)

    def batches(self, partition: str, broker: int, time: times.Instant | None = None) -> pd.DataFrame:
        """The record batches in one replica's log at an instant (default: the end)."""
        import pandas as pd

        at = int(self._identity["end_ns"]) if time is None else self._instant(time, "time")
        state = self._only.opened.at(at)
        shown = snapshot.from_json(state.json(), "", [], at).partition(partition)
        shown.replicas[broker]
        columns = ["first_offset", "last_offset", "leader_epoch", "producer", "first_number",
                   "size_bytes", "base_sequence"]
        return pd.DataFrame(state.batches(partition, broker), columns=columns)

    def events(
        self,
        kind: str | Iterable[str] | None = None,
        about: str | Iterable[str] | None = None,
        start: times.Instant = 0,
        end: times.Instant | None = None,
        fields: bool | None = None,
    ) -> pd.DataFrame:
        """The numbered events as a DataFrame: event, time, node, kind, cause, and their fields.

        `kind`: Kafka-like names as `gregor events --kind` takes them ('PartitionChanged'), the same
        in snake_case, or one of `gregor.MARKS` ('isr_shrunk', 'election', ...). `about`: a broker
        (1 or 'broker 1'), client, topic, partition or group; of several all must be meant.
        `fields`: a column for each field too (default: when `kind` or `about` is given).
        Raises UnknownName, OutsideRun.
        """
        last = int(self._identity["end_ns"]) if end is None else self._instant(end, "end")
        return events.frame(
            self._only.opened, kind, about, (self._instant(start, "start"), last), fields
        )

    def event(self, number: int) -> Event:
        """One event in words, with what it was caused by. Raises UnknownName."""
        return events.one(self._only.opened, number, int(self._identity["events"]))

    def causes(self, number: int) -> pd.DataFrame:
        """What led to an event, oldest first, itself last."""
        return events.causes(self._only.opened, number, int(self._identity["events"]))

    @property
    def story(self) -> Story:
        """Faults, elections, changes of ISRs, rebalances, gaps in service: what the report tells."""
        return Story(self._course["story"])

    @property
    def faults(self) -> pd.DataFrame:
        """What the script broke: start, end (NaT: to the end of the run), kind, label, nodes."""
        import pandas as pd

        rows = [
            {"start": pd.Timedelta(each["from_ns"], "ns"),
             "end": pd.NaT if each["to_ns"] is None else pd.Timedelta(each["to_ns"], "ns"),
             "kind": each["kind"], "label": each["label"], "nodes": tuple(each["nodes"]),
             "event": each["event"]}
            for each in self._course["faults"]
        ]
        return pd.DataFrame(rows, columns=["start", "end", "kind", "label", "nodes", "event"])

    @property
    def marks(self) -> pd.DataFrame:
        """Elections, ISR changes, truncations, rebalances, fencing: time, event, kind, label."""
        import pandas as pd

        rows = [
            {"time": pd.Timedelta(each["time_ns"], "ns"), "event": each["event"],
             "kind": each["kind"], "label": each["label"]}
            for each in self._course["marks"]
        ]
        return pd.DataFrame(rows, columns=["time", "event", "kind", "label"])

    @property
    def _course(self) -> dict[str, Json]:
        course: dict[str, Json] = json.loads(self._only.opened.course())
        return course

    def metrics(
        self, wanted: str | Sequence[str], every: times.Instant = "1s"
    ) -> pd.DataFrame:
        """Kafka's metrics along the run, a row at the end of each `every`.

        Columns have two levels: the metric, and of what (topic, partition, broker, client, group).
        `gregor.METRICS` lists the names. Rates are per second. NaN: it did not exist then. Raises
        UnknownName, BadInput.
        """
        return metrics.frame(self._only.opened, wanted, every, int(self._identity["end_ns"]))

    def latencies(self, client: str, of: str = "acknowledgement") -> pd.DataFrame:
        """A row for each record: created, time, latency, partition.

        `of`: 'acknowledgement' (a producer: from send() to the answer) or 'delivery' (a consumer:
        from the producer's send() to poll()). Raises UnknownName.
        """
        import numpy as np
        import pandas as pd

        names.known(of, ["acknowledgement", "delivery"], "of")
        columns = self._only.opened.latencies(client, of == "delivery")
        if not columns:
            state = self._only.opened.at(0)
            shown = snapshot.from_json(state.json(), "", [], 0)
            names.known(client, [*shown.producers, *shown.consumers], "client")
        words = columns.pop("partitions")
        frame = pd.DataFrame({
            name: columns[name].view(np.dtype("timedelta64[ns]"))
            for name in ("created", "time", "latency")
        })
        frame["partition"] = pd.Categorical.from_codes(
            columns["partition"], pd.Index(list(words), dtype=object)
        )
        return frame

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the recording; `gregor verify`, `gregor view` and a colleague can open it."""
        target = Path(path)
        part = target.with_name(target.name + ".part")
        part.write_bytes(self._only.content)
        part.replace(target)
        return target

    def picture(
        self, time: times.Instant, width: int = 1200, height: int = 750,
        select: str | None = None,
    ) -> Picture:
        """What the visualizer shows at an instant, as a PNG. Raises ExecutableMissing."""
        return _picture(self._only.content, self._instant(time, "time"), (width, height), select)

    def _instant(self, time: times.Instant, what: str) -> int:
        self._only.content  # closed?
        at = times.nanoseconds(time, what)
        end = int(self._identity["end_ns"])
        if not 0 <= at <= end:
            raise OutsideRun(f"{what}: found {times.text(at)}, allowed 0s to {times.text(end)}")
        return at

    # ---- life ----

    def close(self) -> None:
        """Gives the memory back. Everything but `legs`, `measures` and `asserts` is gone."""
        for each in self._recorded:
            each.entry
            each.close()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        verdicts = ", ".join(f"{r.entry['name']}: {r.entry['verdict']}" for r in self._recorded[:4])
        more = f", and {len(self._recorded) - 4} more" if len(self._recorded) > 4 else ""
        return f"Run({self.scenario.id}; {verdicts}{more})"

    def _repr_html_(self) -> str:
        from gregor.html import run_html

        return run_html(self)


class Picture:
    """A PNG that a notebook shows. `png`: its bytes."""

    def __init__(self, png: bytes) -> None:
        self.png = png

    def save(self, path: str | os.PathLike[str]) -> Path:
        Path(path).write_bytes(self.png)
        return Path(path)

    def _repr_png_(self) -> bytes:
        return self.png


def _cell(value: Json) -> Json:
    return tuple(value) if isinstance(value, list) else value


def _picture(content: bytes, at: int, size: tuple[int, int], select: str | None) -> Picture:
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


def _run_in_child(
    source: Scenario, wanted: Sequence[tuple[str, dict[str, Json], int]],
    overrides: Sequence[tuple[str, Json]], leg: str | None, seed: int | None, bar: _Bar,
) -> list[Recorded]:
    program = executable.find()
    with tempfile.TemporaryDirectory(prefix="gregor-") as folder:
        # Under the same name, which is part of the command line that a recording gives back.
        file = Path(source.file_name)
        if not file.is_file() or file.read_text(encoding="utf-8") != source.text:
            file = Path(folder) / f"{source.id or 'scenario'}.json"
            file.write_text(source.text, encoding="utf-8")
        report, output = Path(folder) / "report.json", Path(folder) / "run.gregor"
        arguments = [str(program), "run", str(file), "--resources", "simgrid",
                     "--json", str(report), "-o", str(output)]
        if leg is not None:
            arguments += ["--leg", leg]
        if seed is not None:
            arguments += ["--seed", str(seed)]
        for path, value in overrides:
            arguments += ["--set", f"{path}={json.dumps(value)}"]
        code, errors = executable.call(arguments, bar.show)
        entries = json.loads(report.read_text(encoding="utf-8"))["legs"] if report.exists() else []
        contents = {}
        for each in Path(folder).glob("*.gregor"):
            content = each.read_bytes()
            header = json.loads(_gregor.recording_header(content, each.name))
            contents[_key(header["leg"], header["point"], header["seed"])] = content
    if code == executable.INTERRUPTED:
        if not entries:
            raise KeyboardInterrupt(errors)
        warn_interrupted(len(entries), len(wanted))
    recorded = []
    for entry in entries:
        key = _key(entry["name"], entry.get("set", {}), entry["seed"])
        entry.setdefault("interrupted", False)
        recorded.append(Recorded(entry, contents.get(key), f"{source.id}, leg {entry['name']}"))
    return recorded


def _key(leg: str, point: Mapping[str, Json], seed: int) -> str:
    return json.dumps([leg, dict(point), seed], sort_keys=True)
