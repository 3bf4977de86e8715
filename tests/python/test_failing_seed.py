"""A failing run of somebody's code, handed to a colleague who has not got the code."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

import gregor

from conftest import ROOT, small

BINARY = os.environ.get("GREGOR_BINARY", str(ROOT / "build" / "release" / "gregor"))


class Early(gregor.ConsumerApplication):
    """Commits before it has done the work: a crash in between loses records."""

    def on_records(self, context: gregor.Context, records: Any) -> None:
        context.commit()
        for each in records:
            context.work(context.random.random() / 10)
            context.processed(each)


def failing() -> dict[str, Any]:
    """The consumer dies at one of two moments, and the leg expects what does not happen."""
    document = small(
        params={"at": "3s"}, sweep={"over": {"at": ["2.5s", "3s"]}},
        script=[{"at": "$at", "do": {"client": {"name": "C", "act": "crash"}}},
                {"at": "4s", "do": {"client": {"name": "C", "act": "start"}}}],
    )
    document["legs"] = [{"name": "never lost", "set": {"clients.P.config.acks": "0"},
                         "expect": {"violates": ["dur"]}},
                        {"name": "other", "expect": {"holds": ["dur"]}}]
    return document


def replayed(file: Path, *more: str) -> tuple[int, dict[str, Any], str]:
    report = file.with_suffix(".report")
    done = subprocess.run([BINARY, "run", file, "--json", report, *more], capture_output=True,
                          text=True)
    told = json.loads(report.read_text()) if report.exists() else {}
    return done.returncode, told, done.stderr


@pytest.fixture(scope="module")
def handed_over(tmp_path_factory: pytest.TempPathFactory) -> tuple[gregor.Run, Path]:
    runs = gregor.run(failing(), leg="never lost", seed=5, applications={"C": Early},
                      set={"topics.orders.config": {"min.insync.replicas": 2}}, progress=False)
    run = runs[1]
    return run, run.to_scenario().save(tmp_path_factory.mktemp("failing") / "failing.json")


def test_the_file_is_the_run(handed_over: tuple[gregor.Run, Path]) -> None:
    run, file = handed_over
    code, told, errors = replayed(file)
    row = run.legs.iloc[0]
    assert told["hash"] == run.hash and told["legs"][0]["verdict"] == row["verdict"], errors
    assert (code == 0) == row["as_expected"] and not row["as_expected"]
    assert told["legs"][0]["measures"] == run.measures
    again = gregor.run(file, progress=False)
    assert again.hash == run.hash and again.at("5s") == run.at("5s")


def test_it_says_what_it_is_a_run_of(handed_over: tuple[gregor.Run, Path]) -> None:
    run, file = handed_over
    document = gregor.Scenario(file).document
    assert [each["name"] for each in document["legs"]] == ["never lost"]
    assert document["seeds"] == {"from": 5, "count": 1} and "sweep" not in document
    assert document["calls"]["hash"] == run.hash and file.stat().st_size < 100_000
    assert gregor.Scenario(file).to_json() == file.read_text()


def test_its_recording_opens(handed_over: tuple[gregor.Run, Path], tmp_path: Path) -> None:
    run, file = handed_over
    recording = tmp_path / "x.gregor"
    subprocess.run([BINARY, "run", file, "-o", recording], capture_output=True)
    opened = gregor.open(recording)
    assert opened.hash == run.hash and opened.to_scenario().document["calls"]["seed"] == 5


def test_one_who_has_the_code_can_run_it_with_the_code(
    handed_over: tuple[gregor.Run, Path]
) -> None:
    run, file = handed_over
    assert gregor.run(file, applications={"C": Early}, progress=False).hash == run.hash


def edited(file: Path, tmp_path: Path, **changes: Any) -> Path:
    document = gregor.Scenario(file).document
    calls = document["calls"]
    for name, value in changes.items():
        if name in calls:
            calls[name] = value(calls[name]) if callable(value) else value
        else:
            document[name] = value
    target = tmp_path / "edited.json"
    target.write_text(json.dumps(document))
    return target


@pytest.mark.parametrize(
    "changes",
    [
        {"effects": lambda calls: calls[:-1]},
        {"effects": lambda calls: [*calls, []]},
        {"effects": lambda calls: [[["c", True, []]], *calls[1:]]},
        {"effects": lambda calls: [[["s", 0, 0, 1]], *calls[1:]]},
        {"effects": lambda calls: [[["?"]], *calls[1:]]},
        {"effects": [[["w", "long"]]]},
        {"effects": 5},
        {"hash": "0" * 16},
        {"hash": "none"},
        {"seed": 6},
        {"model": 1},
        {"script": []},
        {"seeds": 2},
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(
    handed_over: tuple[gregor.Run, Path], tmp_path: Path, changes: dict[str, Any]
) -> None:
    code, _, errors = replayed(edited(handed_over[1], tmp_path, **changes))
    assert code == 2 and "/calls" in errors and errors.strip().count("\n") == 0, errors
    with pytest.raises(gregor.BadInput, match="/calls"):
        gregor.run(edited(handed_over[1], tmp_path, **changes), progress=False)


@pytest.mark.parametrize("more", [["--seed", "6"], ["--set", "clients.C.config.max.poll.records=1"]])
def test_another_run_of_it_is_refused(
    handed_over: tuple[gregor.Run, Path], more: list[str]
) -> None:
    code, _, errors = replayed(handed_over[1], *more)
    assert code == 2 and "/calls" in errors and errors.strip().count("\n") == 0, errors


def test_calls_without_an_application_are_refused(
    handed_over: tuple[gregor.Run, Path], tmp_path: Path
) -> None:
    document = gregor.Scenario(handed_over[1]).document
    del document["clients"][1]["application"]
    (tmp_path / "x.json").write_text(json.dumps(document))
    code, _, errors = replayed(tmp_path / "x.json")
    assert code == 2 and "application" in errors


def test_bytes_that_are_no_text_survive(tmp_path: Path) -> None:
    class Binary(gregor.ProducerApplication):
        def on_start(self, context: gregor.Context) -> None:
            context.send("orders", key=b"\xff\x00", value=b"\xfe", headers={"h": b"\xfd", "n": None})
            context.send("orders", key="text", value="", partition=1)

    run = gregor.run(small(script=[]), applications={"P": Binary}, progress=False)
    file = run.to_scenario().save(tmp_path / "binary.json")
    assert replayed(file)[1]["hash"] == run.hash


def test_a_sweep_writes_the_failing_runs_down(tmp_path: Path) -> None:
    frame = gregor.sweep(failing(), leg="never lost", seeds=range(3), applications={"C": Early},
                         failures=tmp_path / "failing", progress=False)
    bad = frame[~frame["as_expected"]]
    assert len(frame) == 6 and len(bad) > 0 and bad["file"].is_unique
    for _, row in bad.iterrows():
        assert replayed(Path(row["file"]))[1]["hash"] == row["hash"]


def test_a_sweep_without_applications_writes_them_too(tmp_path: Path) -> None:
    frame = gregor.sweep(failing(), leg="never lost", seeds=[4], failures=tmp_path,
                         over={"clients.P.config.linger.ms": [0, 20]}, progress=False)
    assert len(frame) == 4 and not frame["as_expected"].any() and frame["file"].is_unique
    for _, row in frame.iterrows():
        assert replayed(Path(row["file"]))[1]["hash"] == row["hash"]


def test_a_folder_that_cannot_be_made_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(gregor.BadInput, match="failures"):
        gregor.sweep(small(), failures=tmp_path / "file", progress=False)


def test_a_run_that_did_not_end_has_no_file() -> None:
    class Raises(gregor.ConsumerApplication):
        def on_records(self, context: gregor.Context, records: Any) -> None:
            raise KeyError(context.now)

    frame = gregor.sweep(small(), applications={"C": Raises}, failures=".", progress=False)
    assert list(frame["verdict"]) == ["application failed"] and list(frame["file"]) == [""]
    simulation = gregor.Simulation(small(), applications={"C": Early})
    simulation.run_until("2s")
    with pytest.raises(gregor.BadInput, match="whole"):
        from gregor.recorded import Recorded

        live = simulation._live
        part = Recorded(json.loads(live.leg()), live.recording(), "part")
        gregor.Run(simulation.scenario, [part]).to_scenario()
