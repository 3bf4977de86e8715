"""What happened in a run, to ask for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gregor import _gregor, events, metrics, names, snapshot, times
from gregor.errors import BadInput, OutsideRun
from gregor.events import Event
from gregor.pictures import Picture, picture_of
from gregor.recorded import Recorded, Story
from gregor.scenario import Json, Scenario, pinned
from gregor.snapshot import Snapshot

if TYPE_CHECKING:
    import pandas as pd


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
        return snapshot.from_json(
            state.json(), state.text(), state.violated, at, self._only.content
        )

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

    def to_scenario(self) -> Scenario:
        """This one run as a scenario file: one leg with all that was set, its seed and resources.

        Of a run with applications it holds what they asked for, so that a colleague without the
        code makes the same run: `gregor run` on it, `gregor.run` or `gregor.open` of its recording.
        It is refused when it is not that run any more, e.g. with another seed, or changed. Raises
        BadInput for a run that was interrupted or stopped by its application.
        """
        content = self._only.content
        header = json.loads(_gregor.recording_header(content, "run"))
        if not header["complete"]:
            raise BadInput("to_scenario: found a run that did not reach its end, allowed a whole one")
        calls = json.loads(_gregor.recording_calls(content, "run"))
        return pinned(self.scenario, header, self.hash, calls)

    def picture(
        self, time: times.Instant, width: int = 1200, height: int = 750,
        select: str | None = None,
    ) -> Picture:
        """What the visualizer shows at an instant, as a PNG. Raises ExecutableMissing."""
        return picture_of(self._only.content, self._instant(time, "time"), (width, height), select)

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


def _cell(value: Json) -> Json:
    return tuple(value) if isinstance(value, list) else value
