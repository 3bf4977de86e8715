"""Each figure is drawn, and shows what the run says."""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

import gregor
from gregor import plots

from conftest import small

matplotlib.use("Agg")


def boxes(axes: Axes) -> list[tuple[float, float, int]]:
    """Beginning, end and row of each bar."""
    found = []
    for bar in axes.patches:
        assert isinstance(bar, Rectangle)
        box = bar.get_bbox()
        found.append((float(box.x0), float(box.x1), round((box.y0 + box.y1) / 2)))
    return found


def test_the_timeline_has_a_bar_for_the_fault_and_a_row_for_each_kind_of_mark(
    crash: gregor.Run,
) -> None:
    axes = plots.timeline(crash)
    labels = [each.get_text() for each in axes.get_yticklabels()]
    assert labels[-1] == "fault: crash broker 1"
    assert set(labels[:-1]) == set(crash.marks["kind"])
    assert boxes(axes)[0][:2] == (10.0, 25.0)


def test_the_isr_strip_has_a_gap_where_the_broker_was_out(crash: gregor.Run) -> None:
    axes = plots.isr_strip(crash, "orders-0")
    first = [(begin, end) for begin, end, row in boxes(axes) if row == 0]
    left = crash.events(kind="isr_shrunk", about="orders-0")["time"].iloc[0].total_seconds()
    back = crash.events(kind="isr_grown", about="orders-0")["time"].iloc[0].total_seconds()
    assert any(end == pytest.approx(left) for _, end in first)
    assert not any(begin < (left + back) / 2 < end for begin, end in first)


def test_the_cdf_rises_to_one_over_all_records(crash: gregor.Run) -> None:
    line = plots.latency_cdf(crash, "P1").lines[0]
    heights = np.asarray(line.get_ydata(), dtype=float)
    assert len(heights) == len(crash.latencies("P1"))
    assert heights[-1] == 1 and (np.diff(heights) > 0).all()


def test_lag_is_that_of_the_metric(crash: gregor.Run) -> None:
    line = plots.lag(crash, of="billing orders-0", every="1s").lines[0]
    values = crash.metrics("LAG", every="1s")["LAG"]["billing orders-0"]
    np.testing.assert_array_equal(np.asarray(line.get_ydata(), dtype=float), values)


def test_the_heat_map_writes_the_mean_in_each_cell() -> None:
    frame = pd.DataFrame({"a": [1, 1, 2], "b": ["x", "x", "x"], "v": [1.0, 3.0, 7.0]})
    texts = [each.get_text() for each in plots.sweep_heatmap(frame, "a", "b", "v").texts]
    assert texts == ["2", "7"]


def test_space_time_has_an_arrow_for_each_message() -> None:
    run = gregor.run(small(), resources="fixed", progress=False)
    frame = run.events(kind="MessageReceived", start="5s", end="5.05s")
    assert len(plots.space_time(run, "5s", "5.05s").texts) == len(frame) > 10
    with pytest.raises(gregor.BadInput, match="shorter"):
        plots.space_time(run, 0, "9s")


def test_what_there_is_not_is_refused(crash: gregor.Run) -> None:
    with pytest.raises(gregor.UnknownName, match="billing orders-0"):
        plots.lag(crash, of="billing orders-9")
    with pytest.raises(gregor.UnknownName, match="column"):
        plots.sweep_heatmap(pd.DataFrame({"a": [1]}), "a", "b", "c")
