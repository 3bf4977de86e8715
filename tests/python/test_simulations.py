"""A scenario built in Python, step by step, with branches."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gregor

from conftest import small

untyped: Any = gregor.Simulation
CRASH = {"node": {"id": 1, "act": "crash"}}


def simulation(**more: Any) -> gregor.Simulation:
    return gregor.Simulation(
        cluster={"brokers": 3, "controllers": 1},
        topics=[{"name": "orders", "replicas": [[1, 2, 3]]}],
        clients=[{"name": "P", "kind": "producer", "load": {"rate": "100/s"}}],
        horizon="40s", **more,
    )


def test_it_stops_where_it_is_told() -> None:
    sim = simulation()
    assert sim.run_until("5s") and sim.time == 5.0
    assert sim.run_until("sent(P) != []", within="1s") is True
    before = sim.event
    assert sim.step() > before
    assert sim.run_until(lambda s: s.producers["P"].sent >= 700) and sim.time < 7.5
    assert sim.run_until("leader('orders-0') == 2", within="3s") is False


def test_an_injected_fault_is_a_line_of_the_script() -> None:
    sim = simulation()
    sim.run_until("10s")
    before = (sim.hash, sim.event, sim.time)
    sim.inject(CRASH)
    assert (sim.hash, sim.event, sim.time) == before
    assert sim.run_until("leader('orders-0') == 2", within="15s")
    assert sim.now.brokers[1].running is False and 17 < sim.time < 21
    document = json.loads(sim.to_json())
    assert document["script"] == [{"at": "10.000000001s", "do": CRASH}]
    # The file does the same by itself.
    assert gregor.run(document, resources="fixed", progress=False).hash == sim.run().hash


def test_branches_go_on_independently() -> None:
    sim = simulation()
    sim.run_until("10s")
    other = sim.fork()
    other.inject(CRASH, lasts="20s")
    other.run_until("25s")
    assert sim.time == 10.0 and other.now.brokers[1].running is False
    sim.run_until("25s")
    assert sim.now.brokers[1].running and sim.hash != other.hash
    assert sim.hash == simulation_at("25s")


def simulation_at(time: str) -> str:
    sim = simulation()
    sim.run_until(time)
    return sim.hash


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.floats(0, 40), max_size=5))
def test_slices_of_any_length_give_the_same_run(cuts: list[float]) -> None:
    sim = simulation()
    for each in sorted(cuts):
        sim.run_until(each)
    assert sim.run().hash == simulation().run().hash


@settings(max_examples=15, deadline=None)
@given(steps=st.integers(1, 3000))
def test_a_fault_may_be_injected_after_any_event(steps: int) -> None:
    sim = simulation()
    sim._live.step(steps)
    before = (sim.hash, sim.event, sim.time)
    sim.inject(CRASH)
    assert (sim.hash, sim.event, sim.time) == before
    assert gregor.run(sim.scenario, resources="fixed", progress=False).hash == sim.run().hash


def test_an_application_lives_in_branches_too() -> None:
    class Counts(gregor.ConsumerApplication):
        def on_records(self, context: gregor.Context, records: Any) -> None:
            context.work("1ms")
            context.commit()

    sim = gregor.Simulation(small(), applications={"C": Counts})
    sim.run_until("3s")
    other = sim.fork()
    assert other.hash == sim.hash
    other.inject({"client": {"name": "C", "act": "crash"}})
    assert other.run().hash != sim.run().hash


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda sim: sim.run_until("50s"), gregor.OutsideRun, "40s"),
        (lambda sim: sim.run_until("1s"), gregor.OutsideRun, "allowed 5s"),
        (lambda sim: sim.run_until("leadr('orders-0') == 1"), gregor.BadInput, "leader"),
        (lambda sim: sim.run_until("leader('order-0') == 1"), gregor.BadInput, "orders"),
        (lambda sim: sim.inject({"nod": {}}), gregor.BadInput, "node"),
        (lambda sim: sim.inject({"node": {"id": 9, "act": "crash"}}), gregor.BadInput, "9"),
        (lambda sim: gregor.Simulation(), gregor.BadInput, "allowed one"),
        (lambda sim: untyped(small(), seed=1.5), gregor.BadInput, "seed"),
        (lambda sim: gregor.Simulation(small(), leg="x"), gregor.UnknownName, "only"),
        (lambda sim: pickle.dumps(sim), TypeError, "pickle"),
    ],
)
def test_bad_input(call: Any, error: type[Exception], says: str) -> None:
    sim = simulation()
    sim.run_until("5s")
    with pytest.raises(error) as raised:
        call(sim)
    assert says in str(raised.value)
    assert sim.time == 5.0  # nothing was done
