"""The whole cluster at one instant, in Kafka's words: immutable values.

Offsets and counts are numbers of records, sizes are bytes, times are seconds since the beginning of
the run. What does not exist (a leader, a committed offset) is None.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, overload

from gregor import names
from gregor.errors import UnknownName

Item = TypeVar("Item")
Key = TypeVar("Key", int, str)


class Named(Mapping[Key, Item]):
    """Things by their id or name; a mapping that does not change."""

    __slots__ = ("_items", "_what")

    def __init__(self, items: Mapping[Key, Item], what: str) -> None:
        self._items: dict[Key, Item] = dict(items)
        self._what = what

    def __getitem__(self, key: Key) -> Item:
        try:
            return self._items[key]
        except (KeyError, TypeError):
            pass
        if isinstance(key, str):
            names.known(key, [str(each) for each in self._items], self._what)
        allowed = ", ".join(str(each) for each in self._items) or "none"
        raise UnknownName(f"{self._what}: found {key!r}, allowed {allowed}")

    def __iter__(self) -> Iterator[Key]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return repr(self._items)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Named, (self._items, self._what))

    def __hash__(self) -> int:
        return hash(tuple(self._items))


@dataclass(frozen=True, slots=True)
class Broker:
    id: int
    running: bool
    """Its process exists."""
    paused: bool
    registered: bool
    fenced: bool
    in_controlled_shutdown: bool
    broker_epoch: int
    rack: str
    metadata_offset: int
    """It has applied the metadata log up to here."""
    leads: int
    follows: int
    log_bytes: int
    waiting_produces: int
    """Produce requests in its purgatory."""
    waiting_fetches: int


@dataclass(frozen=True, slots=True)
class Controller:
    id: int
    running: bool
    paused: bool
    active: bool
    role: str
    epoch: int
    leader: int | None
    log_end_offset: int
    high_watermark: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of a log; the last one of a replica is the active one (class LogSegment)."""

    base_offset: int
    end_offset: int
    """Where the next one begins."""
    bytes: int
    largest_timestamp_ms: int
    """By the broker's clock; what retention by time goes by."""
    offset_index_entries: int
    time_index_entries: int
    aborted_transactions: int


@dataclass(frozen=True, slots=True)
class Replica:
    broker: int
    running: bool
    in_isr: bool
    leads: bool
    leader_epoch: int
    log_start_offset: int
    log_end_offset: int
    high_watermark: int
    segments: tuple[Segment, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True)
class Partition:
    topic: str
    partition: int
    leader: int | None
    leader_epoch: int
    partition_epoch: int
    isr: tuple[int, ...]
    elr: tuple[int, ...]
    """Eligible leader replicas (KIP-966)."""
    replicas: Named[int, Replica]
    """By broker."""

    @property
    def name(self) -> str:
        """'orders-0'."""
        return f"{self.topic}-{self.partition}"

    @property
    def under_replicated(self) -> bool:
        return len(self.isr) < len(self.replicas)

    @property
    def hw(self) -> int | None:
        """The high watermark of the leader; None without one."""
        return None if self.leader is None else self.replicas[self.leader].high_watermark

    @property
    def log_end(self) -> int | None:
        """The log end offset of the leader; None without one."""
        return None if self.leader is None else self.replicas[self.leader].log_end_offset


@dataclass(frozen=True, slots=True)
class Topic(Sequence[Partition]):
    name: str
    partitions: tuple[Partition, ...]

    @property
    def internal(self) -> bool:
        return self.name.startswith("__")

    @overload
    def __getitem__(self, index: int) -> Partition: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Partition]: ...
    def __getitem__(self, index: int | slice) -> Partition | Sequence[Partition]:
        if isinstance(index, int) and not -len(self.partitions) <= index < len(self.partitions):
            raise IndexError(
                f"partition {index} of {self.name}: allowed 0 to {len(self.partitions) - 1}"
            )
        return self.partitions[index]

    def __len__(self) -> int:
        return len(self.partitions)


@dataclass(frozen=True, slots=True)
class Producer:
    name: str
    running: bool
    paused: bool
    sent: int
    acknowledged: int
    failed: int
    unknown: int
    """Given up by the client, and perhaps in the log all the same."""
    retried: int
    buffered_bytes: int
    requests_in_flight: int
    waits_for: str
    """What send() is blocked by: 'metadata', 'memory', or empty."""


@dataclass(frozen=True, slots=True)
class Consumed:
    partition: str
    state: str
    position: int | None
    committed: int | None
    high_watermark: int | None
    lag: int
    """Behind the high watermark that the consumer knows."""


@dataclass(frozen=True, slots=True)
class Consumer:
    name: str
    running: bool
    paused: bool
    group: str
    member_id: str
    membership: str
    generation: int
    thread: str
    delivered: int
    processed: int
    buffered_bytes: int
    assignment: Named[str, Consumed]
    """By partition, 'orders-0'."""

    @property
    def lag(self) -> int:
        """Over all the partitions it has."""
        return sum(each.lag for each in self.assignment.values())


@dataclass(frozen=True, slots=True)
class Committed:
    partition: str
    owner: str | None
    committed: int | None
    lag: int
    """Of the committed offset behind the leader's high watermark."""


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    generation: int
    members: int
    partitions: Named[str, Committed]

    @property
    def lag(self) -> int:
        """Over all its partitions."""
        return sum(each.lag for each in self.partitions.values())


