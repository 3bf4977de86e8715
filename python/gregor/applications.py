"""Your own code as a client inside simulated time.

Write a class with the methods that you need and give it for a client of the scenario:

    class Audit(gregor.ConsumerApplication):
        def on_records(self, context, records):
            for record in records:
                self.total += 1
            context.work("2ms")
            context.commit()

    run = gregor.run("scenario.json", seed=7, applications={"C": Audit})

Each start of the client's process makes a new object: what a crash forgets, your code forgets. A
method takes no simulated time but what `context.work` says. It may look at `context.now` and draw
from `context.random`, and at nothing else that changes: no wall clock, no module random, no files
that change. What it asks for is part of the recording, so that the run can be opened anywhere,
without your code.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from gregor import _gregor, names, times
from gregor.errors import ApplicationFailed, BadInput, NotDeterministic, UnknownName
from gregor.scenario import Json, Scenario

if TYPE_CHECKING:
    from gregor.runs import Run

Factory = Callable[[], "Application"]
Applications = Mapping[str, Factory]
"""By the name of the client: a class, or anything that makes a new object when it is called."""

MOST_TIMERS = 100_000


class Record(NamedTuple):
    topic: str
    partition: int
    offset: int
    producer: str
    """The client that sent it; empty for a coordinator's."""
    number: int
    """Of the producer's records to this partition, from 0: what a value would tell apart."""


@dataclass(frozen=True)
class Records:
    """Consecutive records of one partition, from one producer; iterates over `Record`s."""

    topic: str
    partition: int
    offset: int
    """Of the first; -1: not known (acks=0, or a failed send)."""
    count: int
    producer: str
    number: int
    """Of the first."""
    error: str = ""
    """Why the send failed, by Kafka's name; empty: it did not."""

    @property
    def next_offset(self) -> int:
        """What to commit when all of them are done."""
        return self.offset + self.count

    def __iter__(self) -> Iterator[Record]:
        for i in range(self.count):
            yield Record(
                self.topic, self.partition, self.offset + i, self.producer, self.number + i
            )

    def __len__(self) -> int:
        return self.count


class Batch(Sequence[Records]):
    """What one poll() returned: `Records` of one partition after the other."""

    __slots__ = ("ranges",)

    def __init__(self, ranges: Sequence[Records]) -> None:
        self.ranges = tuple(ranges)

    def __getitem__(self, index: Any) -> Any:
        return self.ranges[index]

    def __len__(self) -> int:
        return len(self.ranges)

    @property
    def total(self) -> int:
        """Records in all of them."""
        return sum(each.count for each in self.ranges)

    def records(self) -> Iterator[Record]:
        """One by one, in the order of poll()."""
        for each in self.ranges:
            yield from each


@dataclass(frozen=True)
class Rebalance:
    """Partitions as (topic, partition). Of one call only one of the three is not empty."""

    revoked: tuple[tuple[str, int], ...] = ()
    """They go when `on_rebalance` is done; a commit in it still counts."""
    lost: tuple[tuple[str, int], ...] = ()
    """Gone already: another member may have them."""
    assigned: tuple[tuple[str, int], ...] = ()


