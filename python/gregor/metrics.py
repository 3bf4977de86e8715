"""Kafka's metrics along a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gregor import _gregor, names, times
from gregor.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

METRICS: tuple[str, ...] = tuple(_gregor.metric_names)
"""Names of MBeans and client metrics; LAG is the column of kafka-consumer-groups."""
MOST_ROWS = 1_000_000


def frame(
    opened: _gregor.Recording, wanted: str | Sequence[str], every: times.Instant, end: int
) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    chosen = [wanted] if isinstance(wanted, str) else list(wanted)
    for each in chosen:
        names.known(each, METRICS, "metric")
    step = times.nanoseconds(every, "every")
    if step <= 0 or step > max(end, 1) or end // step > MOST_ROWS:
        raise BadInput(
            f"every: found {times.text(step)}, allowed from {times.text(max(end // MOST_ROWS, 1))} "
            f"to {times.text(end)}, the length of the run"
        )
    sampled = {(metric, of): values for metric, of, values in opened.metrics(chosen, step)}
    index = pd.TimedeltaIndex((np.arange(1, end // step + 1) * step).view(np.dtype("m8[ns]")),
                              name="time")
    order = sorted(sampled, key=lambda key: (chosen.index(key[0]), key[1]))
    columns = pd.MultiIndex.from_tuples(order, names=["metric", "of"])
    if not order:
        columns = pd.MultiIndex.from_arrays([[], []], names=["metric", "of"])
    return pd.DataFrame({key: sampled[key] for key in order}, index=index).set_axis(columns, axis=1)
