"""A scenario that is built in Python and run step by step."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gregor import _gregor, snapshot, times
from gregor.errors import BadInput, Defect, OutsideRun
from gregor.scenario import Json, Scenario, settings_of
from gregor.snapshot import Snapshot

if TYPE_CHECKING:
    from gregor.applications import Applications
    from gregor.runs import Run


class Simulation:
    """One run on 'fixed' resources in this process, as far as you take it.

        sim = gregor.Simulation(cluster={"brokers": 3}, topics=[{"name": "orders", "rf": 3}],
                                clients=[{"name": "P", "kind": "producer", "load": {"rate": "100/s"}}])
        sim.run_until("epoch('orders-0') == 1")      # or "10s", or a function of a Snapshot
        sim.inject({"node": {"id": 1, "act": "crash"}})
        sim.to_json()                                 # the same as a scenario file

    What is injected becomes a line of the script: the run is begun again with that line and taken to
    where it was, which is the same run up to there (its hash is compared). So `to_json()` is the
    whole truth, and `gregor run` on it does the same.
    """

    def __init__(
        self,
        scenario: Scenario | str | Mapping[str, Json] | None = None,
        *,
        cluster: Mapping[str, Json] | None = None,
        topics: Sequence[Mapping[str, Json]] | None = None,
        clients: Sequence[Mapping[str, Json]] = (),
        horizon: times.Instant = "10m",
        name: str = "simulation",
        leg: str | None = None,
        seed: int = 1,
        set: Mapping[str, Json] | None = None,
        applications: Applications | None = None,
        **more: Json,
    ) -> None:
        """`cluster`, `topics`, `clients` and any further part in the form of a scenario file; or a
        whole scenario, of which one leg at the first point of its sweep is run."""
        if (scenario is None) == (cluster is None):
            raise BadInput("Simulation: found both or neither of a scenario and a cluster, "
                           "allowed one")
        if scenario is None:
            scenario = {
                "gregor": 1, "id": name, "title": name, "cluster": dict(cluster or {}),
                "topics": [dict(each) for each in topics or []],
                "clients": [dict(each) for each in clients],
                "horizon": times.text(times.nanoseconds(horizon, "horizon")),
                "script": [], "asserts": [], **more,
            }
            scenario.setdefault("legs", [{"name": "run", "expect": {}}])
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**64:
            raise BadInput(f"seed: found {seed!r}, allowed a whole number from 0")
        source = Scenario(scenario)
        self._applications = applications
        if applications is not None:
            from gregor.applications import attach

            source = attach(source, applications)
        self._document = source.document
        self._file_name = source.file_name
        self._overrides = settings_of(set)
        self._leg = source.leg_names(leg)[0]
        given = {path.removeprefix("params.") for path, _ in self._overrides}
        self._point = {k: v for k, v in source.points[0].items() if k not in given}
        self.seed = seed
        self._live = self._begin(source)

    def _begin(self, source: Scenario) -> _gregor.LiveRun:
        if self._applications is not None:
            from gregor import applications

            return applications.start(
                source, self._leg, self._point, self._overrides, self.seed, self._applications
            )
        return _gregor.LiveRun(
            source.file, self._leg, json.dumps(self._point), json.dumps(self._overrides),
            self.seed, None,
        )

    # ---- where it is ----

    @property
    def time(self) -> float:
        """Simulated seconds."""
        return self._live.now / 1e9

    @property
    def event(self) -> int:
        """Number of the last event."""
        return self._live.event

    @property
    def hash(self) -> str:
        """Of everything up to now, 16 hex digits."""
        return f"{self._live.hash:016x}"

    @property
    def finished(self) -> bool:
        return self._live.finished

    @property
    def now(self) -> Snapshot:
        """The whole cluster as it is now."""
        state = self._live.snapshot()
        return snapshot.from_json(state.json(), state.text(), state.violated, self._live.now)

    # ---- going on ----

    def step(self) -> int:
        """The next numbered step, with what it reports; gives the number of the last event."""
        self._live.step(self._live.event + 1)
        self._check()
        return self._live.event

    def run_until(
        self,
        condition: times.Instant | Callable[[Snapshot], bool],
        within: times.Instant | None = None,
        every: times.Instant = "10ms",
    ) -> bool:
        """Up to an instant ('20s', seconds, a Timedelta); until a condition of the scenario language
        holds after an event ("epoch('orders-0') == 1"); or until a function of the Snapshot, asked
        each `every`, gives True. `within`: at most for so long from now (default: to the end).

        True: it came true (or the instant is reached). Raises OutsideRun for an instant that is
        over or behind the end, BadInput for a condition that the language does not have.
        """
        limit = self._live.end
        if within is not None:
            limit = min(limit, self._live.now + times.nanoseconds(within, "within"))
        if callable(condition):
            return self._until_function(condition, limit, times.nanoseconds(every, "every"))
        if isinstance(condition, str) and _gregor.parse_duration(condition.strip()) is None:
            self._check_condition(condition)
            found = self._live.run_until_true(condition, limit)
            self._check()
            return found
        at = times.nanoseconds(condition, "time")
        if not self._live.now <= at <= self._live.end:
            raise OutsideRun(
                f"time: found {times.text(at)}, allowed {times.text(self._live.now)} to "
                f"{times.text(self._live.end)}"
            )
        whole = self._live.run_until(at, None)
        self._check()
        return whole

    def _until_function(
        self, condition: Callable[[Snapshot], bool], limit: int, every: int
    ) -> bool:
        if every <= 0:
            raise BadInput(f"every: found {times.text(every)}, allowed more than 0s")
        while not condition(self.now):
            if self._live.now >= limit:
                return False
            self._live.run_until(min(self._live.now + every, limit), None)
            self._check()
        return True

    def run(self) -> Run:
        """To the end. Raises what an application raised."""
        from gregor.recorded import Recorded
        from gregor.runs import Run

        self._live.run_until(self._live.end, None)
        self._check()
        entry = json.loads(self._live.leg())
        return Run(self.scenario, [Recorded(entry, self._live.recording(), self._file_name)])

    def _check(self) -> None:
        if self._live.interrupted:
            raise KeyboardInterrupt
        if self._applications is not None:
            from gregor.applications import check_failure, command_of

            command = command_of(self.scenario, self._leg, self._point, self._overrides,
                                 self.seed, self._applications)
            check_failure(self._live, self.seed, command)

    def _check_condition(self, condition: str) -> None:
        step = {"when": condition, "within": self._document["horizon"], "do": {"mark": "asked"}}
        document = {**self._document, "script": [*self._document.get("script", []), step]}
        Scenario(document, "condition").outline(self._leg, self._point, self._overrides)

    # ---- branches ----

    def inject(
        self, actions: Mapping[str, Json] | Sequence[Mapping[str, Json]], lasts: times.Instant | None = None
    ) -> None:
        """One more line of the script, one nanosecond from now: actions in the form of a scenario
        file, {'node': {'id': 1, 'act': 'crash'}}. `lasts`: undone after this time.

        Raises BadInput for what is no action, OutsideRun when the script is over.
        """
        at = self._live.now + 1
        horizon = times.nanoseconds(self._document["horizon"], "horizon")
        if at >= horizon:
            raise OutsideRun(f"inject: found {times.text(at)}, allowed before the horizon "
                             f"{times.text(horizon)}")
        step: dict[str, Json] = {"at": f"{at // 10**9}.{at % 10**9:09d}s", "do": actions}
        if lasts is not None:
            step["for"] = times.text(times.nanoseconds(lasts, "lasts"))
        document = {**self._document, "script": [*self._document.get("script", []), step]}
        source = Scenario(document, self._file_name)
        live = self._begin(source)
        if self._live.event > 0:
            live.step(self._live.event)
        if live.event != self._live.event or live.hash != self._live.hash:
            raise Defect(f"inject: the run with one more line differs before that line, at event "
                         f"{self._live.event}")
        if live.now < self._live.now:
            live.run_until(self._live.now, None)
        self._document, self._live = document, live

    def fork(self) -> Simulation:
        """Another simulation that is where this one is; they go on independently."""
        other = object.__new__(Simulation)
        other.__dict__.update(self.__dict__)
        if self._applications is None:
            other._live = self._live.fork()
            return other
        other._live = other._begin(self.scenario)
        if self._live.event > 0:
            other._live.step(self._live.event)
        if other._live.hash != self._live.hash:
            raise Defect("fork: the other run differs; does an application look outside?")
        if other._live.now < self._live.now:
            other._live.run_until(self._live.now, None)
        return other

    @property
    def scenario(self) -> Scenario:
        """With every line that was injected."""
        return Scenario(self._document, self._file_name)

    def to_json(self) -> str:
        """A scenario file: `gregor run` on it, with the same seed and --resources fixed, is this
        run."""
        return self.scenario.to_json()

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a Simulation cannot be pickled: pickle its scenario, seed and time")

    def __repr__(self) -> str:
        return f"Simulation({self._document.get('id')}, seed {self.seed}, at {self.time:.9g} s)"

    def _repr_html_(self) -> str:
        from gregor.html import snapshot_html

        return snapshot_html(self.now)


