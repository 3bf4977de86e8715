"""A user's own code inside simulated time."""

from __future__ import annotations

import os
import random
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

import gregor

from conftest import ROOT, small


class Reader(gregor.ConsumerApplication):
    """Processes each record, then commits what it has."""

    def on_records(self, context: gregor.Context, records: Any) -> None:
        for each in records:
            context.processed(each)
        context.work("3ms")
        context.commit({(each.topic, each.partition): each.next_offset for each in records})


class Seen(Reader):
    """Writes down what it was told; shared by all its lives."""

    told: list[tuple[Any, ...]] = []

    def on_start(self, context: gregor.Context) -> None:
        self.told.append(("start", context.life, context.now))
        context.set_timer("tick", "1s")

    def on_timer(self, context: gregor.Context, name: str) -> None:
        self.told.append((name, context.now))

    def on_rebalance(self, context: gregor.Context, rebalance: gregor.Rebalance) -> None:
        self.told.append(("rebalance", rebalance))

    def on_records(self, context: gregor.Context, records: Any) -> None:
        for each in records.records():
            self.told.append(("record", each))
        super().on_records(context, records)

    def on_commit(self, context: gregor.Context, error: str) -> None:
        self.told.append(("commit", error))


def run(application: Any, document: dict[str, Any] | None = None, **more: Any) -> gregor.Run:
    return gregor.run(document or small(), applications={"C": application}, progress=False,
                      **more)


def test_an_application_gets_every_record_once_and_in_order() -> None:
    Seen.told = []
    result = run(Seen, verify=False)
    records = [each[1] for each in Seen.told if each[0] == "record"]
    for partition in (0, 1):
        offsets = [each.offset for each in records if each.partition == partition]
        assert offsets == list(range(len(offsets))) and offsets
    assert {each.producer for each in records} == {"P"}
    assert len(records) == result.at("8s").consumers["C"].delivered == 300
    assert result.at("8s").consumers["C"].processed == 300


def test_commits_reach_the_group() -> None:
    state = run(Reader).at("8s")
    group = state.groups["g"]
    assert [each.committed for each in group.partitions.values()] == [
        partition.log_end for partition in state.topics["orders"]]
    assert group.lag == 0


def test_work_takes_simulated_time_and_nothing_else_does() -> None:
    class Slow(Reader):
        def on_records(self, context: gregor.Context, records: Any) -> None:
            context.work("2s")

    class Busy(Reader):
        def on_records(self, context: gregor.Context, records: Any) -> None:
            time.sleep(0.001)

    assert len(run(Slow).events(kind="RecordsDelivered")) < 12
    fast = run(Busy).latencies("C", of="delivery")["latency"]
    assert len(fast) == 300


def test_timers_lives_and_rebalances_are_told() -> None:
    Seen.told = []
    script = [
        {"at": "3s", "do": {"client": {"name": "C", "act": "crash"}}},
        {"at": "4s", "do": {"client": {"name": "C", "act": "start"}}},
    ]
    run(Seen, small(script=script), verify=False)
    starts = [each for each in Seen.told if each[0] == "start"]
    assert [each[1] for each in starts] == [1, 2] and starts[0][2] == 0.0 and starts[1][2] >= 4.0
    assert ("tick", 1.0) in Seen.told and ("tick", starts[1][2] + 1) in Seen.told
    assigned = [each[1].assigned for each in Seen.told if each[0] == "rebalance"]
    assert assigned[0] == (("orders", 0), ("orders", 1))


def test_a_commit_in_on_rebalance_counts_before_the_partition_goes() -> None:
    """KIP-62: onPartitionsRevoked runs before the member joins again."""

    class Late(gregor.ConsumerApplication):
        """Commits only when partitions are taken away."""

        def __init__(self) -> None:
            self.done: dict[tuple[str, int], int] = {}

        def on_records(self, context: gregor.Context, records: Any) -> None:
            for each in records:
                self.done[each.topic, each.partition] = each.next_offset

        def on_rebalance(self, context: gregor.Context, rebalance: gregor.Rebalance) -> None:
            if rebalance.revoked:
                context.commit({each: self.done[each] for each in rebalance.revoked
                                if each in self.done})
            self.done = {}

    document = small(script=[])
    config = {"group.id": "g", "auto.offset.reset": "earliest", "enable.auto.commit": False}
    document["clients"][1]["config"] = config
    document["clients"].append({"name": "D", "kind": "consumer", "config": config})
    document["script"] = [{"at": "0s", "do": {"client": {"name": "D", "act": "stop"}}},
                          {"at": "4s", "do": {"client": {"name": "D", "act": "start"}}}]
    result = gregor.run(document, applications={"C": Late}, progress=False)
    began = result.events(kind="RevocationBegan")
    revoked = result.events(kind="PartitionsRevoked", about="C")
    committed = result.events(kind="OffsetCommitted")
    assert len(began) >= 1
    first = began["time"].iloc[0]
    between = committed[(committed["time"] >= first)
                        & (committed["time"] <= revoked["time"].iloc[0])]
    assert len(between) == 2 and (between["offset"] > 0).all()
    # Nothing comes twice: the other member begins where this one was.
    assert result.at("8s").consumers["D"].delivered + result.at("8s").consumers["C"].delivered == 300


