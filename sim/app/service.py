"""The service somebody is working on: where it starts from, their own numbers, what they change.

Everything a page needs to remember is in one `Service`, which never changes: a change makes
another, so that every step can be undone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sim.app.field import Field, Value
from sim.app.inputs import fields
from sim.app.job import Text
from sim.report import wording
from sim.scenario import Loaded, ScenarioError, load, load_text, to_yaml
from sim.scenario.find import files_in, standard_folders
from sim.scenario.load import with_sets
from sim.scenario.schema import Scenario
from sim.scenario.source import read
from sim.service.check import check

BASELINE = "three-hubs"
EXAMPLE = "teams.review_and_intervention.posts.family_support_worker.count"
CONTACTS = "population.contacts.rate"
HORIZONS = ("1 year", "2 years", "3 years", "5 years")
HORIZON = "3 years"
FUTURES = 20
# What a file may say that is a case of another: the rest makes it a way of working of its own.
OF_A_CASE = {
    *("name", "title", "description", "extends", "start", "horizon", "changes"),
    *("teams", "people", "review"),
}


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
        sets = (*self.own, f"horizon={self.horizon}")
        if self.upload is None:
            loaded = load(self.name, sets)
        else:
            loaded = load_text(self.upload, self.name, sets)
        check(loaded)
        return loaded

    def changed(self, baseline: Loaded[Scenario], fields: Mapping[str, Field]) -> Loaded[Scenario]:
        """Load it with its changes.

        Parameters
        ----------
        baseline
            What `baseline` gives.
        fields
            The settings that can be changed: nothing else ever is.

        Raises
        ------
        ScenarioError
            If it cannot be used.
        """
        loaded = with_sets(baseline, self.sets(fields))
        check(loaded)
        return loaded

    def sets(self, fields: Mapping[str, Field]) -> list[str]:
        """Write the changes as ``KEY=VALUE``."""
        return [fields[key].written(value) for key, value in self.changes.items() if key in fields]

    def command(self, fields: Mapping[str, Field]) -> str:
        """Write the command that gives the same numbers."""
        name = self.name if self.upload is None else f"'{self.name}'"
        parts = [f"caseload run {name}", f"--horizon '{self.horizon}'"]
        parts += [f"--set '{text}'" for text in (*self.own, *self.sets(fields))]
        return " ".join([*parts, f"--replications {self.futures}", f"--seed {self.seed}"])


def document(service: Service, loaded: Loaded[Scenario]) -> str | Text:
    """Say what to run for a baseline: a name where that is all, or else the whole text."""
    return service.name if service.is_shipped else Text(to_yaml(loaded))


@dataclass(frozen=True)
class Offer:
    """A scenario that comes with the program.

    Attributes
    ----------
    name, title, about
        As it calls itself.
    is_model
        Whether it is a way of working, rather than a case of another: more posts, fewer, a change
        on a date.
    """

    name: str
    title: str
    about: str
    is_model: bool

    @property
    def in_short(self) -> str:
        """The first sentence of what it says of itself."""
        return re.split(r"(?<=[.:;]) ", self.about, maxsplit=1)[0].rstrip(":;.") + "."


def offers() -> list[Offer]:
    """List what a service can start from: the baseline first, then the other ways of working."""
    found = []
    for name, file in files_in(standard_folders()).items():
        try:
            data = read(file.read_bytes(), file.name).data
        except ScenarioError:  # one broken file must not hide the others
            continue
        about = str(data.get("description", ""))
        is_model = not set(data) <= OF_A_CASE
        found.append(Offer(name, str(data.get("title", name)), about, is_model))
    found.sort(key=lambda offer: (not offer.is_model, offer.name != BASELINE, offer.title))
    titles = {offer.name: offer.title for offer in found}
    return [replace(offer, about=_said(offer.about, titles)) for offer in found]


def worked_example() -> Service:
    """Give the baseline with two family support posts fewer."""
    service = Service()
    known = {field.key: field for field in fields(service.baseline().scenario)}
    field = known[EXAMPLE]
    return service.with_change(field, int(field.default) - 2)


def own_numbers(typed: Mapping[Field, Value], contacts: Field | None, times: float) -> list[str]:
    """Write what a user typed about their own service, where it differs from the default.

    Parameters
    ----------
    typed
        What was typed, by field.
    contacts
        The yearly rate of first contacts, if the scenario has one.
    times
        Referrals typed, over those expected of the scenario: contacts go in proportion.

    Returns
    -------
    list of str
        ``KEY=VALUE``.
    """
    sets = [field.written(value) for field, value in typed.items() if value != field.default]
    if contacts is not None and times != 1.0:
        sets.append(contacts.written(round(float(contacts.default) * times, 1)))
    return sets


def _said(text: str, titles: Mapping[str, str]) -> str:
    """Write ids as the names that people know."""
    for name in sorted(titles, key=len, reverse=True):
        text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", f"*{titles[name]}*", text)
    for name, words in wording.STAGES.items():
        text = re.sub(rf"\b{name}\b", words, text) if "_" in name else text
    return text
