"""Sweeps: the same rows whoever does the work, and however many of them die."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gregor
from gregor import sweeps

from conftest import ROOT, small

SHORT = ROOT / "scenarios" / "replication" / "leader_crash_short.json"


def swept(**more: Any) -> pd.DataFrame:
    return gregor.sweep(small(), over={"clients.P.config.acks": ["0", "all"]}, seeds=range(10),
                        progress=False, **more)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return swept()


def test_a_row_for_each_run_in_order(rows: pd.DataFrame) -> None:
    assert list(rows["seed"]) == [*range(10), *range(10)]
    assert list(rows["clients.P.config.acks"]) == ["0"] * 10 + ["all"] * 10
    assert rows["as_expected"].dtype == bool and rows["hash"].is_unique
    assert {"lost", "violated", "command", "events", "verdict"} <= set(rows.columns)


def test_the_rows_are_those_of_the_command_line(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    binary = os.environ.get("GREGOR_BINARY", str(ROOT / "build" / "release" / "gregor"))
    subprocess.run([binary, "sweep", SHORT, "--seeds", "1..12", "--json", report],
                   capture_output=True)
    told = json.loads(report.read_text())["runs"]
    frame = gregor.sweep(SHORT, seeds=range(1, 13), progress=False)
    assert list(frame["hash"]) == [each["hash"] for each in told]
    assert list(frame["command"]) == [each["command"] for each in told]
    assert [list(each) for each in frame["violated"]] == [each["violated"] for each in told]


def test_a_row_is_the_run_that_its_command_names(rows: pd.DataFrame) -> None:
    row = rows.iloc[13]
    run = gregor.run(small(), seed=int(row["seed"]), resources="fixed", progress=False,
                     set={"clients.P.config.acks": row["clients.P.config.acks"]})
    assert run.hash == row["hash"]


class Here(Executor):
    """Does it at once, in this process."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def test_any_executor_gives_the_same_rows(rows: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(swept(executor=Here()), rows)
    with ThreadPoolExecutor(2) as threads:
        pd.testing.assert_frame_equal(swept(executor=threads), rows)
    with ProcessPoolExecutor(2) as processes:
        pd.testing.assert_frame_equal(swept(executor=processes), rows)


class Flaky(Here):
    """Loses every third piece of work the first time, as a machine that goes down does."""

    def __init__(self) -> None:
        self.given = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.given += 1
        if self.given % 3 == 0:
            lost: Future[Any] = Future()
            lost.set_exception(ConnectionError("the machine is gone"))
            return lost
        return super().submit(fn, *args, **kwargs)


def test_what_a_lost_worker_had_is_done_again(rows: pd.DataFrame) -> None:
    flaky = Flaky()
    pd.testing.assert_frame_equal(swept(executor=flaky), rows)
    assert flaky.given > 3


