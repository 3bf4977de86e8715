"""The numbered events of a run as a DataFrame, and one of them in words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gregor import _gregor, names, snapshot
from gregor.errors import OutsideRun, UnknownName
from gregor.times import LARGEST

if TYPE_CHECKING:
    import pandas as pd

KINDS: tuple[str, ...] = tuple(_gregor.event_kinds)
"""What `kind=` takes; each in snake_case too."""
_KIND_OF_MARK = {
    "election": "PartitionChanged", "isr_shrunk": "PartitionChanged",
    "isr_grown": "PartitionChanged", "truncated": "LogTruncated",
    "rebalance": "GroupStateChanged", "membership": "GroupStateChanged",
    "fenced": "BrokerFenced", "unfenced": "BrokerUnfenced", "controller": "ControllerActivated",
}
MARKS: tuple[str, ...] = tuple(_KIND_OF_MARK)
"""Changes that `kind=` takes besides: events chosen by what they changed."""
_BY_SNAKE_CASE = {names.snake_case(each): each for each in KINDS}


@dataclass(frozen=True)
class Event:
    number: int
    time: float
    """Simulated seconds."""
    node: str
    kind: str
    fields: dict[str, Any]
    """Under Kafka's names; durations in milliseconds under names that end in _ms."""
    cause: int
    """Number of the event that asked for this one; 0: the beginning."""
    causes: tuple[int, ...]
    """All that led to it, the nearest first."""

    def __str__(self) -> str:
        shown = " ".join(f"{name}={value}" for name, value in self.fields.items())
        return f"{self.number} at {self.time:.9f}s, {self.node}: {self.kind} {shown}".rstrip()


def _texts(given: str | int | Iterable[str] | None) -> list[str]:
    if given is None:
        return []
    if isinstance(given, str | int):
        given = [str(given)]
    texts = [str(each) for each in given]
    return [f"{'controller' if int(t) > 100 else 'broker'} {t}" if t.isdigit() else t for t in texts]


def _selected(
    opened: _gregor.Recording, kind: str | Iterable[str] | None
) -> tuple[list[str], list[int]]:
    """Kinds, and the numbers of marks."""
    kinds: list[str] = []
    marked: list[str] = []
    for each in [kind] if isinstance(kind, str) else list(kind or []):
        if each in MARKS:
            marked.append(each)
        elif each in _BY_SNAKE_CASE:
            kinds.append(_BY_SNAKE_CASE[each])
        else:
            kinds.append(names.known(each, [*KINDS, *MARKS], "kind"))
    if marked and kinds:
        raise UnknownName(f"kind: found {marked[0]} beside {kinds[0]}, allowed one sort at a time")
    return kinds, sorted({n for mark in marked for n in _numbers_of(opened, mark)})


def _numbers_of(opened: _gregor.Recording, mark: str) -> list[int]:
    """Of the events by which something changed as the mark says."""
    selection = _gregor.EventSelection()
    selection.kinds, selection.fields = [_KIND_OF_MARK[mark]], True
    frame = _frame_of(opened, (0, LARGEST), selection)
    # What formed the cluster at time 0 changed nothing.
    frame = frame[frame["time"] > frame["time"] * 0]
    if frame.empty:
        return []
    if mark == "rebalance":
        frame = frame[frame["state"] == "PreparingRebalance"]
    elif mark == "membership":
        before = frame.groupby("group", observed=True)["members"].shift(fill_value=0)
        frame = frame[frame["members"] != before]
    elif mark in ("election", "isr_shrunk", "isr_grown"):
        state = snapshot.from_json(opened.at(0).json(), "", [], 0)
        formed = {each.name: each for topic in state.topics.values() for each in topic}
        by_partition = frame.groupby("partition", observed=True)
        if mark == "election":
            before = by_partition["leader"].shift()
            first = [formed[name].leader for name in frame["partition"]]
            frame = frame[frame["leader"] != before.where(before.notna(), first)]
        else:
            sizes = frame["isr"].map(len)
            first = [len(formed[name].isr) for name in frame["partition"]]
            before = sizes.groupby(frame["partition"], observed=True).shift()
            before = before.where(before.notna(), first)
            frame = frame[sizes < before if mark == "isr_shrunk" else sizes > before]
    return [int(each) for each in frame["event"]]


