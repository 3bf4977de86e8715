"""What the tests of the package share: one recorded run, and a small scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import gregor

ROOT = Path(__file__).resolve().parents[2]
LEADER_CRASH = ROOT / "scenarios" / "replication" / "leader_crash.json"


def small(**changes: Any) -> dict[str, Any]:
    """Three brokers, a producer and a consumer; broker 1 dies at 7 s."""
    scenario: dict[str, Any] = {
        "gregor": 1,
        "id": "small",
        "title": "A broker dies",
        "cluster": {"brokers": 3, "controllers": 1, "link": {"latency": "1ms"},
                    "defaults": {"group.initial.rebalance.delay.ms": 0}},
        "topics": [{"name": "orders", "partitions": 2, "rf": 3}],
        "clients": [
            {"name": "P", "kind": "producer", "config": {"acks": "all"},
             "load": {"rate": "50/s", "size": "100B", "to": "6s"}},
            {"name": "C", "kind": "consumer",
             "config": {"group.id": "g", "auto.offset.reset": "earliest"}},
        ],
        "script": [{"name": "killed", "at": "7s", "do": {"node": {"id": 1, "act": "crash"}}}],
        "horizon": "9s",
        "asserts": [{"id": "dur", "inv": "DUR", "client": "P"}],
        "measures": {"lost": "acked(P) minus readable('orders')"},
        "legs": [{"name": "only", "expect": {"holds": ["dur"]}}],
    }
    return scenario | changes


@pytest.fixture(scope="session")
def crash() -> gregor.Run:
    """leader_crash on SimGrid with seed 7."""
    return gregor.run(LEADER_CRASH, seed=7, resources="simgrid", progress=False)
