"""Your own code as a client inside simulated time.

Write a class with the methods that you need and give it for a client of the scenario:

    class Audit(gregor.ConsumerApplication):
        def __init__(self):
            self.totals = collections.Counter()

        def on_records(self, context, records):
            for record in records.records():
                self.totals[record.key] += len(record.value)
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

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gregor import _gregor, names, times
from gregor.context import Batch, Context, Rebalance, Records
from gregor.errors import ApplicationFailed, BadInput, NotDeterministic
from gregor.scenario import Json, Scenario

if TYPE_CHECKING:
    from gregor.runs import Run

Factory = Callable[[], "Application"]
Applications = Mapping[str, Factory]
"""By the name of the client: a class, or anything that makes a new object when it is called."""


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
        """The callbacks of send(): acknowledged, or failed with an `error`. Their `sequence` says
        which they are."""


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
        records: list[tuple[Any, ...]], partitions: list[tuple[int, int]], error: str, sent: int,
        assigned: Callable[[], list[tuple[int, int, int, int, bool]]],
    ) -> list[tuple[Any, ...]]:
        if kind == START:
            name = self._clients[client]
            made = self._factories[name]()
            self._lives[client] = (made, Context(name, life, self._seed, self._topics))
            self._lives[client][1]._next_sequence = sent
        application, context = self._lives[client]
        context._now = at
        context._assigned = assigned
        if kind == RECORDS:
            application.on_records(context, self._batch(records))
        elif kind == START:
            application.on_start(context)
        elif kind == TIMER:
            application.on_timer(context, list(context._timers)[timer])
        elif kind == RESULTS:
            if hasattr(application, "on_results"):
                application.on_results(context, self._batch(records, True))
        elif kind == COMMIT:
            if hasattr(application, "on_commit"):
                application.on_commit(context, "" if error == "NONE" else error)
        elif hasattr(application, "on_rebalance"):
            which = {REVOKED: "revoked", LOST: "lost", ASSIGNED: "assigned"}[kind]
            told = tuple((self._topic_names[topic], number) for topic, number in partitions)
            application.on_rebalance(context, Rebalance(**{which: told}))
        return context._take()

    def _batch(self, ranges: list[tuple[Any, ...]], sent: bool = False) -> Batch:
        names_, clients = self._topic_names, self._clients
        return Batch([
            Records(
                names_[topic], partition, offset, count,
                clients[producer] if producer >= 0 else "", number, error, contents, sent,
            )
            for topic, partition, offset, count, producer, number, error, contents in ranges
        ])


def attach(scenario: Scenario, factories: Applications) -> Scenario:
    """The scenario in which the clients say that their code is outside. Raises BadInput."""
    if not isinstance(factories, Mapping):
        raise BadInput(f"applications: found {type(factories).__name__}, allowed a mapping of "
                       "client names to classes")
    document = scenario.document
    document.pop("calls", None)
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
