"""Gregor from Python: run Kafka scenarios, and look at what happened as data.

    import gregor

    run = gregor.run("scenarios/replication/leader_crash.json", seed=7)
    run.measures["failover"]                       # seconds
    run.at("20.5s").topics["orders"][0].isr        # (2, 3)
    run.events(kind="isr_shrunk", about="orders-0")
    gregor.sweep("….json", over={"acks": ["0", "1", "all"]}, seeds=range(1000))

Names are Kafka's. Times are given as '20.5s', as seconds or as a Timedelta; in DataFrames they are
Timedeltas, elsewhere seconds. Errors are of the classes in `gregor.errors`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gregor.applications import ConsumerApplication, ProducerApplication
    from gregor.context import Context, Rebalance, Record, Records
    from gregor.errors import (
        ApplicationFailed,
        BadInput,
        Defect,
        ExecutableMissing,
        GregorError,
        NotDeterministic,
        OutsideRun,
        RecordingDiffers,
        RunClosed,
        RunFailed,
        UnknownName,
    )
    from gregor.events import KINDS, MARKS
    from gregor.metrics import METRICS
    from gregor.running import open_recording as open  # noqa: A004
    from gregor.running import run
    from gregor.runs import Run
    from gregor.scenario import Scenario
    from gregor.simulations import Simulation
    from gregor.snapshot import Snapshot
    from gregor.sweeps import sweep

# Looked up when first used: `import gregor` costs next to nothing.
_PLACES = {
    "KINDS": "events", "MARKS": "events", "METRICS": "metrics", "Run": "runs",
    "Scenario": "scenario", "Simulation": "simulations", "Snapshot": "snapshot", "run": "running",
    "sweep": "sweeps", "ConsumerApplication": "applications", "Context": "context",
    "ProducerApplication": "applications", "Rebalance": "context", "Record": "context",
    "Records": "context", "ApplicationFailed": "errors", "BadInput": "errors",
    "Defect": "errors", "ExecutableMissing": "errors", "GregorError": "errors",
    "NotDeterministic": "errors", "OutsideRun": "errors", "RecordingDiffers": "errors",
    "RunClosed": "errors", "RunFailed": "errors", "UnknownName": "errors",
}
_MODULES = ("errors", "plots")

__all__ = [
    "KINDS", "MARKS", "METRICS", "ApplicationFailed", "BadInput", "ConsumerApplication", "Context",
    "Defect", "ExecutableMissing", "GregorError", "NotDeterministic", "OutsideRun",
    "ProducerApplication", "Rebalance", "Record", "Records", "RecordingDiffers", "Run",
    "RunClosed", "RunFailed", "Scenario", "Simulation", "Snapshot", "UnknownName", "errors",
    "open", "plots", "run", "sweep",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"gregor.{name}")
    if name == "open":
        found = importlib.import_module("gregor.running").open_recording
    elif name in _PLACES:
        found = getattr(importlib.import_module(f"gregor.{_PLACES[name]}"), name)
    else:
        raise AttributeError(f"module 'gregor' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
