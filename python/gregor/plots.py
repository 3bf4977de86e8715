"""Figures of a run, for notebooks and for print.

Each draws on the axes that it is given (or new ones) and returns them. Colours go by meaning, the
same as in the visualizer, and lines differ in style too, so that a grey print can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np

from gregor import names, times
from gregor.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from gregor.runs import Run

BLUE, ORANGE, GREEN, PINK, RED, GREY = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#666666")
"""Leader and committed, produce, acknowledged, consumers, faults, the rest (Okabe and Ito)."""
_STYLES = ("-", "--", ":", "-.")
_MARK_LOOKS = {
    "election": ("*", "#b8860b"), "isr_shrunk": ("v", RED), "isr_grown": ("^", GREEN),
    "truncated": ("x", RED), "rebalance": ("o", PINK), "membership": ("s", PINK),
    "fenced": ("X", RED), "unfenced": ("P", GREEN), "controller": ("D", "#b8860b"),
}


def _axes(axes: Axes | None, size: tuple[float, float] = (9, 3)) -> Axes:
    return axes if axes is not None else plt.subplots(figsize=size, layout="constrained")[1]


def _seconds(column: Any) -> Any:
    return column.dt.total_seconds() if hasattr(column, "dt") else column.total_seconds()


def _spans(run: Run) -> list[tuple[float, float, str]]:
    """Beginning, end and label of each fault."""
    spans = []
    for fault in run.faults.to_dict("records"):
        lasting = fault["end"] != fault["end"]  # NaT: to the end of the run
        end = run.end if lasting else fault["end"].total_seconds()
        spans.append((fault["start"].total_seconds(), end, str(fault["label"])))
    return spans


def _faults(run: Run, axes: Axes) -> None:
    for begin, end, _ in _spans(run):
        axes.axvspan(begin, end, color=RED, alpha=0.12, hatch="//", linewidth=0)


def timeline(run: Run, axes: Axes | None = None) -> Axes:
    """Faults as bars, and what they led to as marks: elections, ISR changes, rebalances, fencing."""
    axes = _axes(axes)
    spans, marks = _spans(run), run.marks
    kinds: list[str] = list(dict.fromkeys(marks["kind"]))
    rows = [*kinds, *dict.fromkeys(f"fault: {label}" for _, _, label in spans)]
    for row, kind in enumerate(kinds):
        marker, colour = _MARK_LOOKS[kind]
        when = _seconds(marks[marks["kind"] == kind]["time"])
        axes.plot(when, [row] * len(when), marker, color=colour, markersize=8)
    for begin, end, label in spans:
        row = rows.index(f"fault: {label}")
        axes.barh(row, end - begin, left=begin, height=0.5, color=RED, alpha=0.4, hatch="//")
    axes.set_yticks(range(len(rows)), rows)
    axes.set(xlim=(0, run.end), xlabel="simulated seconds", title=run.scenario.id)
    axes.grid(axis="x", alpha=0.3)
    return axes


def metric(
    run: Run, name: str, of: str | Sequence[str] | None = None, every: times.Instant = "250ms",
    axes: Axes | None = None,
) -> Axes:
    """One of Kafka's metrics along the run, a line for each thing that has it; faults shaded."""
    axes = _axes(axes)
    found = run.metrics(name, every)
    if found.empty:
        raise BadInput(f"metric: found nothing that has {name}, allowed one that the run has")
    frame = found.droplevel("metric", axis=1)
    if of is not None:
        chosen = [of] if isinstance(of, str) else list(of)
        for each in chosen:
            names.known(each, list(frame.columns), f"{name} of")
        frame = frame[chosen]
    else:
        frame = frame[[each for each in frame.columns if "__consumer_offsets" not in each]]
    _faults(run, axes)
    for number, each in enumerate(frame.columns):
        axes.plot(_seconds(frame.index), frame[each], _STYLES[number % 4], label=each)
    axes.set(xlim=(0, run.end), xlabel="simulated seconds", ylabel=name)
    axes.legend(loc="best", fontsize="small")
    axes.grid(alpha=0.3)
    return axes


def lag(run: Run, of: str | Sequence[str] | None = None, every: times.Instant = "250ms",
        axes: Axes | None = None) -> Axes:
    """Lag of the committed offsets, as kafka-consumer-groups prints it."""
    return metric(run, "LAG", of, every, axes)