class Context:
    """What an application may see and ask for. One for each life of its process."""

    def __init__(self, client: str, life: int, seed: int, topics: Mapping[str, int]) -> None:
        self.client = client
        self.life = life
        """1: the first start of the process."""
        self._now = 0
        self._topics = topics
        self._numbers = {name: number for number, name in enumerate(topics)}
        self._effects: list[tuple[Any, ...]] = []
        self._timers: dict[str, int] = {}
        self._seed = seed
        self._random: random.Random | None = None

    @property
    def now(self) -> float:
        """Simulated seconds since the beginning of the run."""
        return self._now / 1e9

    @property
    def nanoseconds(self) -> int:
        return self._now

    @property
    def random(self) -> random.Random:
        """A stream of its own for each client and life, made from the seed of the run."""
        if self._random is None:
            text = f"{self._seed}/{self.client}/{self.life}"
            digest = hashlib.sha256(text.encode()).digest()
            self._random = random.Random(int.from_bytes(digest[:8], "little"))
        return self._random

    def work(self, time: times.Instant) -> None:
        """The application's thread computes, or waits, for so long."""
        self._effects.append(("w", self._duration(time, "work")))

    def commit(
        self, offsets: Mapping[tuple[str, int], int] | None = None, wait: bool = True
    ) -> None:
        """commitSync (`wait`), or commitAsync. Offsets by (topic, partition); None: the positions,
        which is all that poll() has returned. `on_commit` tells what came of it."""
        chosen = [
            (*self._partition(partition), self._count(offset, "offset", 0))
            for partition, offset in (offsets or {}).items()
        ]
        if offsets is not None and not chosen:
            return
        self._effects.append(("c", bool(wait), chosen))

    def processed(self, records: Records | Record) -> None:
        """Notes that these are done; assertions and measures of the scenario see it."""
        count = records.count if isinstance(records, Records) else 1
        if isinstance(records, Record | Records):
            partition = self._partition((records.topic, records.partition))
            self._effects.append(("p", *partition, records.offset, count))
            return
        raise BadInput(f"processed: found {records!r}, allowed Record or Records")

    def send(
        self, topic: str, count: int = 1, *, key: str | bytes | None = None,
        partition: int | None = None,
    ) -> None:
        """send() of so many records. Without a partition the partitioner decides."""
        number, chosen = self._partition((topic, 0 if partition is None else partition))
        chosen = -1 if partition is None else chosen
        text = key.encode() if isinstance(key, str) else key
        self._effects.append(("s", number, chosen, self._count(count, "count", 1), text))

    def set_timer(self, name: str, delay: times.Instant) -> None:
        """`on_timer(context, name)` is called after the delay. Another one of this name is
        replaced."""
        if name not in self._timers and len(self._timers) >= MOST_TIMERS:
            raise BadInput(f"set_timer: found more than {MOST_TIMERS} names, allowed fewer")
        number = self._timers.setdefault(name, len(self._timers))
        self._effects.append(("t", number, self._duration(delay, "delay")))

    def cancel_timer(self, name: str) -> None:
        if name in self._timers:
            self._effects.append(("x", self._timers[name]))

    def stop(self) -> None:
        """close() of the client; the process ends."""
        self._effects.append(("e",))

    def _take(self) -> list[tuple[Any, ...]]:
        effects, self._effects = self._effects, []
        return effects

    def _partition(self, partition: tuple[str, int]) -> tuple[int, int]:
        try:
            topic, number = partition
        except (TypeError, ValueError):
            raise BadInput(
                f"partition: found {partition!r}, allowed (topic, number)"
            ) from None
        names.known(topic, self._topics, "topic")
        count = self._topics[topic]
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < count:
            raise UnknownName(f"partition of {topic}: found {number!r}, allowed 0 to {count - 1}")
        return self._numbers[topic], number

    @staticmethod
    def _count(value: int, what: str, least: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 2**62:
            raise BadInput(f"{what}: found {value!r}, allowed a whole number from {least}")
        return value

    @staticmethod
    def _duration(value: times.Instant, what: str) -> int:
        length = times.nanoseconds(value, what)
        if length < 0:
            raise BadInput(f"{what}: found {times.text(length)}, allowed from 0s")
        return length


class Application:
    """What both kinds have in common. Methods that you do not need do nothing."""

    def on_start(self, context: Context) -> None:
        """The process runs, for the first time or again."""

    def on_timer(self, context: Context, name: str) -> None:
        """A timer of `context.set_timer` is due."""


class ConsumerApplication(Application):
    """An application with one thread that calls poll() again and again. The client's settings
    (group.id, enable.auto.commit, max.poll.records, ...) stand in the scenario."""

    def on_records(self, context: Context, records: Batch) -> None:
        """poll() returned these."""

    def on_rebalance(self, context: Context, rebalance: Rebalance) -> None:
        """ConsumerRebalanceListener: partitions are to be revoked, were lost or were assigned."""

    def on_commit(self, context: Context, error: str) -> None:
        """A commit returned; `error` is Kafka's name of it, empty when it went well."""


class ProducerApplication(Application):
    """An application that calls send(). The client's settings stand in the scenario."""

    def on_results(self, context: Context, results: Batch) -> None:
        """The callbacks of send(): acknowledged, or failed with an `error`."""


START, RECORDS, TIMER, REVOKED, LOST, ASSIGNED, RESULTS, COMMIT = range(8)


class Stage:
    """The applications of one run: makes their objects and calls them."""

    def __init__(self, scenario: Mapping[str, Json], factories: Applications, seed: int) -> None:
        self._seed = seed
        self._clients = [str(each["name"]) for each in scenario.get("clients", [])]
        self._topics = {
            str(each["name"]): len(each["replicas"]) if "replicas" in each
            else int(each.get("partitions", 1))
            for each in scenario.get("topics", [])
        }
        self._topic_names = list(self._topics)
        self._factories = factories
        self._lives: dict[int, tuple[Any, Context]] = {}

    def __call__(
        self, kind: int, client: int, at: int, event: int, life: int, timer: int,
        records: list[tuple[Any, ...]], partitions: list[tuple[int, int]], error: str,
    ) -> list[tuple[Any, ...]]:
        if kind == START:
            name = self._clients[client]
            made = self._factories[name]()
            self._lives[client] = (made, Context(name, life, self._seed, self._topics))
        application, context = self._lives[client]
        context._now = at
        if kind == RECORDS:
            application.on_records(context, self._batch(records))
        elif kind == START:
            application.on_start(context)
        elif kind == TIMER:
            application.on_timer(context, list(context._timers)[timer])
        elif kind == RESULTS:
            if hasattr(application, "on_results"):
                application.on_results(context, self._batch(records))
        elif kind == COMMIT:
            if hasattr(application, "on_commit"):
                application.on_commit(context, "" if error == "NONE" else error)
        elif hasattr(application, "on_rebalance"):
            which = {REVOKED: "revoked", LOST: "lost", ASSIGNED: "assigned"}[kind]
            told = tuple((self._topic_names[topic], number) for topic, number in partitions)
            application.on_rebalance(context, Rebalance(**{which: told}))
        return context._take()

    def _batch(self, ranges: list[tuple[Any, ...]]) -> Batch:
        names_, clients = self._topic_names, self._clients
        return Batch([
            Records(
                names_[topic], partition, offset, count,
                clients[producer] if producer >= 0 else "", number, error,
            )
            for topic, partition, offset, count, producer, number, error in ranges
        ])


def attach(scenario: Scenario, factories: Applications) -> Scenario:
    """The scenario in which the clients say that their code is outside. Raises BadInput."""
    if not isinstance(factories, Mapping):
        raise BadInput(f"applications: found {type(factories).__name__}, allowed a mapping of "
                       "client names to classes")
    document = scenario.document
    clients = {each["name"]: each for each in document.get("clients", [])}
    for name, factory in factories.items():
        client = clients[names.known(name, clients, "application of client")]
        if not callable(factory):
            raise BadInput(f"application of {name}: found {factory!r}, allowed a class")
        client["application"] = _shown(getattr(factory, "__name__", type(factory).__name__))
        for part in ("load", "work"):
            client.pop(part, None)
    for name, client in clients.items():
        if "application" in client and name not in factories:
            raise BadInput(
                f"applications: found none for client {name}, allowed its code "
                f"({client['application']})"
            )
    return Scenario(document, scenario.file_name)


def _shown(name: str) -> str:
    kept = "".join(each if each.isalnum() or each in "_-." else "_" for each in name)
    return kept[:200] or "application"


def start(
    scenario: Scenario, leg: str, point: Mapping[str, Json],
    overrides: Sequence[tuple[str, Json]], seed: int, factories: Applications,
) -> _gregor.LiveRun:
    stage = Stage(_resolved(scenario, overrides), factories, seed)
    return _gregor.LiveRun(
        scenario.file, leg, json.dumps(dict(point)), json.dumps(list(overrides)), seed, stage
    )


def _resolved(scenario: Scenario, overrides: Sequence[tuple[str, Json]]) -> dict[str, Json]:
    """Topics and clients are the same in every leg, but for how many partitions a topic has."""
    document = scenario.document
    default = document.get("cluster", {}).get("defaults", {}).get("num.partitions", 1)
    for topic in document.get("topics", []):
        topic.setdefault("partitions", default)
        if isinstance(topic["partitions"], str):
            name = topic["partitions"].removeprefix("$")
            topic["partitions"] = dict(overrides).get(
                f"params.{name}", document.get("params", {}).get(name, 1))
    return document


def check_failure(live: _gregor.LiveRun, seed: int, command: str) -> None:
    """Raises ApplicationFailed when an application raised."""
    failure = live.failure()
    if failure is None:
        return
    client, at, event, error = failure
    raise ApplicationFailed(
        f"{client} raised {type(error).__name__}: {error}\n  at {times.text(at)}, event {event}, "
        f"seed {seed}\n  again with: {command}", client, at / 1e9, event, seed, command,
    ) from error


def command_of(scenario: Scenario, leg: str, point: Mapping[str, Json],
               overrides: Sequence[tuple[str, Json]], seed: int, factories: Applications) -> str:
    """The line of Python that runs it again."""
    settings = {f"params.{name}": value for name, value in point.items()} | dict(overrides)
    shown = ", ".join(
        f"{name!r}: {getattr(factory, '__name__', factory)}" for name, factory in factories.items()
    )
    text = f"gregor.run({scenario.file_name!r}, leg={leg!r}, seed={seed}"
    if settings:
        text += f", set={settings!r}"
    return text + f", applications={{{shown}}})"


def run_once(
    scenario: Scenario, leg: str, point: Mapping[str, Json],
    overrides: Sequence[tuple[str, Json]], seed: int, factories: Applications,
) -> _gregor.LiveRun:
    """To its end. Raises ApplicationFailed."""
    live = start(scenario, leg, point, overrides, seed, factories)
    live.run_until(live.end, None)
    check_failure(live, seed, command_of(scenario, leg, point, overrides, seed, factories))
    return live


def check_same(first: bytes, second: bytes, seed: int) -> None:
    """Raises NotDeterministic with the first event that differs."""
    difference = _gregor.first_difference(first, second)
    if difference is None:
        return
    event, one, other = difference
    raise NotDeterministic(
        f"two executions of seed {seed} differ: an application looks at something outside the "
        f"simulation (the wall clock, the module random, the order of a set of texts, ...). Event "
        f"{event} is the first that differs:\n  {one.strip()}\n  {other.strip()}", event,
    )


def run(
    scenario: Scenario, wanted: Sequence[tuple[str, dict[str, Json], int]],
    overrides: Sequence[tuple[str, Json]], factories: Applications, verify: bool,
) -> Run:
    """For gregor.run."""
    from gregor.recorded import Recorded
    from gregor.running import warn_interrupted
    from gregor.runs import Run

    source = attach(scenario, factories)
    recorded: list[Recorded] = []
    for leg, point, seed in wanted:
        live = run_once(source, leg, point, overrides, seed, factories)
        entry, content = json.loads(live.leg()), live.recording()
        entry["command"] = command_of(scenario, leg, point, overrides, seed, factories)
        recorded.append(Recorded(entry, content, f"{source.id}, leg {leg}, seed {seed}"))
        if live.interrupted:
            warn_interrupted(len(recorded), len(wanted))
            break
        if verify:
            again = run_once(source, leg, point, overrides, seed, factories)
            check_same(content, again.recording(), seed)
    return Run(source, recorded)
