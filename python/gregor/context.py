"""What your own code sees when it is called, and may ask for."""

from __future__ import annotations

import hashlib
import operator
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gregor import names, times
from gregor.errors import BadInput, UnknownName

MOST_TIMERS = 100_000
END, BEGINNING = -1, -2
"""Offsets of a seek, as in ListOffsets."""


class Record(NamedTuple):
    """A ConsumerRecord; of `on_results` what became of a ProducerRecord.

    Records that a `ProducerApplication` sent with a value carry what it gave. Those of a `load`, of
    a script, or sent without a value are simulated as sizes: they are `synthetic`, have no headers,
    the key that the load drew for them (None without `keys`), and as their value "P:17" for the
    17th of producer P, filled up with dots to their size.
    """

    topic: str
    partition: int
    offset: int
    """-1: not known (acks=0, or a failed send)."""
    producer: str
    """The client that sent it; empty for a coordinator's."""
    number: int
    """Of the producer's records to this partition, from 0."""
    sequence: int
    """Of the producer's records to all partitions, from 0 in the order of send(): an identity."""
    timestamp: int
    """CreateTime by the clock of the producer's node, or LogAppendTime, in milliseconds. Of
    synthetic records it is computed; beside a clock that was stepped it may be 1 ms off."""
    key: bytes | None
    value: bytes | None
    """None only in `on_results`, which does not give content back."""
    headers: tuple[tuple[str, bytes | None], ...] = ()
    synthetic: bool = True


@dataclass(frozen=True)
class Records:
    """Consecutive records of one partition, from one producer; iterates over `Record`s."""

    topic: str
    partition: int
    offset: int
    """Of the first; -1: not known (acks=0, or a failed send)."""
    count: int
    producer: str
    number: int
    """Of the first."""
    error: str = ""
    """Why the send failed, by Kafka's name; empty: it did not."""
    _contents: tuple[Any, ...] = field(default=(), repr=False, compare=False)
    _sent: bool = field(default=False, repr=False, compare=False)

    @property
    def next_offset(self) -> int:
        """What to commit when all of them are done."""
        return self.offset + self.count

    def __iter__(self) -> Iterator[Record]:
        topic, partition, producer = self.topic, self.partition, self.producer
        name, known = producer.encode(), int(self.offset >= 0)
        offset, number = self.offset, self.number
        for count, sequence, created, spacing, shift, size, keys, given in self._contents:
            for i in range(count):
                order = sequence if sequence < 0 else sequence + i
                if given is not None:
                    stamp, key, value, headers, synthetic = given[i]
                else:
                    stamp, key = (created + i * spacing) // 1_000_000 + shift, None
                    value, headers, synthetic = None, (), True
                    if keys:
                        key = keys[i]
                if synthetic and not self._sent:
                    value = b"%s:%d" % (name, order)
                    if len(value) < size:
                        value = value.ljust(size, b".")
                yield Record(topic, partition, offset, producer, number, order, stamp, key, value,
                             headers, synthetic)
                offset, number = offset + known, number + 1

    def __len__(self) -> int:
        return self.count


class Batch(Sequence[Records]):
    """What one poll() returned: `Records` of one partition after the other."""

    __slots__ = ("ranges",)

    def __init__(self, ranges: Sequence[Records]) -> None:
        self.ranges = tuple(ranges)

    def __getitem__(self, index: Any) -> Any:
        return self.ranges[index]

    def __len__(self) -> int:
        return len(self.ranges)

    @property
    def total(self) -> int:
        """Records in all of them."""
        return sum(each.count for each in self.ranges)

    def records(self) -> Iterator[Record]:
        """One by one, in the order of poll()."""
        for each in self.ranges:
            yield from each


@dataclass(frozen=True)
class Rebalance:
    """Partitions as (topic, partition). Of one call only one of the three is not empty."""

    revoked: tuple[tuple[str, int], ...] = ()
    """They go when `on_rebalance` is done; a commit in it still counts."""
    lost: tuple[tuple[str, int], ...] = ()
    """Gone already: another member may have them."""
    assigned: tuple[tuple[str, int], ...] = ()


