"""Running a scenario from Python, and what can be asked of the run."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gregor
from gregor import times

from conftest import LEADER_CRASH, ROOT, small


def command_line(*arguments: object) -> subprocess.CompletedProcess[str]:
    binary = os.environ.get("GREGOR_BINARY", str(ROOT / "build" / "release" / "gregor"))
    return subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT,
                          timeout=300)


# ---- the same as the command line ----


@pytest.mark.parametrize("resources", ["simgrid", "fixed"])
def test_a_run_is_that_of_the_command_line(tmp_path: Path, resources: str) -> None:
    report = tmp_path / "report.json"
    command_line("run", LEADER_CRASH, "--seed", 3, "--resources", resources, "--json", report)
    told = json.loads(report.read_text())["legs"][0]
    run = gregor.run(LEADER_CRASH, seed=3, resources=resources, progress=False)
    assert run.hash == told["hash"]
    assert run.measures == told["measures"]
    assert run.as_expected is told["as_expected"] is True
    assert list(run.asserts["id"]) == [each["id"] for each in told["asserts"]]
    assert list(run.asserts["holds"]) == [each["holds"] for each in told["asserts"]]


def test_a_recording_of_the_command_line_opens_and_says_the_same(tmp_path: Path) -> None:
    recording, report = tmp_path / "x.gregor", tmp_path / "report.json"
    command_line("run", LEADER_CRASH, "-o", recording, "--json", report)
    told = json.loads(report.read_text())["legs"][0]
    run = gregor.open(recording)
    assert run.hash == told["hash"]
    assert run.measures == told["measures"]
    assert run.complete and run.end == 60.0


def test_a_saved_run_is_verified_by_the_command_line(tmp_path: Path, crash: gregor.Run) -> None:
    saved = crash.save(tmp_path / "x.gregor")
    verified = command_line("verify", saved)
    assert verified.returncode == 0
    assert crash.hash in verified.stdout


def test_the_snapshot_is_that_of_gregor_show(tmp_path: Path, crash: gregor.Run) -> None:
    saved = crash.save(tmp_path / "x.gregor")
    told = json.loads(command_line("show", saved, "--at", "20.5s", "--json").stdout)
    state = crash.at("20.5s")
    for each in told["brokers"]:
        assert state.brokers[each["id"]].fenced == each["fenced"]
    for each in told["partitions"]:
        shown = state.partition(each["partition"])
        assert list(shown.isr) == each["isr"]
        assert shown.leader == each["leader"]
    assert len(state.messages) == len(told["messages"])


def test_the_events_are_those_of_gregor_events(tmp_path: Path, crash: gregor.Run) -> None:
    saved = crash.save(tmp_path / "x.gregor")
    told = json.loads(command_line("events", saved, "--kind", "PartitionChanged", "--about",
                                   "orders-0", "--json").stdout)["events"]
    frame = crash.events(kind="PartitionChanged", about="orders-0")
    assert list(frame["event"]) == [each["event"] for each in told]
    assert [list(isr) for isr in frame["isr"]] == [each["fields"]["isr"] for each in told]
    assert list(frame["leader"]) == [each["fields"]["leader"] for each in told]


# ---- looking ----


def test_the_example_of_the_first_page_holds(crash: gregor.Run) -> None:
    state = crash.at("20.5s")
    assert not state.brokers[2].fenced and state.brokers[1].fenced
    first = state.topics["orders"][0]
    assert first.isr == (2, 3) and first.leader == 2
    assert first.hw is not None and first.log_end is not None and first.hw <= first.log_end
    assert state.groups["billing"].lag == sum(
        each.lag for each in state.groups["billing"].partitions.values())


def test_marks_are_events_by_what_they_changed(crash: gregor.Run) -> None:
    shrunk = crash.events(kind="isr_shrunk", about="orders-0")
    assert len(shrunk) == 1 and shrunk["isr"].iloc[0] == (2, 3)
    assert shrunk["time"].iloc[0] > pd.Timedelta("19s")
    grown = crash.events(kind="isr_grown", about="orders-0")
    assert [sorted(each) for each in grown["isr"]] == [[1, 2, 3]]
    elections = crash.events(kind="election")
    assert set(elections["partition"]) >= {"orders-0"}
    assert set(crash.events(kind="election", about="orders")["leader"]) == {2}


def test_every_event_has_a_number_a_cause_and_a_typed_time(crash: gregor.Run) -> None:
    frame = crash.events()
    assert list(frame.columns) == ["event", "time", "node", "kind", "cause"]
    assert frame["time"].dtype == "timedelta64[ns]"
    assert frame["event"].is_monotonic_increasing and frame["event"].is_unique
    assert (frame["cause"] < frame["event"]).all()
    assert len(frame) >= 170_000


def test_causes_lead_back_to_the_beginning(crash: gregor.Run) -> None:
    number = int(crash.events(kind="isr_shrunk", about="orders-0")["event"].iloc[0])
    chain = crash.causes(number)
    assert int(chain["event"].iloc[-1]) == number
    assert chain["event"].is_monotonic_increasing
    assert list(chain["cause"].iloc[1:]) == list(chain["event"].iloc[:-1])
    one = crash.event(number)
    assert one.kind == "PartitionChanged" and one.fields["isr"] == [2, 3]
    assert one.causes == tuple(int(each) for each in reversed(chain["event"].iloc[:-1]))


def test_rates_add_up_to_what_was_appended(crash: gregor.Run) -> None:
    rates = crash.metrics("MessagesInPerSec", every="500ms")["MessagesInPerSec"]["orders"]
    appended = crash.events(kind="BatchAppended", about="orders")["record_count"].sum()
    assert round(rates.sum() * 0.5) == appended
    assert len(rates) == 120 and rates.index[-1] == pd.Timedelta("60s")


def test_gauges_say_what_the_snapshot_says(crash: gregor.Run) -> None:
    frame = crash.metrics(["UnderReplicatedPartitions", "records-lag-max", "LAG"], every="10.25s")
    state = crash.at("20.5s")
    under = sum(each.under_replicated for topic in state.topics.values() for each in topic
                if each.leader == 2)
    row = frame.loc[pd.Timedelta("20.5s")]
    assert row["UnderReplicatedPartitions", "broker 2"] == under > 0
    worst = max(each.lag for each in state.consumers["C"].assignment.values())
    assert row["records-lag-max", "C"] == worst
    assert row["LAG", "billing orders-0"] == state.groups["billing"].partitions["orders-0"].lag
    assert frame["UnderReplicatedPartitions", "broker 1"].isna().any()  # it was down


def test_latencies_have_a_row_for_each_record(crash: gregor.Run) -> None:
    frame = crash.latencies("P1")
    assert len(frame) == crash.at("60s").producers["P1"].acknowledged
    assert (frame["time"] - frame["created"] == frame["latency"]).all()
    # What waited longest waited for the failover.
    assert frame["latency"].max().total_seconds() > crash.measures["failover"] - 1
    assert len(crash.latencies("C", of="delivery")) == crash.at("60s").consumers["C"].delivered


def test_events_can_be_written_as_parquet(tmp_path: Path, crash: gregor.Run) -> None:
    frame = crash.events(kind=["PartitionChanged", "RecordsAcknowledged"], start="15s", end="30s")
    frame.to_parquet(tmp_path / "events.parquet")
    back = pd.read_parquet(tmp_path / "events.parquet")
    assert (back["time"] == frame["time"]).all() and (back["event"] == frame["event"]).all()
    assert len(back) == len(frame) > 100


def test_batches_fill_the_log_without_a_gap(crash: gregor.Run) -> None:
    frame = crash.batches("orders-0", broker=2, time="20.5s")
    assert frame["first_offset"].iloc[0] == 0
    assert (frame["first_offset"].iloc[1:].to_numpy()
            == frame["last_offset"].iloc[:-1].to_numpy() + 1).all()
    assert frame["last_offset"].iloc[-1] + 1 == crash.at("20.5s").topics["orders"][0].log_end


def test_a_picture_is_a_png_of_that_size(crash: gregor.Run) -> None:
    png = crash.picture("20.5s", 1000, 700).png
    assert png.startswith(b"\x89PNG") and png[16:24] == (1000).to_bytes(4, "big") + (700).to_bytes(
        4, "big")
    assert "data:image/png" in crash._repr_html_()
    shown = crash.at(3)._repr_html_()
    assert "orders-0" in shown and "data:image/png" in shown
    assert "data:image/png" not in gregor.Simulation(small()).now._repr_html_()


def test_a_run_of_several_legs_asks_which() -> None:
    document = small(legs=[{"name": "a", "expect": {"holds": ["dur"]}},
                           {"name": "b", "set": {"clients.P.config.acks": "1"}}])
    document["legs"][1]["expect"] = {}
    run = gregor.run(document, resources="fixed", progress=False)
    assert list(run.legs["leg"]) == ["a", "b"]
    with pytest.raises(gregor.BadInput, match="choose it with"):
        run.at(1)
    assert run.leg("b").hash != run.leg("a").hash


# ---- life ----


def test_what_there_is_not_can_be_asked_for(crash: gregor.Run) -> None:
    groups = crash.at("20.5s").groups
    assert "billing" in groups and "biling" not in groups and groups.get("biling") is None
    with pytest.raises(KeyError, match="group: found 'biling'.*billing"):
        groups["biling"]


def test_a_snapshot_outlives_its_run() -> None:
    with gregor.run(small(), resources="fixed", progress=False) as run:
        state = run.at(8)
    assert state.brokers[1].running is False
    assert run.as_expected
    with pytest.raises(gregor.RunClosed):
        run.at(3)


def test_runs_and_snapshots_can_be_pickled() -> None:
    run = gregor.run(small(), resources="fixed", progress=False)
    copy = pickle.loads(pickle.dumps(run))
    assert copy.hash == run.hash and copy.at(3) == run.at(3)
    assert pickle.loads(pickle.dumps(run.at(3))) == run.at(3)


def test_several_threads_may_look_at_one_run() -> None:
    run = gregor.run(small(), resources="fixed", progress=False)
    instants = [each * 0.31 for each in range(25)]
    expected = [run.at(each).hash for each in instants]
    found: dict[int, list[str]] = {}

    def look(thread: int) -> None:
        order = instants if thread % 2 else instants[::-1]
        hashes = [run.at(each).hash for each in order]
        found[thread] = hashes if thread % 2 else hashes[::-1]

    threads = [threading.Thread(target=look, args=(each,)) for each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert all(found[each] == expected for each in range(4))


@pytest.mark.parametrize("resources", ["simgrid", "fixed"])
def test_ctrl_c_gives_what_there_is(tmp_path: Path, resources: str) -> None:
    """A run of a simulated day, stopped after a moment."""
    program = f"""
