"""The package's figures, as docs/internals/performance.md quotes them.

Run it with the interpreter of .venv; it is no test.
"""

from __future__ import annotations

import functools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gregor
from gregor import executable

from conftest import LEADER_CRASH, ROOT, small

SHORT = ROOT / "scenarios" / "replication" / "leader_crash_short.json"


def seconds(action: Callable[[], Any]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def processor_seconds(action: Callable[[], Any]) -> float:
    """Of this process: what other programs do counts less."""
    began = time.process_time()
    action()
    return time.process_time() - began


SEEDS = 1500


def sweep_from_python() -> float:
    """Runs a minute."""
    took = seconds(lambda: gregor.sweep(SHORT, seeds=range(1, SEEDS + 1), progress=False))
    return SEEDS * 60 / took


def sweep_from_the_command_line() -> float:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        took = seconds(lambda: subprocess.run(
            [executable.find(), "sweep", SHORT, "--seeds", f"1..{SEEDS}", "--json", report],
            capture_output=True))
        return len(json.loads(report.read_text())["runs"]) * 60 / took


def main() -> None:
    program = "import time; t = time.perf_counter(); import gregor; print(time.perf_counter() - t)"
    imports = [float(subprocess.run([sys.executable, "-c", program], capture_output=True,
                                    text=True).stdout) for _ in range(9)]
    print(f"import gregor: {statistics.median(imports) * 1e3:.1f} ms")

    run = gregor.run(LEADER_CRASH, resources="fixed", progress=False)
    run.at(1)
    instants = [(i * 37 % 600) / 10 for i in range(500)]
    took = [processor_seconds(functools.partial(run.at, at)) for at in instants]
    print(f"run.at: median {statistics.median(took) * 1e3:.2f} ms, worst {max(took) * 1e3:.2f} ms")

    long = gregor.Scenario(LEADER_CRASH).document | {"horizon": "360s"}
    big = gregor.run(long, resources="fixed", progress=False)
    big.at(1)
    took = [processor_seconds(big.events) for _ in range(3)]
    print(f"events: {len(big.events()):,} in {min(took):.2f} s")

    class Counts(gregor.ConsumerApplication):
        calls = 0

        def on_records(self, context: gregor.Context, records: Any) -> None:
            Counts.calls += 1

    class Works(gregor.ConsumerApplication):
        def on_records(self, context: gregor.Context, records: Any) -> None:
            for record in records.records():
                context.work("1ms")
                context.processed(record)
            context.commit()

    def with_application() -> None:
        gregor.run(LEADER_CRASH, applications={"C": Counts}, verify=False, progress=False)

    def without() -> None:
        gregor.run(LEADER_CRASH, resources="fixed", progress=False)

    with_ = min(processor_seconds(with_application) for _ in range(5))
    plain = min(processor_seconds(without) for _ in range(5))
    print(f"a callback: {(with_ - plain) / (Counts.calls / 5) * 1e6:.1f} us")

    def of_applications() -> float:
        took = seconds(lambda: gregor.sweep(small(), seeds=range(SEEDS), progress=False,
                                            applications={"C": Works}))
        return SEEDS * 60 / took

    print(f"sweep with an application: {max(of_applications() for _ in range(3)):,.0f} runs a "
          "minute")

    here, there = [], []
    for _ in range(3):  # in turn, so that both see the same other programs
        here.append(sweep_from_python())
        there.append(sweep_from_the_command_line())
    ratio = statistics.median(a / b for a, b in zip(here, there, strict=True))
    print(f"sweep: {max(here):,.0f} runs a minute from Python, {max(there):,.0f} from the command "
          f"line, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
