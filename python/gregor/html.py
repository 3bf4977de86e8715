"""What a notebook shows of a snapshot and of a run."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gregor import times
from gregor.errors import GregorError
from gregor.pictures import picture_of

if TYPE_CHECKING:
    from gregor.runs import Run
    from gregor.snapshot import Snapshot

MOST_PARTITIONS = 30


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    heads = "".join(f"<th>{html.escape(each)}</th>" for each in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _state(running: bool, fenced: bool) -> str:
    return "down" if not running else "fenced" if fenced else "active"


def snapshot_html(snapshot: Snapshot) -> str:
    shown = [each for topic in snapshot.topics.values() if not topic.internal for each in topic]
    brokers = _table(
        ["broker", "state", "leads", "follows"],
        [[each.id, _state(each.running, each.fenced), each.leads, each.follows]
         for each in snapshot.brokers.values()],
    )
    partitions = _table(
        ["partition", "leader", "epoch", "ISR", "high watermark", "log end"],
        [[each.name, "none" if each.leader is None else each.leader, each.leader_epoch,
          ", ".join(map(str, each.isr)), "-" if each.hw is None else each.hw,
          "-" if each.log_end is None else each.log_end] for each in shown[:MOST_PARTITIONS]],
    )
    if len(shown) > MOST_PARTITIONS:
        partitions += f"<p>and {len(shown) - MOST_PARTITIONS} more partitions</p>"
    groups = _table(
        ["group", "members", "generation", "lag"],
        [[each.name, each.members, each.generation, each.lag]
         for each in snapshot.groups.values()],
    ) if snapshot.groups else ""
    title = f"{snapshot.scenario} at {snapshot.time:.6f} s, after event {snapshot.event}"
    picture = ""
    if snapshot._recording is not None:
        picture = _picture(snapshot._recording, snapshot.nanoseconds)
    return f"<p><b>{html.escape(title)}</b></p>{brokers}{partitions}{groups}{picture}"


def run_html(run: Run) -> str:
    legs = _table(
        ["leg", "seed", "verdict", "events", "hash"],
        run.legs[["leg", "seed", "verdict", "events", "hash"]].to_numpy().tolist(),
    )
    title = f"<p><b>{html.escape(run.scenario.id)}</b></p>"
    if len(run) != 1:
        return title + legs
    measures = _table(["measure", "value"], list(run.measures.items()))
    return title + legs + measures + _picture_of_fault(run)


def _picture_of_fault(run: Run) -> str:
    """A second after the first fault, or in the middle; nothing when the run is closed."""
    try:
        faults = run.faults
        at = float(faults["start"].dt.total_seconds().iloc[0]) + 1 if len(faults) else run.end / 2
        return _picture(run._only.content, times.nanoseconds(min(at, run.end)))
    except GregorError:
        return ""


def _picture(recording: bytes, at: int) -> str:
    """Nothing where there is no visualizer."""
    try:
        png = picture_of(recording, at, (1200, 750), None).png
    except GregorError:
        return ""
    text = base64.b64encode(png).decode()
    return f'<img alt="the cluster" src="data:image/png;base64,{text}" style="max-width:100%">'
