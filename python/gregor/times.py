"""Instants and durations: whatever a user writes, as whole nanoseconds."""

from __future__ import annotations

import datetime
import functools
import math
from typing import Any

from gregor import _gregor
from gregor.errors import BadInput

Instant = str | int | float | datetime.timedelta
"""'20.5s', '250ms', a number of seconds, or a (pandas) Timedelta."""

LARGEST = (1 << 63) - 1


def nanoseconds(value: Any, what: str = "time") -> int:
    """Whole nanoseconds of an instant or a duration. Raises BadInput."""
    if isinstance(value, str):
        parsed = _parsed(value)
        if parsed is None:
            raise _refused(what, value)
        return parsed
    exact = getattr(value, "value", None)
    if isinstance(value, datetime.timedelta):
        if isinstance(exact, int):  # pandas.Timedelta keeps nanoseconds
            unit = str(getattr(value, "unit", "ns"))
            return exact * {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[unit]
        whole = (value.days * 86_400 + value.seconds) * 10**9
        return whole + value.microseconds * 1_000
    if isinstance(value, bool) or not isinstance(value, int | float):
        item = getattr(value, "item", None)  # a NumPy number
        if item is None or isinstance(value, bool):
            raise _refused(what, value)
        return nanoseconds(item(), what)
    if isinstance(value, float) and not math.isfinite(value):
        raise _refused(what, value)
    scaled = value * 10**9 if isinstance(value, int) else round(value * 1e9)
    if abs(scaled) > LARGEST:
        raise _refused(what, value)
    return scaled


@functools.lru_cache(4096)  # an application says "5ms" for each record
def _parsed(value: str) -> int | None:
    return _gregor.parse_duration(value.strip())


def _refused(what: str, value: object) -> BadInput:
    return BadInput(
        f"{what}: found {value!r}, allowed a number of seconds, a text like '20.5s' or a Timedelta"
    )


def text(value: int) -> str:
    """'20.5s' of nanoseconds, exactly."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 10**9)
    fraction = f"{rest:09d}".rstrip("0")
    return f"{sign}{whole}{'.' + fraction if fraction else ''}s"
