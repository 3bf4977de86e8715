"""What an application sees of records, and how a consumer of one's own moves about."""

from __future__ import annotations

from typing import Any

import pytest

import gregor

from conftest import small

ORDERS = (("orders", 0), ("orders", 1))


class Log(gregor.ConsumerApplication):
    """Writes down each record; shared by all its lives."""

    seen: list[gregor.Record] = []

    def on_records(self, context: gregor.Context, records: Any) -> None:
        self.seen.extend(records.records())


def seen_by(application: type[Log], document: dict[str, Any] | None = None, **more: Any) -> Any:
    application.seen = []
    gregor.run(document or small(), applications={"C": application} | more, verify=False,
               progress=False)
    return application.seen


def offsets(records: Any, partition: int) -> list[int]:
    return [each.offset for each in records if each.partition == partition]


def test_records_of_a_load_are_told_apart_by_their_values() -> None:
    records = seen_by(Log)
    assert {each.sequence for each in records} == set(range(300)) and len(records) == 300
    for each in records:
        assert each.synthetic and each.key is None and each.headers == ()
        assert each.value == f"P:{each.sequence}".encode().ljust(100, b".")
        assert each.timestamp == each.sequence * 20  # 50/s from 0 s on


def test_records_of_a_load_with_keys_have_them() -> None:
    """KIP-480: a key decides the partition."""
    document = small(script=[])
    document["clients"][0]["load"]["keys"] = {"uniform": 5}
    records = seen_by(Log, document)
    keys = {each.key for each in records}
    assert keys == {f"k{number}".encode() for number in range(5)}
    for key in keys:
        assert len({each.partition for each in records if each.key == key}) == 1


class Sender(gregor.ProducerApplication):
    """Sends numbered orders, and writes down what it gave and what came back."""

    given: dict[int, tuple[Any, ...]] = {}
    answered: list[gregor.Record] = []

    def on_start(self, context: gregor.Context) -> None:
        context.set_timer("next", "100ms")

    def on_timer(self, context: gregor.Context, name: str) -> None:
        number = len(self.given)
        key = b"\xff%d" % (number % 3) if number % 4 else None
        headers = (("trace", b"t%d" % number), ("empty", None))
        sequence = context.send("orders", key=key, value=f"order {number}", headers=headers)
        self.given[sequence] = (key, f"order {number}".encode(), headers)
        if context.now < 4:
            context.set_timer("next", "100ms")

    def on_results(self, context: gregor.Context, results: Any) -> None:
        self.answered.extend(results.records())


def test_what_one_application_sends_another_reads() -> None:
    Sender.given, Sender.answered = {}, []
    document = small(script=[{"at": "2s", "do": {"node": {"id": 1, "act": "crash"}}}],
                     horizon="30s")
    records = seen_by(Log, document, P=Sender)
    assert len(Sender.given) == 40 and {each.sequence for each in records} == set(Sender.given)
    for each in records:
        assert not each.synthetic
        assert (each.key, each.value, each.headers) == Sender.given[each.sequence]
    assert {each.sequence for each in Sender.answered} == set(Sender.given)
    stored = {(each.partition, each.offset): each.sequence for each in records}
    for each in Sender.answered:
        if each.offset >= 0:
            assert stored[each.partition, each.offset] == each.sequence


def test_a_value_has_its_size_on_the_wire() -> None:
    class Large(gregor.ProducerApplication):
        size = 0

        def on_start(self, context: gregor.Context) -> None:
            context.send("orders", value=b"x" * self.size, partition=0)

    def bytes_of(size: int) -> int:
        Large.size = size
        run = gregor.run(small(script=[]), applications={"P": Large}, verify=False, progress=False)
        return int(run.batches("orders-0", 1)["size_bytes"].iloc[0])

    assert bytes_of(5000) - bytes_of(4000) == 1000


def test_headers_without_a_value_are_refused() -> None:
    class Bad(gregor.ProducerApplication):
        def on_start(self, context: gregor.Context) -> None:
            context.send("orders", headers={"a": b"b"})

    with pytest.raises(gregor.ApplicationFailed) as raised:
        gregor.run(small(), applications={"P": Bad}, progress=False)
    assert "value" in str(raised.value.__cause__)


def test_a_paused_partition_waits_and_loses_nothing() -> None:
    class Pauser(Log):
        def on_rebalance(self, context: gregor.Context, rebalance: gregor.Rebalance) -> None:
            context.set_timer("pause", "1s")

        def on_timer(self, context: gregor.Context, name: str) -> None:
            assert context.assignment() == ORDERS
            if name == "pause":
                context.pause(("orders", 1))
                assert context.paused() == (("orders", 1),)
                context.set_timer("resume", "2s")
                Pauser.at = [context.now]
            else:
                assert context.paused() == (("orders", 1),)
                context.resume(("orders", 1))
                Pauser.at.append(context.now)

        def on_records(self, context: gregor.Context, records: Any) -> None:
            super().on_records(context, records)
            self.when += [(context.now, each.partition) for each in records]

        at: list[float] = []
        when: list[tuple[float, int]] = []

    Pauser.when = []
    records = seen_by(Pauser)
    paused, resumed = Pauser.at
    held = [at for at, partition in Pauser.when if partition == 1 and paused < at < resumed]
    others = [at for at, partition in Pauser.when if partition == 0 and paused < at < resumed]
    assert not held and len(others) > 10
    for partition in (0, 1):
        found = offsets(records, partition)
        assert found == list(range(len(found))) and len(found) > 50