class Context:
    """What an application may see and ask for. One for each life of its process."""

    def __init__(self, client: str, life: int, seed: int, topics: Mapping[str, int]) -> None:
        self.client = client
        self.life = life
        """1: the first start of the process."""
        self._now = 0
        self._topics = topics
        self._numbers = {name: number for number, name in enumerate(topics)}
        self._effects: list[tuple[Any, ...]] = []
        self._timers: dict[str, int] = {}
        self._seed = seed
        self._random: random.Random | None = None
        self._next_sequence = 0
        self._places: dict[tuple[str, int], tuple[int, int]] = {}
        self._assigned: Callable[[], list[tuple[int, int, int, int, bool]]] = list
        self._consumed: dict[tuple[str, int], _Consumed] | None = None

    @property
    def now(self) -> float:
        """Simulated seconds since the beginning of the run."""
        return self._now / 1e9

    @property
    def nanoseconds(self) -> int:
        return self._now

    @property
    def random(self) -> random.Random:
        """A stream of its own for each client and life, made from the seed of the run."""
        if self._random is None:
            text = f"{self._seed}/{self.client}/{self.life}"
            digest = hashlib.sha256(text.encode()).digest()
            self._random = random.Random(int.from_bytes(digest[:8], "little"))
        return self._random

    def work(self, time: times.Instant) -> None:
        """The application's thread computes, or waits, for so long."""
        self._effects.append(("w", self._duration(time, "work")))

    def commit(
        self, offsets: Mapping[tuple[str, int], int] | None = None, wait: bool = True
    ) -> None:
        """commitSync (`wait`), or commitAsync. Offsets by (topic, partition); None: the positions,
        which is all that poll() has returned. `on_commit` tells what came of it."""
        chosen = [
            (*self._partition(partition), self._count(offset, "offset", 0))
            for partition, offset in (offsets or {}).items()
        ]
        if offsets is not None and not chosen:
            return
        self._effects.append(("c", bool(wait), chosen))

    # ---- the partitions of a consumer ----

    def assignment(self) -> tuple[tuple[str, int], ...]:
        """Its partitions as (topic, partition), ascending. Within `on_rebalance` those to be
        revoked are still there, those lost are not."""
        return tuple(self._partitions())

    def position(self, partition: tuple[str, int]) -> int | None:
        """The offset of the next record that poll() returns, or what `seek` has just asked for;
        None: not known yet (Kafka's position() would wait for it). Raises BadInput for a partition
        that is not assigned."""
        return self._own(partition, "position").position

    def current_lag(self, partition: tuple[str, int]) -> int | None:
        """How far the position is behind the high watermark that the last fetch told; None: not
        known yet. Raises BadInput for a partition that is not assigned."""
        consumed = self._own(partition, "current_lag")
        if consumed.position is None or consumed.high_watermark < 0:
            return None
        return max(0, consumed.high_watermark - consumed.position)

    def paused(self) -> tuple[tuple[str, int], ...]:
        """The partitions that are paused."""
        return tuple(name for name, each in self._partitions().items() if each.paused)

    def seek(self, partition: tuple[str, int], offset: int) -> None:
        """poll() goes on from this offset. One that the log does not have is reset by
        auto.offset.reset. Raises BadInput for a partition that is not assigned."""
        self._seek(partition, self._count(offset, "offset", 0), "seek")

    def seek_to_beginning(self, *partitions: tuple[str, int]) -> None:
        """Of these, or of all assigned ones, poll() goes on from the log start offset."""
        for each in partitions or self.assignment():
            self._seek(each, BEGINNING, "seek_to_beginning")

    def seek_to_end(self, *partitions: tuple[str, int]) -> None:
        """Of these, or of all assigned ones, poll() goes on from the high watermark (the last
        stable offset with read_committed)."""
        for each in partitions or self.assignment():
            self._seek(each, END, "seek_to_end")

    def pause(self, *partitions: tuple[str, int]) -> None:
        """poll() neither fetches nor returns records of these until `resume`, or until they are
        assigned anew. While all are paused poll() waits; a timer wakes the application up. Raises
        BadInput for a partition that is not assigned."""
        self._pause(partitions, True, "pause")

    def resume(self, *partitions: tuple[str, int]) -> None:
        """Undoes `pause`. Raises BadInput for a partition that is not assigned."""
        self._pause(partitions, False, "resume")

    def _partitions(self) -> dict[tuple[str, int], _Consumed]:
        if self._consumed is None:
            topics = list(self._topics)
            self._consumed = {
                (topics[topic], number): _Consumed(
                    None if position < 0 else position, high_watermark, paused
                )
                for topic, number, position, high_watermark, paused in self._assigned()
            }
        return self._consumed

    def _own(self, partition: tuple[str, int], what: str) -> _Consumed:
        topic, number = self._partition(partition)
        consumed = self._partitions().get((list(self._topics)[topic], number))
        if consumed is None:
            assigned = ", ".join(f"{topic}-{number}" for topic, number in self._partitions())
            raise BadInput(f"{what}: found {partition[0]}-{number}, allowed an assigned partition "
                           f"({assigned or 'there are none'})")
        return consumed

    def _seek(self, partition: tuple[str, int], offset: int, what: str) -> None:
        self._own(partition, what).position = None if offset < 0 else offset
        self._effects.append(("k", *self._partition(partition), offset))

    def _pause(self, partitions: tuple[tuple[str, int], ...], paused: bool, what: str) -> None:
        for each in partitions:
            self._own(each, what).paused = paused
        if partitions:
            self._effects.append(("h", paused, [self._partition(each) for each in partitions]))

    def processed(self, records: Records | Record) -> None:
        """Notes that these are done; assertions and measures of the scenario see it."""
        count = records.count if isinstance(records, Records) else 1
        if isinstance(records, Record | Records):
            partition = self._partition((records.topic, records.partition))
            self._effects.append(("p", *partition, records.offset, count))
            return
        raise BadInput(f"processed: found {records!r}, allowed Record or Records")

    def send(
        self, topic: str, count: int = 1, *, key: str | bytes | None = None,
        value: str | bytes | None = None,
        headers: Mapping[str, str | bytes | None] | Sequence[tuple[str, str | bytes | None]] = (),
        partition: int | None = None,
    ) -> int:
        """send() of so many equal records. Without a partition the partitioner decides; without a
        value they are synthetic, of 100 bytes. Gives the `sequence` of the first: by it
        `on_results` and a consumer know them again. Null values (tombstones) cannot be sent."""
        number, chosen = self._partition((topic, 0 if partition is None else partition))
        chosen = -1 if partition is None else chosen
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        named = [(name, _bytes(content, f"header {name}")) for name, content in pairs]
        if named and value is None:
            raise BadInput("headers: found some without a value, allowed only beside a value")
        first, self._next_sequence = self._next_sequence, self._next_sequence + count
        self._effects.append(("s", number, chosen, self._count(count, "count", 1),
                              _bytes(key, "key"), _bytes(value, "value"), named))
        return first

    def set_timer(self, name: str, delay: times.Instant) -> None:
        """`on_timer(context, name)` is called after the delay. Another one of this name is
        replaced."""
        if name not in self._timers and len(self._timers) >= MOST_TIMERS:
            raise BadInput(f"set_timer: found more than {MOST_TIMERS} names, allowed fewer")
        number = self._timers.setdefault(name, len(self._timers))
        self._effects.append(("t", number, self._duration(delay, "delay")))

    def cancel_timer(self, name: str) -> None:
        if name in self._timers:
            self._effects.append(("x", self._timers[name]))

    def stop(self) -> None:
        """close() of the client; the process ends."""
        self._effects.append(("e",))

    def _take(self) -> list[tuple[Any, ...]]:
        effects, self._effects = self._effects, []
        self._consumed, self._assigned = None, list
        return effects

    def _partition(self, partition: tuple[str, int]) -> tuple[int, int]:
        try:
            known = None if isinstance(partition[1], bool) else self._places.get(partition)
        except (TypeError, IndexError, KeyError):
            known = None
        if known is None:  # else asked for before, as with each record
            known = self._checked(partition)
            self._places[(partition[0], known[1])] = known
        return known

    def _checked(self, partition: tuple[str, int]) -> tuple[int, int]:
        try:
            topic, number = partition
        except (TypeError, ValueError):
            raise BadInput(
                f"partition: found {partition!r}, allowed (topic, number)"
            ) from None
        names.known(topic, self._topics, "topic")
        count = self._topics[topic]
        whole = -1
        if not isinstance(number, bool) and hasattr(number, "__index__"):
            whole = operator.index(number)  # a number of NumPy's is one too
        if not 0 <= whole < count:
            raise UnknownName(f"partition of {topic}: found {number!r}, allowed 0 to {count - 1}")
        return self._numbers[topic], whole

    @staticmethod
    def _count(value: int, what: str, least: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 2**62:
            raise BadInput(f"{what}: found {value!r}, allowed a whole number from {least}")
        return value

    @staticmethod
    def _duration(value: times.Instant, what: str) -> int:
        length = times.nanoseconds(value, what)
        if length < 0:
            raise BadInput(f"{what}: found {times.text(length)}, allowed from 0s")
        return length


@dataclass
class _Consumed:
    """A partition of a consumer, as what this call has asked for so far will leave it."""

    position: int | None
    high_watermark: int
    paused: bool


def _bytes(value: str | bytes | None, what: str) -> bytes | None:
    if isinstance(value, str):
        return value.encode()
    if value is None or isinstance(value, bytes):
        return value
    raise BadInput(f"{what}: found {type(value).__name__}, allowed str, bytes or None")
