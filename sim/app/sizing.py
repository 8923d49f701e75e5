"""Sizing in the application: the question in words, and the run that answers it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.app.job import Job, Order, Text
from sim.app.service import Service, document
from sim.experiment.headlines import Known
from sim.report import wording as words
from sim.scenario import Loaded, to_yaml
from sim.scenario.schema import Scenario
from sim.sizing.length import USUAL, expected
from sim.sizing.posts import level_now

MOST_POSTS, MOST_TARGETS = 3, 3
SURE = {
    "in nine years of ten": "0.9",
    "in three years of four": "0.75",
    "in nineteen years of twenty": "0.95",
    "on average": None,
}
# Measures that may be asked for: what they are called, whether more is better, and the usual bar.
MEASURES: dict[str, tuple[str, bool, float]] = {
    "in_date:cin_review": ("Children whose review is in date", True, 95.0),
    "in_date:child_seen": ("Children whose visit is in date", True, 95.0),
    "on_time:cin_review": ("Reviews held by their due date", True, 80.0),
    "on_time:single_assessment": ("Single assessments done in time", True, 90.0),
    "backlog": ("Tasks past due at a time", False, 40.0),
    "longest_past_due": ("Longest past due, working days", False, 60.0),
    "over_limit": ("Workers over their caseload limit", False, 1.0),
    "cost": ("Posts filled, pounds a year", False, 6_000_000.0),
}


@dataclass(frozen=True)
class Kept:
    """Something that may be asked to be kept.

    Attributes
    ----------
    address
        ``measure[:what]@where``.
    label
        In words, with its place.
    at_least
        Whether more is better.
    bar
        What is usually asked for; shares in percent.
    is_share
        Whether it is a share.
    """

    address: str
    label: str
    at_least: bool
    bar: float
    is_share: bool

    def written(self, bar: float) -> str:
        """Write the target as it is typed."""
        return f"{self.address} {'>=' if self.at_least else '<='} {bar:g}{'%' * self.is_share}"


def targets_of(loaded: Loaded[Scenario]) -> list[Kept]:
    """List what may be asked of a scenario, those of all places together first."""
    known = Known.of(loaded).addresses
    found = []
    for measure, (label, at_least, bar) in MEASURES.items():
        own = [each for each in known if each.partition("@")[0] == measure]
        is_share = measure.startswith(("in_date", "on_time"))
        if measure in ("cost", "over_limit"):
            own = [f"{measure}@service"] if own else []
        elif is_share and len(own) > 1:
            own = [f"{measure}@*", *own]
        for address in own:
            where = address.partition("@")[2]
            place = "all places together" if where == "*" else words.place(where)
            found.append(Kept(address, f"{label}, {place}", at_least, bar, is_share))
    return found


def posts_of(loaded: Loaded[Scenario]) -> dict[str, str]:
    """Give each ``team.role`` that can be sized its name."""
    return {
        f"{name}.{key}": words.place(f"{name}.{key}")
        for name, team in loaded.scenario.teams.items()
        for key, post in team.posts.items()
        if post.role in (None, key) and post.cost is not None
    }


def usual_range(loaded: Loaded[Scenario], pool: str) -> tuple[int, int]:
    """Give the numbers between which is looked: from half as many as now to half as many again."""
    now = level_now(loaded, pool)
    return max(math.floor(now / 2.0), 1), max(math.ceil(now * 1.5), 2)


@dataclass(frozen=True)
class SizeOrder(Order):
    """What is to be sized.

    Attributes
    ----------
    posts
        ``team.role``, and between which numbers.
    targets
        As they are typed.
    confidence
        In what share of possible years; None: on average.
    """

    posts: tuple[tuple[str, int, int], ...] = ()
    targets: tuple[str, ...] = ()
    confidence: str | None = "0.9"

    def arguments(self) -> list[str]:
        """Write the command's arguments."""
        (scenario,) = self.scenarios
        return [*self.asked(scenario if isinstance(scenario, str) else "-"), "--progress-json"]

    def asked(self, name: str) -> list[str]:
        """Write the question, of a scenario of this name."""
        posts = [
            word
            for pool, low, high in self.posts
            for word in ("--post", pool, "--range", f"{low}..{high}")
        ]
        sure = ["--on-average"] if self.confidence is None else ["--confidence", self.confidence]
        return [
            *("size", name, "--horizon", self.horizon, *posts),
            *(word for target in self.targets for word in ("--target", target)),
            *(*sure, "--seed", str(self.seed)),
        ]


def unasked(answer: dict[str, Any]) -> pd.DataFrame | None:
    """Table what becomes of what no target asks for; None where nothing was compared."""
    found = answer["unasked"]
    return None if found is None else pd.DataFrame(found["rows"], columns=found["head"])


class SizeJob(Job):
    """A search that was started, how far it is, and its answer once it is there."""

    def __init__(self, order: SizeOrder) -> None:
        """Start it.

        Raises
        ------
        OSError
            If the process cannot be started.
        """
        self.answer: dict[str, Any] | None = None
        self.question = order
        super().__init__(order)

    @property
    def futures(self) -> int:
        """Possible futures looked at."""
        return self.done

    def _take(self, line: dict[str, Any]) -> None:
        if line["what"] == "progress":
            self.done = int(line["done"])
            self.asked = expected(self.done)
        elif line["what"] == "answer":
            self.done = self.asked
            self.answer = line


def scenario_for(service: Service, loaded: Loaded[Scenario]) -> str | Text:
    """Say what is sized: a name where that is all, or else the whole text as it was changed."""
    return Text(to_yaml(loaded)) if service.changes else document(service, loaded)


def order(
    scenario: str | Text,
    horizon: str,
    seed: int,
    posts: Sequence[tuple[str, int, int]],
    targets: Sequence[str],
    confidence: str | None,
) -> SizeOrder:
    """Put the question together."""
    return SizeOrder(
        scenarios=(scenario,),
        horizon=horizon,
        replications=USUAL,
        seed=seed,
        posts=tuple(posts),
        targets=tuple(targets),
        confidence=confidence,
    )