def test_a_producer_of_ones_own() -> None:
    class Sender(gregor.ProducerApplication):
        results: list[Any] = []

        def on_start(self, context: gregor.Context) -> None:
            context.set_timer("next", "100ms")

        def on_timer(self, context: gregor.Context, name: str) -> None:
            context.send("orders", count=3, key=f"k{context.random.randrange(5)}")
            if context.now < 2:
                context.set_timer("next", "100ms")

        def on_results(self, context: gregor.Context, results: Any) -> None:
            self.results += results

    Sender.results = []
    result = gregor.run(small(script=[]), applications={"P": Sender}, verify=False,
                        progress=False)
    assert sum(each.count for each in Sender.results) == 60
    assert {each.error for each in Sender.results} == {""}
    assert result.at("8s").producers["P"].acknowledged == 60
    assert result.at("8s").consumers["C"].delivered == 60


def test_the_recording_needs_no_python(tmp_path: Path) -> None:
    result = run(Reader)
    saved = result.save(tmp_path / "x.gregor")
    binary = os.environ.get("GREGOR_BINARY", str(ROOT / "build" / "release" / "gregor"))
    verified = subprocess.run([binary, "verify", saved], capture_output=True, text=True)
    assert verified.returncode == 0 and result.hash in verified.stdout
    assert gregor.open(saved).at("5s") == result.at("5s")


def test_the_command_line_says_that_code_is_missing(tmp_path: Path) -> None:
    from gregor.applications import attach

    file = attach(gregor.Scenario(small()), {"C": Reader}).save(tmp_path / "x.json")
    binary = os.environ.get("GREGOR_BINARY", str(ROOT / "build" / "release" / "gregor"))
    told = subprocess.run([binary, "run", file], capture_output=True, text=True)
    assert told.returncode == 2 and "C (Reader)" in told.stderr
    told = subprocess.run([binary, "sweep", file, "--seeds", "1..2"], capture_output=True, text=True)
    assert told.returncode == 2 and "gregor.sweep" in told.stderr
    with pytest.raises(gregor.BadInput, match="its code"):
        gregor.run(file, applications={}, progress=False)


class Wall(Reader):
    def on_records(self, context: gregor.Context, records: Any) -> None:
        context.work(time.perf_counter() % 0.01)


class Dice(Reader):
    def on_records(self, context: gregor.Context, records: Any) -> None:
        context.work(random.random() / 100)


class OwnDice(Reader):
    def on_records(self, context: gregor.Context, records: Any) -> None:
        context.work(context.random.random() / 100)


@pytest.mark.parametrize("application", [Wall, Dice])
def test_looking_outside_is_found_and_the_first_event_named(application: Any) -> None:
    with pytest.raises(gregor.NotDeterministic, match="Event [0-9]+ is the first") as raised:
        run(application)
    assert raised.value.event > 0
    assert run(application, verify=False).complete


def test_its_own_random_stream_is_the_same_in_every_run() -> None:
    assert run(OwnDice, seed=3).hash == run(OwnDice, seed=3).hash != run(OwnDice, seed=4).hash


def test_an_application_that_raises_stops_the_run_there() -> None:
    class Bad(Reader):
        def on_records(self, context: gregor.Context, records: Any) -> None:
            if context.now > 5:
                raise KeyError("no such order")

    with pytest.raises(gregor.ApplicationFailed) as raised:
        run(Bad, seed=9)
    error = raised.value
    assert error.client == "C" and 5 < error.at < 6 and error.seed == 9 and error.event > 0
    assert isinstance(error.__cause__, KeyError)
    assert "seed=9" in error.command and "Bad" in error.command


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda context: context.commit({("order", 0): 1}), "did you mean orders"),
        (lambda context: context.commit({("orders", 9): 1}), "allowed 0 to 1"),
        (lambda context: context.commit({("orders", 0): -1}), "offset"),
        (lambda context: context.work("-1s"), "allowed"),
        (lambda context: context.send("orders"), "allowed for a producer"),
        (lambda context: context.processed("x"), "Record"),
        (lambda context: context.set_timer("t", "x"), "'x'"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_where_it_is_asked(ask: Any, says: str) -> None:
    class Asks(gregor.ConsumerApplication):
        def on_start(self, context: gregor.Context) -> None:
            ask(context)

    with pytest.raises(gregor.ApplicationFailed) as raised:
        run(Asks)
    assert says in str(raised.value.__cause__)
    assert isinstance(raised.value.__cause__, gregor.GregorError)


def test_an_application_for_nobody_is_refused() -> None:
    with pytest.raises(gregor.UnknownName, match="client"):
        gregor.run(small(), applications={"X": Reader}, progress=False)
    with pytest.raises(gregor.BadInput, match="class"):
        gregor.run(small(), applications={"C": 5}, progress=False)  # type: ignore[dict-item]