def test_a_process_that_dies_in_the_middle_loses_nothing(
    rows: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its seeds are counted; the first worker that has done some of them is killed."""
    killed = tmp_path / "killed"

    class Deadly(gregor.ConsumerApplication):
        def on_records(self, context: gregor.Context, records: Any) -> None:
            import os
            import signal

            if context.now > 2 and not os.path.exists(self.file):
                open(self.file, "w").close()
                os.kill(os.getpid(), signal.SIGKILL)

        file = str(killed)

    class Calm(gregor.ConsumerApplication):
        pass

    def rows_with(application: Any) -> pd.DataFrame:
        return gregor.sweep(small(), seeds=range(8), applications={"C": application},
                            progress=False)

    found = rows_with(Deadly)
    assert killed.exists()
    expected = rows_with(Calm)
    assert list(found["hash"]) == list(expected["hash"]) and len(found) == 8


def test_work_that_always_fails_is_reported_not_repeated_for_ever() -> None:
    class Dead(Here):
        given = 0

        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            Dead.given += 1
            lost: Future[Any] = Future()
            lost.set_exception(ConnectionError("the machine is gone"))
            return lost

    with pytest.raises(ConnectionError):
        gregor.sweep(small(), seeds=[1], executor=Dead(), progress=False)
    assert Dead.given == sweeps.TRIES


def test_applications_of_a_sweep_and_the_failing_seed() -> None:
    class Careless(gregor.ConsumerApplication):
        """Commits before it has done the work, and forgets in a crash what it had in hand."""

        def on_records(self, context: gregor.Context, records: Any) -> None:
            context.commit()
            context.work("50ms")
            for each in records:
                context.processed(each)
            if context.random.random() < 0.005:
                raise RuntimeError("unlucky")

    frame = gregor.sweep(small(), seeds=range(12), applications={"C": Careless}, progress=False)
    failed = frame[frame["error"] != ""]
    assert 0 < len(failed) < 12 and set(failed["verdict"]) == {"application failed"}
    seed = int(failed["seed"].iloc[0])
    with pytest.raises(gregor.ApplicationFailed, match="unlucky"):
        gregor.run(small(), seed=seed, applications={"C": Careless}, progress=False)


def test_on_simgrid_each_run_is_one_of_the_program(tmp_path: Path) -> None:
    document = small(params={"acks": "0"}, sweep={"over": {"acks": ["0", "all"]}})
    document["clients"][0]["config"]["acks"] = "$acks"
    settings = {"clients.P.config.linger.ms": 10}

    def on_simgrid(**more: Any) -> pd.DataFrame:
        return gregor.sweep(document, seeds=range(2), set=settings, resources="simgrid",
                            progress=False, **more)

    frame = on_simgrid()
    fixed = gregor.sweep(document, seeds=range(2), set=settings, progress=False)
    assert list(frame.columns) == list(fixed.columns)
    assert list(frame["acks"]) == ["0", "0", "all", "all"] and frame["hash"].is_unique
    for _, row in frame.iterrows():
        run = gregor.run(document, seed=int(row["seed"]), resources="simgrid", progress=False,
                         set={"params.acks": row["acks"]} | settings)
        assert run.hash == row["hash"] and "--resources simgrid" in row["command"]
    with ThreadPoolExecutor(2) as threads:
        pd.testing.assert_frame_equal(on_simgrid(executor=threads), frame)


@pytest.mark.parametrize("resources", ["fixed", "simgrid"])
def test_ctrl_c_gives_the_rows_there_are(tmp_path: Path, resources: str) -> None:
    """Of a sweep that would take minutes, interrupted when the first rows are there."""
    program = f"""
import warnings, gregor
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    rows = gregor.sweep({str(SHORT)!r}, seeds=range(100_000), resources={resources!r})
whole = gregor.sweep({str(SHORT)!r}, seeds=rows["seed"].tolist()[:2], resources={resources!r},
                     progress=False)
print([each.category.__name__ for each in warned][-1], 0 < len(rows) < 100_000,
      rows["hash"].is_unique, list(whole["hash"]) == rows["hash"].tolist()[:2])
"""
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    assert child.stderr is not None
    for line in child.stderr:  # progress: after some runs, not after none
        if re.search(r"\b[1-9]\d*/100000 ", line):
            break
    child.send_signal(signal.SIGINT)
    out, errors = child.communicate(timeout=200)
    assert out.split() == ["InterruptedWarning", "True", "True", "True"], errors


def test_simgrid_needs_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREGOR_BINARY", "/nowhere/gregor")
    for executor in (None, Here()):
        with pytest.raises(gregor.ExecutableMissing, match="/nowhere/gregor"):
            gregor.sweep(small(), resources="simgrid", executor=executor, progress=False)
    assert len(gregor.sweep(small(), progress=False)) == 1


DASK = """
import sys
from dask.distributed import Client, LocalCluster
sys.path.insert(0, {folder!r})
import gregor
from conftest import small

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            frame = gregor.sweep(small(), over={{"clients.P.config.acks": ["0", "all"]}},
                                 seeds=range(10), progress=False, executor=client.get_executor())
            workers = len(client.scheduler_info()["workers"])
    print(workers, *frame["hash"])
"""
MPI = """
import sys
from mpi4py.futures import MPIPoolExecutor
sys.path.insert(0, {folder!r})
import gregor
from conftest import small

if __name__ == "__main__":
    with MPIPoolExecutor() as executor:
        frame = gregor.sweep(small(), over={{"clients.P.config.acks": ["0", "all"]}},
                             seeds=range(10), progress=False, executor=executor)
        print(executor.num_workers, *frame["hash"])
"""


def other_machines(tmp_path: Path, program: str, *command: str) -> list[str]:
    file = tmp_path / "program.py"
    file.write_text(program.format(folder=str(Path(__file__).parent)))
    told = subprocess.run([*command, str(file)], capture_output=True, text=True, timeout=300,
                          env={**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1",
                               "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"})
    assert told.returncode == 0, told.stderr
    return told.stdout.split()


def test_two_workers_of_dask(rows: pd.DataFrame, tmp_path: Path) -> None:
    workers, *hashes = other_machines(tmp_path, DASK, sys.executable)
    assert workers == "2" and hashes == list(rows["hash"])


def test_three_processes_of_mpi(rows: pd.DataFrame, tmp_path: Path) -> None:
    workers, *hashes = other_machines(
        tmp_path, MPI, "mpiexec", "-n", "3", "--oversubscribe", sys.executable, "-m",
        "mpi4py.futures")
    assert workers == "2" and hashes == list(rows["hash"])  # one of the three hands out


@pytest.mark.parametrize(
    ("more", "error", "says"),
    [
        ({"over": {"acks": "all"}}, gregor.BadInput, "list of values"),
        ({"over": {"clients.P.config.acks": []}}, gregor.BadInput, "at least one"),
        ({"over": {"clients.P.config.akcs": ["1"]}}, gregor.BadInput, "akcs"),
        ({"seeds": []}, gregor.BadInput, "at least one"),
        ({"seeds": [1.5]}, gregor.BadInput, "1.5"),
        ({"seeds": [-1]}, gregor.BadInput, "-1"),
        ({"leg": "onyl"}, gregor.UnknownName, "did you mean only"),
        ({"resources": "simgird"}, gregor.UnknownName, "did you mean simgrid"),
        ({"resources": "simgrid", "applications": {}}, gregor.BadInput, "allowed fixed"),
    ],
)
def test_bad_input(more: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error) as raised:
        gregor.sweep(small(), progress=False, **more)
    assert says in str(raised.value)