@dataclass(frozen=True, slots=True)
class Flight:
    """A message on its way."""

    source: str
    target: str
    api: str
    is_request: bool
    size_bytes: int
    sent: float
    arrives: float | None
    """None: it has not left yet."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A record batch as a log holds it."""

    first_offset: int
    last_offset: int
    leader_epoch: int
    producer: str
    first_number: int
    """Of the producer's records to this partition, from 0."""
    size_bytes: int
    base_sequence: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that there is at one instant. Get one with `Run.at` or `Simulation.now`."""

    scenario: str
    leg: str
    seed: int
    nanoseconds: int
    event: int
    """Number of the last event that happened."""
    hash: str
    brokers: Named[int, Broker]
    controllers: Named[int, Controller]
    topics: Named[str, Topic]
    producers: Named[str, Producer]
    consumers: Named[str, Consumer]
    groups: Named[str, Group]
    messages: tuple[Flight, ...]
    """In flight."""
    cuts: tuple[tuple[str, str], ...]
    """Links that are cut, one direction each."""
    violated: tuple[str, ...]
    """Invariants of Kafka that were broken up to now, one sentence each."""
    text: str = field(repr=False, compare=False)
    """All of it as one page, like `gregor show`."""
    _recording: bytes | None = field(default=None, repr=False, compare=False)
    """Of the run, for the picture in a notebook; not pickled."""

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_recording": None}

    @property
    def time(self) -> float:
        """Simulated seconds since the beginning."""
        return self.nanoseconds / 1e9

    def partition(self, name: str) -> Partition:
        """By its name, 'orders-0'."""
        every = {each.name: each for topic in self.topics.values() for each in topic}
        return every[names.known(name, every, "partition")]

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        from gregor.html import snapshot_html

        return snapshot_html(self)


def _offset(value: int) -> int | None:
    return None if value < 0 else value


def _seconds(milliseconds: float) -> float:
    return milliseconds / 1e3


def _replica(entry: dict[str, Any]) -> Replica:
    segments = tuple(Segment(**each) for each in entry["segments"])
    return Replica(**{**entry, "segments": segments})


def _partition(entry: dict[str, Any]) -> Partition:
    topic, _, number = entry["partition"].rpartition("-")
    replicas = {each["broker"]: _replica(each) for each in entry["replicas"]}
    return Partition(
        topic, int(number), _offset(entry["leader"]), entry["leader_epoch"],
        entry["partition_epoch"], tuple(entry["isr"]), tuple(entry["elr"]),
        Named(replicas, "replica on broker"),
    )


def _topics(entries: list[dict[str, Any]]) -> Named[str, Topic]:
    by_topic: dict[str, list[Partition]] = {}
    for entry in entries:
        partition = _partition(entry)
        by_topic.setdefault(partition.topic, []).append(partition)
    topics = {}
    for name, partitions in by_topic.items():
        topics[name] = Topic(name, tuple(sorted(partitions, key=lambda each: each.partition)))
    return Named(topics, "topic")


def _consumer(entry: dict[str, Any]) -> Consumer:
    values = dict(entry)
    values["name"] = values.pop("node")
    values["assignment"] = Named(
        {
            each["partition"]: Consumed(
                each["partition"], each["state"], _offset(each["position"]),
                _offset(each["committed"]), _offset(each["high_watermark"]), each["lag"],
            )
            for each in entry["assignment"]
        },
        "partition of this consumer",
    )
    return Consumer(**values)


def _group(entry: dict[str, Any]) -> Group:
    partitions = {
        each["partition"]: Committed(
            each["partition"], each["owner"] or None, _offset(each["committed"]), each["lag"]
        )
        for each in entry["partitions"]
    }
    return Group(
        entry["group"], entry["generation"], entry["members"], Named(partitions, "partition")
    )


def _flight(entry: dict[str, Any]) -> Flight:
    arrives = entry["deliver_ms"]
    return Flight(
        entry["from"], entry["to"], entry["api"], entry["is"] == "request", entry["size_bytes"],
        _seconds(entry["sent_ms"]), None if arrives is None else _seconds(arrives),
    )


def _without(entry: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in keys}


def from_json(
    text: str, page: str, violated: Sequence[str], at: int, recording: bytes | None = None
) -> Snapshot:
    """From what the C++ side gives."""
    whole = json.loads(text)
    controllers = {}
    for each in whole["controllers"]:
        values = _without(each, "node")
        values["leader"] = _offset(values["leader"])
        controllers[each["id"]] = Controller(**values)
    producers = {
        each["node"]: Producer(name=each["node"], **_without(each, "node"))
        for each in whole["producers"]
    }
    return Snapshot(
        scenario=whole["scenario"],
        leg=whole["leg"],
        seed=whole["seed"],
        nanoseconds=at,
        event=whole["event"],
        hash=whole["hash"],
        brokers=Named(
            {each["id"]: Broker(**_without(each, "node")) for each in whole["brokers"]}, "broker"
        ),
        controllers=Named(controllers, "controller"),
        topics=_topics(whole["partitions"]),
        producers=Named(producers, "producer"),
        consumers=Named({each["node"]: _consumer(each) for each in whole["consumers"]}, "consumer"),
        groups=Named({each["group"]: _group(each) for each in whole["groups"]}, "group"),
        messages=tuple(_flight(each) for each in whole["messages"]),
        cuts=tuple((each["from"], each["to"]) for each in whole["cuts"]),
        violated=tuple(violated),
        text=page,
        _recording=recording,
    )
