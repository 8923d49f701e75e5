"""The service somebody is working on: where it starts from, their own numbers, what they change.

Everything a page needs to remember is in one `Service`, which never changes: a change makes
another, so that every step can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sim.app.inputs import Field, Value
from sim.app.job import Text
from sim.scenario import Loaded, available, load, load_text, to_yaml
from sim.scenario.schema import Scenario
from sim.service.check import check

BASELINE = "three-hubs"
HORIZONS = ("1 year", "2 years", "3 years", "5 years")
HORIZON = "3 years"
FUTURES = 20


@dataclass(frozen=True)
class Service:
    """A baseline, and what is changed in it.

    Attributes
    ----------
    name
        The scenario it starts from, or the name of the uploaded file.
    upload
        The text of the file; None if it starts from a scenario that comes with the program.
    own
        The numbers of the user's own service, ``KEY=VALUE``: they make the baseline.
    changes
        What is changed against that baseline, by key, as it is typed.
    horizon, futures, seed
        How long, how many possible futures, and what fixes them.
    """

    name: str = BASELINE
    upload: str | None = None
    own: tuple[str, ...] = ()
    changes: Mapping[str, Value] = field(default_factory=dict)
    horizon: str = HORIZON
    futures: int = FUTURES
    seed: int = 1

    @property
    def is_shipped(self) -> bool:
        """Whether the baseline is a scenario as it comes, with nothing of the user's in it."""
        return self.upload is None and not self.own

    def with_change(self, field: Field, value: Value) -> Service:
        """Change one setting, or put it back if the value is the default."""
        changes = {key: old for key, old in self.changes.items() if key != field.key}
        if value != field.default:
            changes[field.key] = value
        return replace(self, changes=changes)

    def baseline(self) -> Loaded[Scenario]:
        """Load the baseline.

        Raises
        ------
        ScenarioError
            If it cannot be used.
        """
        return _load(self, (*self.own, f"horizon={self.horizon}"))

    def changed(self, fields: Mapping[str, Field]) -> Loaded[Scenario]:
        """Load it with its changes.

        Raises
        ------
        ScenarioError
            If it cannot be used.
        """
        return _load(self, (*self.own, *self.sets(fields), f"horizon={self.horizon}"))

    def sets(self, fields: Mapping[str, Field]) -> list[str]:
        """Write the changes as ``KEY=VALUE``."""
        return [fields[key].written(value) for key, value in self.changes.items() if key in fields]

    def command(self, fields: Mapping[str, Field]) -> str:
        """Write the command that gives the same numbers."""
        name = self.name if self.upload is None else f"'{self.name}'"
        parts = [f"caseload run {name}", f"--horizon '{self.horizon}'"]
        parts += [f"--set '{text}'" for text in (*self.own, *self.sets(fields))]
        return " ".join([*parts, f"--replications {self.futures}", f"--seed {self.seed}"])


def _load(service: Service, sets: tuple[str, ...]) -> Loaded[Scenario]:
    if service.upload is None:
        loaded = load(service.name, sets)
    else:
        loaded = load_text(service.upload, service.name, sets)
    check(loaded)
    return loaded


def document(service: Service, loaded: Loaded[Scenario]) -> str | Text:
    """Say what to run for a baseline: a name where that is all, or else the whole text."""
    return service.name if service.is_shipped else Text(to_yaml(loaded))


def delivery_models() -> dict[str, tuple[str, str]]:
    """List what a service can start from: title and description by name."""
    return {name: (title, about) for name, title, about in available()}