def test_with_everything_paused_poll_waits_and_the_member_stays() -> None:
    class Halt(Log):
        def on_start(self, context: gregor.Context) -> None:
            context.set_timer("pause", "1s")

        def on_timer(self, context: gregor.Context, name: str) -> None:
            if name == "pause":
                context.pause(*context.assignment())
                context.set_timer("resume", "4s")
            else:
                context.resume(*context.paused())

    records = seen_by(Halt)
    assert len(records) == 300 and len({each.sequence for each in records}) == 300


def test_seek_goes_back_and_forth() -> None:
    class Seeker(Log):
        def on_start(self, context: gregor.Context) -> None:
            context.set_timer("back", "2s")

        def on_timer(self, context: gregor.Context, name: str) -> None:
            assert context.position(("orders", 0)) == 1 + max(offsets(self.seen, 0))
            context.seek(("orders", 0), 3)
            assert context.position(("orders", 0)) == 3

    found = offsets(seen_by(Seeker), 0)
    back = next(i for i in range(1, len(found)) if found[i] != found[i - 1] + 1)
    assert found[:back] == list(range(back)) and back > 10
    assert found[back:] == list(range(3, len(found) - back + 3)) and found[-1] > back


@pytest.mark.parametrize("policy", ["earliest", "latest", "none"])
def test_seek_to_beginning_and_end_ask_the_leader(policy: str) -> None:
    class Ends(Log):
        def on_start(self, context: gregor.Context) -> None:
            context.set_timer("back", "2s")
            context.set_timer("skip", "3s")

        def on_rebalance(self, context: gregor.Context, rebalance: gregor.Rebalance) -> None:
            for each in rebalance.assigned:
                context.seek(each, 0)

        def on_timer(self, context: gregor.Context, name: str) -> None:
            if name == "back":
                context.seek_to_beginning(("orders", 0))
                assert context.position(("orders", 0)) is None
            else:
                context.work("1s")  # fifty records come meanwhile
                context.seek_to_end()

    document = small()
    document["clients"][0]["load"]["keys"] = {"uniform": 50}  # to both partitions alike
    document["clients"][1]["config"]["auto.offset.reset"] = policy
    found = offsets(seen_by(Ends, document), 0)
    jumps = [i for i in range(1, len(found)) if found[i] != found[i - 1] + 1]
    assert len(jumps) == 2 and found[0] == 0
    assert found[jumps[0]] == 0
    assert found[jumps[1]] > found[jumps[1] - 1] + 5


def test_the_lag_is_what_is_left_to_read() -> None:
    class Lagging(Log):
        lags: list[int | None] = []

        def on_records(self, context: gregor.Context, records: Any) -> None:
            super().on_records(context, records)
            context.work("500ms")
            self.lags.append(context.current_lag(("orders", 0)))

    Lagging.lags = []
    document = small()
    document["clients"][0]["load"] |= {"keys": {"uniform": 50}, "to": "2s"}
    document["clients"][1]["config"]["max.poll.records"] = 20
    seen_by(Lagging, document)
    lags = [lag for lag in Lagging.lags if lag is not None]
    assert lags[-1] == 0 and max(lags) > 20 and min(lags) == 0


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda context: context.seek(("orders", 0), 1), "there are none"),
        (lambda context: context.seek(("orders", 9), 1), "allowed 0 to 1"),
        (lambda context: context.pause(("orders", 0)), "assigned"),
        (lambda context: context.resume(("orders", 0)), "assigned"),
        (lambda context: context.position(("orders", 0)), "assigned"),
        (lambda context: context.current_lag(("order", 0)), "did you mean orders"),
        (lambda context: context.seek_to_end(("orders", 0)), "assigned"),
    ],
)
def test_partitions_of_others_are_refused(ask: Any, says: str) -> None:
    class Asks(gregor.ConsumerApplication):
        def on_start(self, context: gregor.Context) -> None:
            assert context.assignment() == () == context.paused()
            ask(context)

    with pytest.raises(gregor.ApplicationFailed) as raised:
        gregor.run(small(), applications={"C": Asks}, progress=False)
    assert says in str(raised.value.__cause__)


def test_moving_about_is_recorded() -> None:
    """`at` executes the recording, without the code, and holds it against its hashes."""

    class Mover(Log):
        def on_timer(self, context: gregor.Context, name: str) -> None:
            context.pause(("orders", 1))
            context.seek(("orders", 0), 1)

        def on_start(self, context: gregor.Context) -> None:
            context.set_timer("move", "2s")

    run = gregor.run(small(), applications={"C": Mover}, progress=False)
    assert run.at("8s").consumers["C"].delivered == run.at("9s").consumers["C"].delivered > 0
