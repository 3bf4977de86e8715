"""A scenario file: read, changed as `--set` changes it, checked, written."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gregor import _gregor, names
from gregor.errors import BadInput, NoEffectWarning

Json = Any
Source = "Scenario | str | os.PathLike[str] | Mapping[str, Json]"


class Scenario:
    """A scenario in the language of scenarios/schema.json, from a file, a text or a document.

    It never changes; `with_set` and `with_step` give another one. Raises BadInput with every
    mistake when it is read or first used.
    """

    def __init__(
        self, source: Scenario | str | os.PathLike[str] | Mapping[str, Json], name: str | None = None
    ) -> None:
        self._file: _gregor.ScenarioFile
        if isinstance(source, Scenario):
            self._file = source._file
        elif isinstance(source, Mapping):
            file_name = name or f"{source.get('id', 'scenario')}.json"
            self._file = _gregor.ScenarioFile.parse(_text_of(source), file_name)
        elif isinstance(source, str | os.PathLike):
            self._file = _gregor.ScenarioFile.read(os.fspath(source))
        else:
            raise BadInput(
                f"scenario: found {type(source).__name__}, allowed a file name, a mapping or a Scenario"
            )

    @property
    def file(self) -> _gregor.ScenarioFile:
        return self._file

    @property
    def file_name(self) -> str:
        return self._file.file_name

    @property
    def text(self) -> str:
        """As it was written."""
        return self._file.text

    @property
    def document(self) -> dict[str, Json]:
        """A copy of the whole file as Python values."""
        document: dict[str, Json] = json.loads(self._file.text)
        return document

    @property
    def id(self) -> str:
        return str(self.document.get("id", ""))

    @property
    def legs(self) -> list[str]:
        return self._file.legs()

    @property
    def points(self) -> list[dict[str, Json]]:
        """Of the file's own sweep; one empty point when it has none."""
        points: list[dict[str, Json]] = json.loads(self._file.points())
        return points

    def check(self) -> None:
        """Raises BadInput with every mistake in any leg and point of the sweep."""
        mistakes = self._file.check()
        if mistakes:
            lines = [f"{self.file_name}: {path}: found {found}, allowed {allowed}"
                     for path, found, allowed, _ in mistakes]
            raise BadInput("\n".join(lines), self.file_name, mistakes)

    def leg_names(self, leg: str | None) -> list[str]:
        """The one leg, or all. Raises UnknownName."""
        return self.legs if leg is None else [names.known(leg, self.legs, "leg")]

    def outline(
        self, leg: str, point: Mapping[str, Json], settings: Sequence[tuple[str, Json]]
    ) -> dict[str, Json]:
        """Of one leg at one point: first_seed, seed_count, resources, horizon_ns, clients, warnings.

        Raises BadInput.
        """
        outline: dict[str, Json] = json.loads(
            self._file.outline(leg, json.dumps(dict(point)), json.dumps(list(settings)))
        )
        return outline

    def to_json(self) -> str:
        """The file's text, laid out for a reader."""
        return _text_of(self.document)

    def save(self, path: str | os.PathLike[str]) -> Path:
        Path(path).write_text(self.to_json(), encoding="utf-8")
        return Path(path)

    def __repr__(self) -> str:
        return f"Scenario({self.file_name!r}, legs={self.legs})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and other.document == self.document

    def __hash__(self) -> int:
        return hash(self.text)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_from_text, (self.text, self.file_name))


def _from_text(text: str, name: str) -> Scenario:
    return Scenario(json.loads(text), name)


def _text_of(document: Mapping[str, Json]) -> str:
    """A line for each recorded call: there may be many."""
    calls = document.get("calls")
    rest = {name: value for name, value in document.items() if name != "calls"}
    try:
        text = json.dumps(rest, indent=2, ensure_ascii=False, allow_nan=False)
        if calls is None or not isinstance(calls, Mapping) or not rest:
            return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        head = {name: value for name, value in calls.items() if name != "effects"}
        head["effects"] = []
        lines = ",\n".join(
            "    " + json.dumps(each, ensure_ascii=False, allow_nan=False)
            for each in calls.get("effects", [])
        )
        shown = json.dumps(head, ensure_ascii=False, allow_nan=False)[:-2]
    except (TypeError, ValueError) as error:
        raise BadInput(f"scenario: {error}") from None
    return f'{text[:-2]},\n  "calls": {shown}\n{lines}\n  ]}}\n}}\n'


def pinned(
    scenario: Scenario, run: Mapping[str, Json], hash: str, calls: Sequence[Json] = ()
) -> Scenario:
    """The one run as a scenario: one leg with all that was set, one seed, its resources, and what
    applications asked for. `run`: leg, point, set, seed, resources and model, as a recording's
    header has them. Raises BadInput for a seed that a file cannot hold."""
    document = scenario.document
    leg = next(each for each in document["legs"] if each["name"] == run["leg"])
    point = [(f"params.{name}", value) for name, value in run["point"].items()]
    settings = dict(leg.get("set", {}))
    for path, value in [*point, *run["set"]]:
        settings.pop(path, None)
        settings[path] = value
    if settings:
        leg = {**leg, "set": settings}
    document.pop("sweep", None)
    document.pop("calls", None)
    document |= {"legs": [leg], "seeds": {"from": run["seed"], "count": 1},
                 "resources": run["resources"]}
    if calls:
        document["calls"] = {"model": run["model"], "seed": run["seed"], "hash": hash,
                             "effects": list(calls)}
    stem = Path(scenario.file_name).name.removesuffix(".json")
    kept = "".join(c if c.isalnum() or c in "_-=." else "_" for c in str(run["leg"]))
    return Scenario(document, f"{stem}.{kept}.seed{run['seed']}.json")


def settings_of(settings: Mapping[str, Json] | None) -> list[tuple[str, Json]]:
    """{'clients.P.config.acks': '1'} as the C++ side takes it. Raises BadInput."""
    pairs: list[tuple[str, Json]] = []
    for path, value in (settings or {}).items():
        if not isinstance(path, str) or not path:
            raise BadInput(f"set: found {path!r}, allowed a path like 'clients.P.config.acks'")
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise BadInput(f"set {path}: {error}") from None
        pairs.append((path, value))
    return pairs


def warn_of(warned: Sequence[str], file_name: str) -> None:
    for each in dict.fromkeys(warned):
        warnings.warn(f"{file_name}: {each}", NoEffectWarning, stacklevel=3)