def isr_strip(run: Run, partition: str, axes: Axes | None = None) -> Axes:
    """For each replica of a partition, when it was in the ISR, and when it led."""
    axes = _axes(axes, (9, 1.8))
    start = run.at(0).partition(partition)
    changes = run.events(kind="PartitionChanged", about=partition)
    changes = changes[changes["time"].dt.total_seconds() > 0] if len(changes) else changes
    states: list[tuple[float, int | None, tuple[int, ...]]] = [(0.0, start.leader, start.isr)]
    for each in changes.to_dict("records"):
        states.append((each["time"].total_seconds(), each["leader"], each["isr"]))
    replicas = sorted(start.replicas)
    for number, (begin, leader, isr) in enumerate(states):
        end = states[number + 1][0] if number + 1 < len(states) else run.end
        for row, broker in enumerate(replicas):
            if broker not in isr:
                continue
            axes.barh(row, end - begin, left=begin, height=0.7,
                      color=BLUE if broker == leader else "#9ecae1",
                      hatch="" if broker == leader else "..")
    axes.set_yticks(range(len(replicas)), [f"broker {each}" for each in replicas])
    axes.set(xlim=(0, run.end), xlabel="simulated seconds",
             title=f"ISR of {partition} (dark: the leader)")
    return axes


def latency_cdf(run: Run, clients: str | Sequence[str] | None = None, of: str = "acknowledgement",
                axes: Axes | None = None) -> Axes:
    """The part of the records that took at most so long."""
    axes = _axes(axes, (6, 4))
    if clients is None:
        state = run.at(0)
        clients = list(state.producers if of == "acknowledgement" else state.consumers)
    for number, client in enumerate([clients] if isinstance(clients, str) else clients):
        frame = run.latencies(client, of)
        took = np.sort(_seconds(frame["latency"]).to_numpy()) * 1e3
        if len(took):
            axes.step(took, np.arange(1, len(took) + 1) / len(took), _STYLES[number % 4],
                      where="post", label=client)
    axes.set(xscale="log", xlabel="milliseconds", ylabel="part of the records", ylim=(0, 1.01))
    axes.legend(loc="lower right")
    axes.grid(alpha=0.3, which="both")
    return axes


def sweep_heatmap(frame: pd.DataFrame, x: str, y: str, value: str, axes: Axes | None = None) -> Axes:
    """The mean of a sweep's column over two of what it varied; the number stands in each cell."""
    axes = _axes(axes, (6, 4))
    for name in (x, y, value):
        names.known(name, list(frame.columns), "column")
    numbers = frame.assign(**{value: frame[value].astype(float)})
    table = numbers.pivot_table(index=y, columns=x, values=value, aggfunc="mean", sort=False)
    cells = table.to_numpy(dtype=float)
    image = axes.imshow(cells, cmap="cividis", aspect="auto")
    plt.colorbar(image, ax=axes, label=value)
    axes.set_xticks(range(len(table.columns)), [str(each) for each in table.columns])
    axes.set_yticks(range(len(table.index)), [str(each) for each in table.index])
    axes.set(xlabel=x, ylabel=y)
    middle = np.nanmean(image.get_clim())
    for row in range(len(table.index)):
        for column in range(len(table.columns)):
            cell = float(cells[row, column])
            axes.text(column, row, f"{cell:.3g}", ha="center", va="center",
                      color="white" if cell < middle else "black")
    return axes


def space_time(run: Run, start: times.Instant, end: times.Instant,
               nodes: Sequence[str] | None = None, axes: Axes | None = None) -> Axes:
    """A lane for each node, an arrow for each message that arrived between two instants. Up to
    2,000 arrows; a longer stretch is refused."""
    axes = _axes(axes, (9, 5))
    frame = run.events(kind="MessageReceived", start=start, end=end)
    if len(frame) > 2_000:
        raise BadInput(f"space_time: found {len(frame)} messages, allowed up to 2000: choose a "
                       "shorter stretch")
    sent = _sending_times(run, frame)
    lanes = list(nodes or dict.fromkeys([*frame.get("from", []), *frame["node"]]))
    for row in frame.to_dict("records"):
        source, target = row.get("from"), row["node"]
        if source not in lanes or target not in lanes:
            continue
        arrived = row["time"].total_seconds()
        begin = sent.get(int(row["cause"]), arrived)
        colour = BLUE if row["is"] == "request" else GREEN
        axes.annotate(
            "", (arrived, lanes.index(target)), (begin, lanes.index(source)),
            arrowprops={"arrowstyle": "->", "color": colour, "alpha": 0.7},
        )
    axes.set_yticks(range(len(lanes)), lanes)
    first, last = times.nanoseconds(start) / 1e9, times.nanoseconds(end) / 1e9
    axes.set(xlim=(first, last), ylim=(-0.5, max(len(lanes), 1) - 0.5),
             xlabel="simulated seconds", title="messages")
    for lane in range(len(lanes)):
        axes.axhline(lane, color=GREY, linewidth=0.6)
    return axes


def _sending_times(run: Run, frame: pd.DataFrame) -> dict[int, float]:
    """A message leaves when the event that caused it happened."""
    if frame.empty:
        return {}
    wanted = {int(each) for each in frame["cause"]}
    every = run.events(end=frame["time"].iloc[-1])
    every = every[every["event"].isin(list(wanted))]
    seconds = _seconds(every["time"])
    return dict(zip((int(e) for e in every["event"]), seconds, strict=True))


__all__ = ["isr_strip", "lag", "latency_cdf", "metric", "space_time", "sweep_heatmap",
           "timeline"]
