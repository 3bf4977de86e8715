"""Kafka's own commands at an instant of a recording."""

import pytest

from test_cli import LEADER_CRASH, gregor, one_line_refusal


@pytest.fixture(scope="module")
def crash(tmp_path_factory):
    recording = tmp_path_factory.mktemp("at") / "crash.gregor"
    outcome = gregor("run", LEADER_CRASH, "-o", recording, "--resources", "fixed")
    assert outcome.returncode == 0, outcome.stderr + outcome.stdout
    return recording


def at(recording, time, command):
    return gregor("at", recording, time, *command.split())


def test_describe_shows_the_cluster_of_that_instant(crash):
    before = at(crash, "1s", "kafka-topics.sh --describe --topic orders")
    assert (before.returncode, before.stderr) == (0, "")
    header, first, second, third = before.stdout.splitlines()
    assert header.startswith("Topic: orders\tTopicId: ")
    assert header.endswith(
        "\tPartitionCount: 3\tReplicationFactor: 3\tConfigs: min.insync.replicas=2"
    )
    assert first == (
        "\tTopic: orders\tPartition: 0\tLeader: 1\tReplicas: 1,2,3\tIsr: 1,2,3\tElr: \tLastKnownElr: "
    )
    after = at(crash, "20s", "kafka-topics.sh --describe --topic orders").stdout.splitlines()
    assert after[0] == header  # the same topic, id and all
    assert after[1] == (
        "\tTopic: orders\tPartition: 0\tLeader: 2\tReplicas: 1,2,3\tIsr: 2,3\tElr: \tLastKnownElr: "
    )


def test_a_filter_shows_only_what_it_is_about(crash):
    healthy = at(crash, "1s", "kafka-topics.sh --describe --under-replicated-partitions")
    assert (healthy.returncode, healthy.stdout) == (0, "")
    hurt = at(crash, "20s", "kafka-topics.sh --describe --under-replicated-partitions")
    assert "\tTopic: orders\tPartition: 0\t" in hurt.stdout


def test_errors_and_exit_codes_are_the_tools_own(crash):
    outcome = at(crash, "1s", "kafka-topics.sh --describe --topic nope")
    assert outcome.returncode == 1
    assert outcome.stdout == (
        "Error while executing topic command : Topic 'nope' does not exist as expected\n"
    )
    assert "java.lang.IllegalArgumentException: Topic 'nope' does not exist" in outcome.stderr
    outcome = at(crash, "1s", "kafka-consumer-groups.sh --describe --group ghost")
    assert outcome.returncode == 0
    assert "GroupIdNotFoundException: Group ghost not found." in outcome.stdout


def test_offsets_are_those_of_the_leader(crash):
    def ends(time):
        lines = at(crash, time, "kafka-get-offsets.sh --topic orders").stdout.splitlines()
        assert [line.rsplit(":", 1)[0] for line in lines] == ["orders:0", "orders:1", "orders:2"]
        return [int(line.rsplit(":", 1)[1]) for line in lines]

    assert all(late > early for early, late in zip(ends("1s"), ends("20s")))


def test_a_group_is_described_with_its_lag(crash):
    outcome = at(crash, "20s", "kafka-consumer-groups.sh --describe --group billing")
    assert (outcome.returncode, outcome.stderr) == (0, "")
    blank, header, *rows = outcome.stdout.splitlines()
    assert blank == "" and header.split()[:6] == [
        "GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG"
    ]
    assert len(rows) == 3
    for row in rows:
        group, topic, _, current, end, lag, member, host, client = row.split()
        assert (group, topic, host, client) == ("billing", "orders", "/127.0.0.1", "C")
        assert int(end) - int(current) == int(lag) and member.startswith("C-")


def test_the_same_question_has_the_same_answer(crash):
    command = "kafka-log-dirs.sh --describe --topic-list orders"
    assert at(crash, "3s", command).stdout == at(crash, "3s", command).stdout


@pytest.mark.parametrize("command", ["kafka-topics.sh --delete --topic orders",
                                     "kafka-configs.sh --alter --entity-type topics "
                                     "--entity-name orders --add-config retention.ms=1000",
                                     "kafka-topics.sh --alter --topic orders --partitions 9"])
def test_a_recording_does_not_change(crash, command):
    outcome = at(crash, "1s", command)
    assert outcome.returncode == 2
    assert "which a recording cannot" in outcome.stderr


@pytest.mark.parametrize("time, command", [
    ("1s", "kafka-teapot.sh --brew"),
    ("1s", ""),
    ("900s", "kafka-topics.sh --list"),
    ("1s", "kafka-metadata-quorum.sh describe --status"),
    ("soon", "kafka-topics.sh --list"),
])
def test_what_cannot_be_asked_is_refused(crash, time, command):
    one_line_refusal(at(crash, time, command))


def test_a_number_that_does_not_fit_is_the_tools_to_refuse(crash):
    outcome = at(crash, "1s", "kafka-configs.sh --describe --entity-type brokers "
                              "--entity-name 99999999999")
    assert outcome.returncode == 1
    assert "must be a valid integer broker id" in outcome.stderr


def test_brokers_have_the_directories_of_their_settings(crash):
    shown = at(crash, "1s", "kafka-log-dirs.sh --describe").stdout
    assert '"logDir":"/tmp/kafka-logs"' in shown


def test_help_is_the_tools_own(crash):
    outcome = at(crash, "1s", "kafka-topics.sh --help")
    assert outcome.returncode == 1
    assert outcome.stderr.startswith("This tool helps to create, delete, describe")