def _check_subjects(opened: _gregor.Recording, subjects: Iterable[str]) -> None:
    state = snapshot.from_json(opened.at(0).json(), "", [], 0)
    every = [f"broker {each}" for each in state.brokers]
    every += [f"controller {each}" for each in state.controllers]
    every += [*state.producers, *state.consumers, *state.topics]
    every += [each.group for each in state.consumers.values() if each.group]
    partitions = [each.name for topic in state.topics.values() for each in topic]
    for subject in subjects:
        if subject not in partitions:
            names.known(subject, [*every, *partitions], "about")


def frame(
    opened: _gregor.Recording,
    kind: str | Iterable[str] | None,
    about: str | Iterable[str] | None,
    between: tuple[int, int],
    fields: bool | None,
) -> pd.DataFrame:
    selection = _gregor.EventSelection()
    subjects = _texts(about)
    if subjects:
        _check_subjects(opened, subjects)
    selection.kinds, selection.numbers = _selected(opened, kind)
    selection.subjects = subjects
    selection.fields = bool(kind or subjects) if fields is None else fields
    nothing = kind is not None and not selection.kinds and not selection.numbers
    if nothing:
        selection.kinds = ["none of them"]
    if between[0] > between[1]:
        raise OutsideRun(f"end: found {between[1] / 1e9}s, allowed from {between[0] / 1e9}s")
    return _frame_of(opened, between, selection)


def _frame_of(
    opened: _gregor.Recording, between: tuple[int, int], selection: _gregor.EventSelection
) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    columns = opened.events(between[0], between[1], selection)
    shown = {
        "event": columns["event"],
        "time": columns["time"].view(np.dtype("timedelta64[ns]")),
        "node": _words(columns["node"], columns["nodes"]),
        "kind": _words(columns["kind"], columns["kinds"]),
        "cause": columns["cause"],
    }
    for name, (form, values, present, words) in columns["fields"].items():
        shown[name if name not in shown else f"{name}_"] = _field(
            name, form, values, present.view(bool), words)
    return pd.DataFrame(shown, copy=False)


def _words(codes: Any, words: list[str]) -> Any:
    import pandas as pd

    return pd.Categorical.from_codes(codes, categories=pd.Index(words, dtype=object))


def _field(name: str, form: str, values: Any, present: Any, words: list[str]) -> Any:
    import numpy as np
    import pandas as pd

    whole = bool(present.all())
    if form == "integer":
        return values if whole else pd.arrays.IntegerArray(values, ~present)
    if form == "boolean":
        flags = values.astype(bool)
        return flags if whole else pd.arrays.BooleanArray(flags, ~present)
    if form == "real":
        shown = values if whole else np.where(present, values, np.nan)
        return pd.to_timedelta(shown, unit="ms") if name.endswith("_ms") else shown
    codes = np.where(present, values, -1)
    if any(each.startswith("[") for each in words):
        lists = np.empty(len(words) + 1, dtype=object)
        for number, each in enumerate(words):
            lists[number] = tuple(json.loads(each))
        lists[len(words)] = None
        return lists[codes]
    return pd.Categorical.from_codes(codes, categories=pd.Index(words, dtype=object))


def one(opened: _gregor.Recording, number: int, last: int) -> Event:
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= last:
        raise UnknownName(f"event: found {number!r}, allowed 1 to {last}")
    told = json.loads(opened.event(number))
    return Event(
        number, told["time_ms"] / 1e3, told["node"], told["kind"], told["fields"], told["cause"],
        tuple(_chain(opened, number)),
    )


def _chain(opened: _gregor.Recording, number: int) -> Iterable[int]:
    cause = opened.cause_of(number)
    while cause != 0:
        yield cause
        cause = opened.cause_of(cause)


def causes(opened: _gregor.Recording, number: int, last: int) -> pd.DataFrame:
    wanted = one(opened, number, last)
    selection = _gregor.EventSelection()
    selection.numbers = sorted([number, *wanted.causes])
    return _frame_of(opened, (0, round(wanted.time * 1e9) + 1), selection)