import sys, warnings, gregor
scenario = gregor.Scenario({str(LEADER_CRASH)!r}).document | {{"horizon": "86400s"}}
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    print("begins", flush=True)
    run = gregor.run(scenario, resources={resources!r}, progress=False)
print([each.category.__name__ for each in warned][-1], run.complete, 0 < run.end < 86400,
      run.at(run.end).event > 0)
"""
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True,
                             cwd=tmp_path)
    assert child.stdout is not None and child.stdout.readline().strip() == "begins"
    time.sleep(3)
    child.send_signal(signal.SIGINT)
    out, _ = child.communicate(timeout=200)
    assert out.split() == ["InterruptedWarning", "False", "True", "True"]


def test_import_does_not_load_pandas() -> None:
    program = "import sys, gregor; print(any(m in sys.modules for m in ('pandas', 'matplotlib')))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert told.stdout.strip() == "False"


# ---- bad input ----

untyped: Any = gregor.run


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda run: run.at("70s"), gregor.OutsideRun, "allowed 0s to 60s"),
        (lambda run: run.at(-1), gregor.OutsideRun, "-1s"),
        (lambda run: run.at("soon"), gregor.BadInput, "'soon'"),
        (lambda run: run.at(None), gregor.BadInput, "None"),
        (lambda run: run.at(True), gregor.BadInput, "True"),
        (lambda run: run.at(float("nan")), gregor.BadInput, "nan"),
        (lambda run: run.events(kind="isr_shrank"), gregor.UnknownName, "isr_shrunk"),
        (lambda run: run.events(about="order-0"), gregor.UnknownName, "orders-0"),
        (lambda run: run.events(start="2s", end="1s"), gregor.OutsideRun, "allowed from 2"),
        (lambda run: run.event(0), gregor.UnknownName, "allowed 1 to"),
        (lambda run: run.event(10**12), gregor.UnknownName, "allowed 1 to"),
        (lambda run: run.metrics("MesagesInPerSec"), gregor.UnknownName, "MessagesInPerSec"),
        (lambda run: run.metrics("LAG", every=0), gregor.BadInput, "every"),
        (lambda run: run.latencies("P3"), gregor.UnknownName, "P1"),
        (lambda run: run.at(1).topics["order"], gregor.UnknownName, "orders"),
        (lambda run: run.at(1).brokers[9], gregor.UnknownName, "1, 2, 3"),
        (lambda run: run.at(1).topics["orders"][7], IndexError, "0 to 2"),
        (lambda run: run.leg("acks=1"), gregor.UnknownName, "acks=all"),
        (lambda run: gregor.run("nowhere.json"), gregor.BadInput, "no such file"),
        (lambda run: gregor.run({"gregor": 1}), gregor.BadInput, "cluster"),
        (lambda run: untyped(5), gregor.BadInput, "int"),
        (lambda run: gregor.run(LEADER_CRASH, leg="acks=al"), gregor.UnknownName, "acks=all"),
        (lambda run: gregor.run(LEADER_CRASH, seed=-1), gregor.BadInput, "seed"),
        (lambda run: untyped(LEADER_CRASH, seed="7"), gregor.BadInput, "seed"),
        (lambda run: gregor.run(LEADER_CRASH, resources="simgird"), gregor.UnknownName, "simgrid"),
        (lambda run: gregor.run(LEADER_CRASH, set={"clients.P1.config.ack": 1}), gregor.BadInput,
         "did you mean acks"),
        (lambda run: gregor.open("nowhere.gregor"), gregor.BadInput, "No such file"),
        (lambda run: gregor.open(LEADER_CRASH), gregor.BadInput, "recording"),
    ],
)
def test_bad_input_is_an_exception_that_says_what_is_allowed(
    crash: gregor.Run, call: Any, error: type[Exception], says: str
) -> None:
    with pytest.raises(error) as raised:
        call(crash)
    assert says in str(raised.value)
    pickle.loads(pickle.dumps(raised.value))


def test_a_damaged_recording_is_refused(tmp_path: Path, crash: gregor.Run) -> None:
    saved = crash.save(tmp_path / "x.gregor")
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 1
    saved.write_bytes(content)
    with pytest.raises(gregor.BadInput, match="byte"):
        gregor.open(saved)
    saved.write_bytes(content[:100])
    with pytest.raises(gregor.BadInput):
        gregor.open(saved)


def test_a_missing_executable_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREGOR_BINARY", "/nowhere/gregor")
    with pytest.raises(gregor.ExecutableMissing, match="/nowhere/gregor"):
        gregor.run(LEADER_CRASH, resources="simgrid", progress=False)
    assert gregor.run(small(), resources="fixed", progress=False).as_expected


@given(st.integers(0, 2**62))
def test_a_time_survives_being_written_and_read(nanoseconds: int) -> None:
    assert times.nanoseconds(times.text(nanoseconds)) == nanoseconds


@settings(max_examples=50, deadline=None)
@given(at=st.floats(0, 9))
def test_any_instant_of_a_run_has_a_snapshot_with_the_last_event_before_it(at: float) -> None:
    state = small_run().at(at)
    events = small_events()
    before = events[events["time"] <= pd.Timedelta(times.nanoseconds(at), "ns")]
    assert state.event == (int(before["event"].iloc[-1]) if len(before) else 0)


_kept: dict[str, object] = {}


def small_run() -> gregor.Run:
    if "run" not in _kept:
        _kept["run"] = gregor.run(small(), resources="fixed", progress=False)
    run = _kept["run"]
    assert isinstance(run, gregor.Run)
    return run


def small_events() -> pd.DataFrame:
    if "events" not in _kept:
        _kept["events"] = small_run().events()
    events = _kept["events"]
    assert isinstance(events, pd.DataFrame)
    return events


@given(st.text(max_size=20))
def test_any_text_is_a_time_or_bad_input(text: str) -> None:
    try:
        assert isinstance(times.nanoseconds(text), int)
    except gregor.BadInput:
        assert text.strip() != "1s"


def test_the_example_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    block = (ROOT / "README.md").read_text().split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(block, names)
    run = names["run"]
    assert round(run.measures["failover"], 2) == 9.15  # as the comment says
    assert run.at("20.5s").topics["orders"][0].isr == (2, 3)
