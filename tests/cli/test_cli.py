"""The command line as its users see it: exit codes, streams, files, and what bad input gives."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("GREGOR_BINARY", str(ROOT / "build" / "release" / "gregor"))
LEADER_CRASH = ROOT / "scenarios" / "replication" / "leader_crash.json"

# One broker, one producer, a few records: a recording of it is below 4 KiB.
SMALL = {
    "gregor": 1,
    "id": "small",
    "title": "A few records",
    "teaches": "Nothing: it is small.",
    "cluster": {"brokers": 1, "controllers": 1, "link": {"latency": "1ms"}},
    "topics": [{"name": "t", "partitions": 1, "rf": 1}],
    "clients": [
        {"name": "P", "kind": "producer", "config": {"acks": "all"},
         "load": {"rate": "10/s", "size": "100B"}}
    ],
    "script": [],
    "horizon": "1s",
    "asserts": [{"id": "dur", "inv": "DUR", "client": "P"}],
    "legs": [{"name": "only", "expect": {"holds": ["dur"]}}],
}


def gregor(*arguments, stdin=None, timeout=300, binary_output=False):
    environment = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(
        [BINARY, *map(str, arguments)],
        input=stdin, capture_output=True, timeout=timeout, env=environment, cwd=ROOT,
        text=not binary_output,
    )


def one_line_refusal(outcome):
    """Exit 2, nothing on standard output, one clear line on standard error."""
    assert outcome.returncode == 2, (outcome.returncode, outcome.stdout, outcome.stderr)
    assert outcome.stdout == ""
    lines = outcome.stderr.splitlines()
    assert len(lines) == 1, outcome.stderr
    assert len(lines[0]) < 1400
    return lines[0]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    scenario = folder / "small.json"
    scenario.write_text(json.dumps(SMALL))
    recording = folder / "small.gregor"
    outcome = gregor("run", scenario, "-o", recording, "--resources", "fixed")
    assert outcome.returncode == 0, outcome.stderr + outcome.stdout
    return scenario, recording


@pytest.fixture(scope="module")
def crash(tmp_path_factory):
    recording = tmp_path_factory.mktemp("crash") / "crash.gregor"
    outcome = gregor("run", LEADER_CRASH, "-o", recording, "--resources", "fixed")
    assert outcome.returncode == 0, outcome.stderr + outcome.stdout
    return recording, outcome.stdout


def written(folder, scenario):
    file = folder / "scenario.json"
    if isinstance(scenario, bytes):
        file.write_bytes(scenario)
    else:
        file.write_text(scenario if isinstance(scenario, str) else json.dumps(scenario))
    return file


# ---- help ----


def test_help_lists_what_exists_and_nothing_else():
    outcome = gregor("--help")
    assert outcome.returncode == 0
    words = outcome.stdout.split()
    for command in ("run", "verify", "list", "check", "show", "events", "sweep", "conformance",
                    "bench", "view", "at"):
        assert command in words
        assert gregor(command, "--help").returncode == 0
    for command in ("why", "diff", "fork", "internal"):
        assert not any(line.strip().startswith(command + " ") for line in
                       outcome.stdout.splitlines())


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["run"], ["run", "--nonsense", "x"],
                                       ["show", "x.gregor"]])
def test_a_wrong_command_line_is_refused(arguments):
    one_line_refusal(gregor(*arguments))


# ---- run ----


def test_a_run_reports_its_story(crash):
    _, report = crash
    for word in ("session", "fenced", "leader 1 -> 2", "leader epoch 0 -> 1",
                 "ISR [1,2,3] -> [2,3]", "has caught up", "sent", "acknowledged", "failed", "lost",
                 "duplicated", "p50", "p99", "peak lag", "Invariants", "as expected", "Hash"):
        assert word in report, word
    assert len(report.splitlines()) <= 90


def test_the_readme_shows_what_is_printed(tmp_path):
    shown = (ROOT / "README.md").read_text().split("$ ./gregor ", 1)[1].split("```", 1)[0]
    command, *lines = shown.strip("\n").split("\n")
    outcome = gregor(*command.split())
    assert outcome.returncode == 0
    printed = [line.rstrip() for line in outcome.stdout.splitlines()]
    for line in lines:
        assert line.strip() == "…" or line in printed


def test_json_of_a_run_is_the_contract(small):
    scenario, _ = small
    outcome = gregor("run", scenario, "--resources", "fixed", "--seed", 7, "--json", "-")
    assert outcome.returncode == 0
    data = json.loads(outcome.stdout)
    assert data["gregor"] == 1 and data["scenario"] == "small"
    assert data["seed"] == 7 and data["resources"] == "fixed"
    (leg,) = data["legs"]
    assert leg["name"] == "only" and leg["as_expected"] is True
    assert len(leg["hash"]) == 16 and leg["events"] > 0 and leg["sim_seconds"] == 1
    assert leg["asserts"][0]["id"] == "dur" and leg["asserts"][0]["holds"] is True
    assert leg["unreached"] == []
    assert leg["invariants"]["checked"] > 0 and leg["invariants"]["violated"] == []


def test_simgrid_and_fixed_agree_where_nothing_contends(small):
    scenario, _ = small
    hashes = {
        json.loads(gregor("run", scenario, "--resources", resources, "--json", "-").stdout)
        ["legs"][0]["hash"] for resources in ("fixed", "simgrid")
    }
    assert len(hashes) == 1


def test_several_legs_run_on_simgrid_and_leave_a_recording_each(tmp_path):
    scenario = json.loads(json.dumps(SMALL))
    scenario["legs"].append({"name": "acks=1", "set": {"clients.P.config.acks": 1},
                             "expect": {"holds": ["dur"]}})
    file = written(tmp_path, scenario)
    outcome = gregor("run", file, "--resources", "simgrid", "-o", tmp_path / "x.gregor")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    names = sorted(path.name for path in tmp_path.glob("*.gregor"))
    assert names == ["x.acks=1.1.gregor", "x.only.1.gregor"]
    assert gregor("verify", *tmp_path.glob("*.gregor")).returncode == 0


def test_an_unmet_expectation_is_exit_1(tmp_path):
    scenario = {**SMALL, "legs": [{"name": "only", "expect": {"violates": ["dur"]}}]}
    outcome = gregor("run", written(tmp_path, scenario), "--resources", "fixed")
    assert outcome.returncode == 1
    assert "NOT AS EXPECTED" in outcome.stdout


def test_set_changes_the_run(small):
    scenario, _ = small
    outcome = gregor("run", scenario, "--resources", "fixed", "--json", "-",
                     "--set", "clients.P.load.rate=100/s")
    plain = gregor("run", scenario, "--resources", "fixed", "--json", "-")
    assert outcome.returncode == 0
    assert json.loads(outcome.stdout)["legs"][0]["events"] > \
        json.loads(plain.stdout)["legs"][0]["events"]


def test_a_scenario_comes_from_standard_input():
    outcome = gregor("run", "-", "--resources", "fixed", stdin=json.dumps(SMALL))
    assert outcome.returncode == 0, outcome.stderr


def test_a_recording_goes_to_standard_output(small, tmp_path):
    scenario, recording = small
    outcome = gregor("run", scenario, "-o", "-", "--resources", "fixed", binary_output=True)
    assert outcome.returncode == 0
    assert outcome.stdout[:6] == b"GREGOR"
    assert outcome.stdout == recording.read_bytes()


@pytest.mark.parametrize("resources", ["fixed", "simgrid"])
def test_an_interrupted_run_leaves_a_valid_recording(tmp_path, resources):
    recording = tmp_path / "cut.gregor"
    process = subprocess.Popen(
        [BINARY, "run", str(LEADER_CRASH), "-o", str(recording), "--resources", resources,
         "--set", "clients.P1.load.rate=5000/s", "--set", "horizon=20h"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "interrupted at" in errors
    verified = gregor("verify", recording)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "same hash" in verified.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["cut.gregor"]


def test_every_leg_of_an_interrupted_run_leaves_what_it_has(tmp_path):
    scenario = changed(horizon="10h")
    scenario["legs"].append({"name": "other", "expect": {"holds": ["dur"]}})
    scenario["clients"][0]["load"]["rate"] = "1000/s"
    file = written(tmp_path, scenario)
    process = subprocess.Popen(
        [BINARY, "run", str(file), "-o", str(tmp_path / "x.gregor"), "--resources", "fixed"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    recordings = sorted(tmp_path.glob("*.gregor"))
    assert recordings
    verified = gregor("verify", *recordings)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"scenario.json", *(path.name for path in recordings)}


# ---- bad scenarios ----


def changed(**changes):
    return {**json.loads(json.dumps(SMALL)), **changes}


BAD = {
    "empty": "",
    "not JSON": "{",
    "not an object": "[]",
    "unknown key": changed(nonsense=1),
    "wrong type": changed(horizon=[]),
    "wrong unit": changed(horizon="1 parsec"),
    "horizon of 0": changed(horizon="0s"),
    "a billion brokers": changed(cluster={"brokers": 1_000_000_000}),
    "rf above brokers": changed(topics=[{"name": "t", "partitions": 1, "rf": 2}]),
    "no such broker": changed(topics=[{"name": "t", "partitions": 1, "replicas": [[7]]}]),
    "unknown config": changed(topics=[{"name": "t", "partitions": 1, "rf": 1,
                                       "config": {"min.insync.replica": 1}}]),
    "deep expression": changed(asserts=[{"id": "dur", "at_end": "(" * 10_000 + "1"}]),
    "deep and whole expression": changed(
        asserts=[{"id": "dur", "at_end": "(" * 10_000 + "1 == 1" + ")" * 10_000}]),
    "key twice": '{"gregor": 1, "gregor": 1}',
    "not UTF-8": b'{"id": "\xff"}',
    "a billion controllers": changed(cluster={"brokers": 1, "controllers": 1_000_000_000}),
    "config out of range": changed(cluster={"brokers": 1, "defaults": {"num.partitions": 0}}),
    "config of another type": changed(
        cluster={"brokers": 1, "defaults": {"broker.session.timeout.ms": "often"}}),
    "default rf above brokers": changed(
        cluster={"brokers": 1, "defaults": {"default.replication.factor": 2}},
        topics=[{"name": "t"}]),
    "no such node": changed(script=[{"at": "0.5s", "do": {"node": {"id": 9, "act": "crash"}}}]),
    "a trigger that is never true": changed(
        script=[{"when": "1 == 2", "within": "0.5s", "do": {"mark": "m"}}]),
    "steps that wait for each other": changed(
        script=[{"name": "a", "after": "b", "do": {"mark": "m"}},
                {"name": "b", "after": "a", "do": {"mark": "n"}}]),
    "no topic": changed(topics=[]),
    "no such partition": changed(clients=[{"name": "P", "kind": "producer",
                                           "load": {"rate": "10/s", "partition": 7}}]),
    "a link without bandwidth": changed(cluster={"brokers": 1, "link": {"rate": 0}}),
    "a disk without bandwidth": changed(cluster={"brokers": 1, "disk": {"rate": "0MB/s"}}),
    "too many runs": changed(params={"a": 1, "b": 1},
                             sweep={"over": {"a": list(range(1000)), "b": list(range(1000))}}),
    "a topic that Kafka refuses": changed(
        topics=[{"name": "__consumer_offsets", "rf": 1}],
        clients=[{"name": "C", "kind": "consumer", "config": {"group.id": "g"}}],
        asserts=[], legs=[{"name": "only", "expect": {}}]),
    "an invariant of a later version": changed(asserts=[{"id": "dur", "inv": "EO"}]),
    "a level of a later version": changed(levels={"partitioner": "hash"}),
    "a trigger behind the horizon": changed(
        script=[{"at": "5s", "do": {"node": {"id": 1, "act": "crash"}}}]),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_scenario_is_refused_and_nothing_is_written(name, tmp_path):
    file = written(tmp_path, BAD[name])
    told = []
    for command in (["check", file], ["run", file, "-o", tmp_path / "x.gregor"]):
        outcome = gregor(*command, timeout=20)
        told.append(outcome.stderr)
        assert outcome.returncode == 2, (outcome.stdout, outcome.stderr)
        assert outcome.stdout == ""
        lines = outcome.stderr.splitlines()
        assert 1 <= len(lines) <= 50
        assert all("found" in line and "allowed" in line for line in lines), lines
    assert told[0] == told[1]
    assert [path.name for path in tmp_path.iterdir()] == ["scenario.json"]


def test_what_has_no_effect_is_told(tmp_path):
    scenario = changed()
    scenario["topics"][0]["config"] = {"preallocate": True, "compression.type": "lz4"}
    scenario["clients"][0]["config"]["connections.max.idle.ms"] = 65536
    file = written(tmp_path, scenario)
    warnings = [
        f"warning: {file}: /topics/0/config: preallocate has no effect in this version",
        f"warning: {file}: /clients/0/config: connections.max.idle.ms has no effect in this version",
    ]
    checked = gregor("check", file)
    assert (checked.returncode, checked.stdout) == (0, "")
    assert checked.stderr.splitlines() == warnings
    ran = gregor("run", file, "--resources", "fixed", "--json", "-")
    assert ran.returncode == 0
    assert ran.stderr.splitlines() == warnings


def test_entries_of_lists_are_set_by_name_or_number(small):
    runs = [json.loads(gregor("run", small[0], "--resources", "fixed", "--json", "-",
                              "--set", f"{path}=100/s").stdout)["hash"]
            for path in ("clients.P.load.rate", "clients.0.load.rate", "clients[0].load.rate")]
    assert len(set(runs)) == 1
    assert "did you mean P?" in one_line_refusal(
        gregor("run", small[0], "--set", "clients[1].load.rate=100/s"))


def test_deeply_nested_json_is_refused(tmp_path):
    outcome = gregor("check", written(tmp_path, "[" * 200_000), timeout=20)
    assert outcome.returncode == 2


@pytest.mark.parametrize("option", [["--leg", "none"], ["--seed", "x"], ["--seed", "-1"],
                                    ["--resources", "magic"], ["--set", "horizon"],
                                    ["--set", "nonsense=1"], ["-o", "/no/such/folder/x.gregor"],
                                    ["--json", "/no/such/folder/x.json"]])
def test_a_bad_option_of_run_is_refused(option, small):
    one_line_refusal(gregor("run", small[0], *option))


def test_check_says_nothing_of_good_scenarios(small):
    outcome = gregor("check", small[0], LEADER_CRASH)
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")


# ---- recordings ----


def test_verify_gives_the_hash_of_the_run(small):
    scenario, recording = small
    data = json.loads(gregor("run", scenario, "--resources", "fixed", "--json", "-").stdout)
    outcome = gregor("verify", recording)
    assert outcome.returncode == 0
    assert f"same hash {data['legs'][0]['hash']}, {data['legs'][0]['events']} events" \
        in outcome.stdout


def test_a_recording_of_simgrid_is_verified_without_it(tmp_path):
    recording = tmp_path / "x.gregor"
    scenario = ROOT / "scenarios" / "replication" / "leader_crash_short.json"
    ran = gregor("run", scenario, "-o", recording, "--json", "-")
    assert ran.returncode == 0, ran.stderr
    assert recording.stat().st_size < 1_000_000
    outcome = gregor("verify", recording)
    assert outcome.returncode == 0
    assert json.loads(ran.stdout)["legs"][0]["hash"] in outcome.stdout


def test_a_truncated_recording_is_refused_at_every_length(small, tmp_path):
    content = small[1].read_bytes()
    assert len(content) < 4096
    file = tmp_path / "cut.gregor"
    for length in range(len(content)):
        file.write_bytes(content[:length])
        one_line_refusal(gregor("verify", file, timeout=10))


def test_a_damaged_recording_is_refused_at_every_byte(small, tmp_path):
    content = small[1].read_bytes()
    file = tmp_path / "flipped.gregor"
    for at in range(len(content)):
        flipped = bytearray(content)
        flipped[at] ^= 1 << (at % 8)
        file.write_bytes(flipped)
        one_line_refusal(gregor("verify", file, timeout=10))


@pytest.mark.parametrize("command", [["show", "--at", "1s"], ["events"]])
def test_a_damaged_recording_is_not_shown(command, small, tmp_path):
    content = small[1].read_bytes()
    file = tmp_path / "damaged.gregor"
    for at in range(0, len(content), 37):
        flipped = bytearray(content)
        flipped[at] ^= 1
        for damaged in (content[:at], flipped):
            file.write_bytes(damaged)
            one_line_refusal(gregor(command[0], file, *command[1:], timeout=10))


@pytest.mark.parametrize("command", [["verify"], ["show", "--at", "1s"], ["events"]])
def test_what_is_no_recording_is_refused(command, tmp_path):
    foreign = tmp_path / "foreign.gregor"
    foreign.write_bytes(b"PNG or so, long enough to be something")
    empty = tmp_path / "empty.gregor"
    empty.write_bytes(b"")
    for file in (foreign, empty, tmp_path / "absent.gregor", tmp_path):
        one_line_refusal(gregor(command[0], file, *command[1:]))


def test_show_is_the_cluster_at_an_instant(crash):
    recording, _ = crash
    before = json.loads(gregor("show", recording, "--at", "9.9s", "--json").stdout)
    after = json.loads(gregor("show", recording, "--at", "24s", "--json").stdout)
    assert before["gregor"] == 1 and before["scenario"] == "leader-crash"

    def orders(snapshot):
        return next(p for p in snapshot["partitions"] if p["partition"] == "orders-0")

    assert orders(before)["leader"] == 1 and orders(before)["isr"] == [1, 2, 3]
    assert orders(after)["leader"] == 2 and orders(after)["isr"] == [2, 3]
    assert [b["running"] for b in before["brokers"]] == [True, True, True]
    assert [b["running"] for b in after["brokers"]] == [False, True, True]
    assert after["brokers"][0]["fenced"] is True
    text = gregor("show", recording, "--at", "24s").stdout
    for word in ("Brokers", "fenced", "Controllers", "orders-0", "ISR [2,3]", "LEO", "HW",
                 "Producers", "Consumers"):
        assert word in text


@pytest.mark.parametrize("at", ["61s", "-1s", "soon", "1e999", ""])
def test_an_instant_outside_the_run_is_refused(at, crash):
    one_line_refusal(gregor("show", crash[0], f"--at={at}"))


def test_events_are_numbered_and_filtered(crash):
    recording, _ = crash
    outcome = gregor("events", recording, "--kind", "PartitionChanged", "--about", "orders-0",
                     "--json")
    data = json.loads(outcome.stdout)
    assert data["gregor"] == 1 and len(data["events"]) >= 2
    for event in data["events"]:
        assert event["kind"] == "PartitionChanged"
        assert event["fields"]["partition"] == "orders-0"
        assert 0 <= event["cause"] < event["event"]
    first = data["events"][0]
    assert first["fields"]["leader"] == 2 and first["fields"]["isr"] == [2, 3]
    everything = gregor("events", recording, "--from", "10s", "--to", "10.1s").stdout.splitlines()
    numbers = [int(line.split()[0]) for line in everything]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@pytest.mark.parametrize("option", [["--kind", "PartitionChange"], ["--about", "order"],
                                    ["--from", "x"]])
def test_a_bad_filter_is_refused(option, crash):
    one_line_refusal(gregor("events", crash[0], *option))


# ---- the library and sweeps ----


def test_list_shows_every_scenario():
    data = json.loads(gregor("list", "--json").stdout)
    ids = {scenario["id"] for scenario in data["scenarios"]}
    assert "leader-crash" in ids
    for scenario in data["scenarios"]:
        assert set(scenario) >= {"id", "file", "title", "teaches", "legs", "brokers", "horizon_s"}
    assert "leader-crash" in gregor("list").stdout
    assert gregor("list", "/no/such/folder").returncode == 2


def test_a_sweep_runs_every_seed_and_is_repeatable(small):
    scenario, _ = small
    runs = []
    for jobs in (1, 2):
        outcome = gregor("sweep", scenario, "--seeds", "1..8", "--jobs", jobs, "--json", "-")
        assert outcome.returncode == 0, outcome.stderr
        runs.append(json.loads(outcome.stdout)["runs"])
    assert [run["seed"] for run in runs[0]] == list(range(1, 9))
    assert runs[0] == runs[1]
    assert all(run["as_expected"] for run in runs[0])
    one = gregor("run", scenario, "--seed", 3, "--resources", "fixed", "--json", "-")
    assert json.loads(one.stdout)["legs"][0]["hash"] == runs[0][2]["hash"]


def test_a_sweep_over_values_names_each_failing_run(tmp_path):
    scenario = {**SMALL, "legs": [{"name": "only", "expect": {"violates": ["dur"]}}]}
    outcome = gregor("sweep", written(tmp_path, scenario), "--over", "clients.P.load.rate=10/s,20/s")
    assert outcome.returncode == 1
    commands = [line for line in outcome.stdout.splitlines() if "gregor run" in line]
    assert len(commands) == 2 and "20/s" in commands[1]


@pytest.mark.parametrize("option", [[], ["--seeds", "9..1"], ["--seeds", "x"], ["--over", "a"]])
def test_a_bad_sweep_is_refused(option, small):
    one_line_refusal(gregor("sweep", small[0], *option))


# ---- conformance and bench ----


def test_conformance_counts_what_it_does_not_know(tmp_path):
    folder = tmp_path / "vectors" / "unheard" / "of"
    folder.mkdir(parents=True)
    (folder / "thing.jsonl").write_text('{"id":"a"}\n{"id":"b"}\n')
    (folder / "records.json").write_text("{}")
    outcome = gregor("conformance", "--vectors", tmp_path / "vectors", "--json", "-")
    assert outcome.returncode == 0
    data = json.loads(outcome.stdout)
    (file,) = data["files"]
    assert file["kind"] == "unheard/of/thing"
    assert (data["total"], data["passed"], data["not_covered"]) == (2, 0, 2)


def test_the_projects_own_vectors_pass():
    outcome = gregor("conformance")
    assert outcome.returncode == 0, outcome.stdout
    assert " 0 failed" in outcome.stdout.splitlines()[-1]


def test_bench_writes_its_figures():
    outcome = gregor("bench", "leader_crash_fixed", "--quick", "--json", "-")
    assert outcome.returncode == 0
    data = json.loads(outcome.stdout)
    assert set(data["machine"]) >= {"cpu", "cores", "compiler"}
    (figure,) = data["benches"]
    assert figure["name"] == "leader_crash_fixed" and figure["value"] > 0
    assert figure["better"] == "higher"
    one_line_refusal(gregor("bench", "nonsense"))


# ---- the swarm ----

def test_drawn_faults_break_no_promise_of_kafka():
    outcome = gregor("sweep", "--faults", "--seeds", "1..40", "--json", "-")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    result = json.loads(outcome.stdout)
    assert result["scenario"] == "swarm" and len(result["runs"]) == 40
    assert all(each["violated"] == [] and len(each["hash"]) == 16 for each in result["runs"])
    assert len({each["hash"] for each in result["runs"]}) == 40


def test_the_swarm_finds_kip_101_and_hands_over_a_scenario_that_shows_it(tmp_path):
    outcome = gregor("sweep", "--faults", "--seeds", "138..142", "--set", "levels.truncation=hw",
                     "--out", tmp_path, "--json", tmp_path / "sweep.json")
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    runs = json.loads((tmp_path / "sweep.json").read_text())["runs"]
    found = [each for each in runs if not each["as_expected"]]
    assert [each["seed"] for each in found] == [140]
    assert "DUR" in found[0]["violated"]
    assert found[0]["command"] in outcome.stdout
    file = Path(found[0]["file"])
    assert found[0]["command"] == f"gregor run {file}"
    again = gregor("run", file, "--json", "-")
    assert again.returncode == 1
    leg = json.loads(again.stdout)["legs"][0]
    assert "dur-P1" in [each["id"] for each in leg["asserts"] if not each["holds"]]
    assert leg["unreached"] == []
    # The same under the rule that mends it: nothing is lost.
    cured = gregor("run", file, "--set", "levels.truncation=kip101", "--json", "-")
    leg = json.loads(cured.stdout)["legs"][0]
    assert [each["id"] for each in leg["asserts"] if not each["holds"] and not each["vacuous"]] == []


@pytest.mark.parametrize("option", [
    ("--faults", "--seeds", "1..2", "--over", "a=1"),
    ("--faults", "--seeds", "1..2", "--leg", "x"),
    ("--faults", "--seeds", "2..1"),
    ("--faults", "--seeds", "1", "--set", "levels.truncation=sideways"),
    ("--faults", "--seeds", "1", "--set", "nothing.of.this=1"),
    ("--faults", "--seeds", "1", "--out", "/nowhere/at/all"),
    ("--seeds", "1..2"),
])
def test_a_bad_swarm_is_refused(option):
    one_line_refusal(gregor("sweep", *option))
