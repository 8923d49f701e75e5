"""What is said of each delivery model, with the difference from the first, future by future."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.compare import Difference, difference
from sim.experiment.headlines import EVERYWHERE, Headline
from sim.experiment.replication import Replication
from sim.experiment.same_children import Future
from sim.experiment.summary import MONTHS, Estimate, estimate
from sim.measure.measured import MEANINGS, SERVICE

if TYPE_CHECKING:
    from sim.scenario import Loaded
    from sim.scenario.schema import Scenario

FULL = 0.9  # share of hours spoken for at which a worker is said to be full: the rest is for peaks
ASSESSMENT, PARTNERS = "single_assessment", "caf_tac"
HEADLINES = (
    ("children", Headline("children", SERVICE)),
    ("children", Headline("children", PARTNERS)),
    ("children", Headline("step_ups", SERVICE)),
    ("children", Headline("step_downs", SERVICE)),
    ("children", Headline("closures", SERVICE)),
    ("children", Headline("re_referred", SERVICE)),
    ("promises", Headline("in_date:cin_review", EVERYWHERE)),
    ("promises", Headline("in_date:child_seen", EVERYWHERE)),
    ("promises", Headline("on_time:cin_review", EVERYWHERE)),
    ("promises", Headline("on_time:child_seen", EVERYWHERE)),
    ("promises", Headline("on_time:single_assessment", ASSESSMENT)),
    ("promises", Headline("icpc_in_15_dfe", SERVICE)),
    ("promises", Headline("backlog", SERVICE)),
    ("promises", Headline("not_found", EVERYWHERE)),
    ("continuity", Headline("holder_changes", SERVICE)),
    ("continuity", Headline("three_holders", SERVICE)),
)
A_YEAR = frozenset({"step_ups", "step_downs", "closures", "three_holders"})  # counts: of a year


@dataclass(frozen=True)
class Row:
    """One thing that is compared.

    Attributes
    ----------
    topic
        ``children``, ``promises``, ``continuity``, ``hours``, ``load``, ``cost``, ``stages``,
        ``same_children`` or ``worker``.
    measure, where, unit
        What, of which stage, role or ``team.role``.
    each
        Of each model; None where it has no such thing.
    differences
        Of each model from the first; None for the first, and where one of them has none.
    """

    topic: str
    measure: str
    where: str
    unit: str
    each: tuple[Estimate | None, ...]
    differences: tuple[Difference | None, ...]


Values = Sequence[Sequence[float | None]]  # of each model, in each future


def rows(
    loaded: Sequence[Loaded[Scenario]],
    runs: Sequence[Sequence[Replication]],
    group: Sequence[Future],
    first: int,
    end: int,
) -> Iterator[Row]:
    """Give every row.

    Parameters
    ----------
    loaded
        The models.
    runs
        Of each model, the same futures in the same order.
    group
        The same children, in each of the futures.
    first, end
        The months that the rows are about.
    """
    if not runs or not group:
        return
    look = _Look(loaded, runs, first, end)
    for topic, headline in HEADLINES:
        scale = look.a_year if headline.measure in A_YEAR else 1.0
        unit = headline.unit + (" a year" if headline.measure in A_YEAR else "")
        yield from look.row(topic, headline.measure, headline.where, unit, look.of(headline, scale))
    yield from _roles(look)
    yield from _costs(look)
    yield from _stages(look)
    yield from _group(look, group)
    yield from _workers(look)


class _Look:
    """The futures of all models, and rows made from them."""

    def __init__(
        self,
        loaded: Sequence[Loaded[Scenario]],
        runs: Sequence[Sequence[Replication]],
        first: int,
        end: int,
    ) -> None:
        self.scenarios = [one.scenario for one in loaded]
        self.runs = runs
        self.first, self.end = first, end
        self.a_year = MONTHS / (end - first)
        whole = first % MONTHS == 0 and end % MONTHS == 0
        years = f"{first // MONTHS + 1}..{end // MONTHS}"
        self.period = years if whole else f"months {first + 1}..{end}"

    def of(self, headline: Headline, scale: float = 1.0) -> Values:
        """Take a measure in every future of every model."""

        def value(replication: Replication) -> float | None:
            found = headline.over(replication, self.first, self.end)
            return None if found is None else found * scale

        return [[value(replication) for replication in run] for run in self.runs]

    def each(self, value: Callable[[int, Replication], float | None]) -> Values:
        """Take anything of a model's replication, by the model's place."""
        return [[value(place, r) for r in run] for place, run in enumerate(self.runs)]

    def total(self, replication: Replication, measure: str, pools: Iterable[str]) -> float:
        """Add a measure up over pools."""
        found = (Headline(measure, pool).over(replication, self.first, self.end) for pool in pools)
        return sum(value for value in found if value is not None)

    def row(self, topic: str, measure: str, where: str, unit: str, values: Values) -> Iterator[Row]:
        """Make a row, if any model has a value."""
        if any(v is not None for its in values for v in its):
            each = [estimate(measure, where, self.period, unit, its) for its in values]
            yield Row(
                topic,
                measure,
                where,
                unit,
                tuple(one if one.replications else None for one in each),
                tuple(self._difference(each[0], values, place) for place in range(len(values))),
            )

    @staticmethod
    def _difference(like: Estimate, values: Values, place: int) -> Difference | None:
        pairs = [
            (a, b)
            for a, b in zip(values[0], values[place], strict=True)
            if a is not None and b is not None
        ]
        if place == 0 or not pairs:
            return None
        return difference(like.measure, like.where, like.period, like.unit, pairs)

    def pools(self, place: int) -> dict[str, list[str]]:
        """List a model's pools by role, in the order of its teams."""
        found: dict[str, list[str]] = {}
        for team, spec in self.scenarios[place].teams.items():
            for name, post in spec.posts.items():
                role = post.role or name
                pool = f"{team}.{role}"
                if pool not in found.setdefault(role, []):
                    found[role].append(pool)
        return found

    def roles(self) -> list[str]:
        """List the roles of all models."""
        return list(dict.fromkeys(r for place in range(len(self.runs)) for r in self.pools(place)))


def _roles(look: _Look) -> Iterator[Row]:
    """Hours a year of each role, worked and reserved, and the share of its hours that is."""
    for role in look.roles():

        def hours(place: int, r: Replication, role: str = role) -> float | None:
            pools = look.pools(place).get(role)
            if pools is None:
                return None
            worked = look.total(r, "hours_worked", pools) + look.total(r, "hours_reserved", pools)
            return worked * look.a_year

        def load(place: int, r: Replication, role: str = role) -> float | None:
            pools = look.pools(place).get(role, [])
            there = look.total(r, "hours_available", pools)
            spent = look.total(r, "hours_worked", pools) + look.total(r, "hours_reserved", pools)
            return spent / there if there > 0.0 else None

        yield from look.row("hours", "hours", role, "hours a year", look.each(hours))
        yield from look.row("load", "load", role, "share", look.each(load))


def _costs(look: _Look) -> Iterator[Row]:
    """What the posts cost a year, and what that is for each child open."""
    cost = look.of(Headline("cost", EVERYWHERE), look.a_year)
    children = look.of(Headline("children", SERVICE))
    yield from look.row("cost", "cost", SERVICE, "pounds a year", cost)
    each = [
        [c / n if c is not None and n else None for c, n in zip(cs, ns, strict=True)]
        for cs, ns in zip(cost, children, strict=True)
    ]
    yield from look.row("cost", "cost_of_all", SERVICE, "pounds a child-year", each)


def _stages(look: _Look) -> Iterator[Row]:
    """Children, reviews, hours and pounds a child-year, in each stage."""
    names = [ASSESSMENT, *(name for scenario in look.scenarios for name in scenario.stages)]
    for stage in dict.fromkeys([*names, PARTNERS]):
        for measure in ("children", "held_a_year:cin_review"):
            headline = Headline(measure, stage)
            yield from look.row("stages", measure, stage, headline.unit, look.of(headline))
        by_role = {role: look.of(Headline(f"hours_a_child:{role}", stage)) for role in look.roles()}
        total = [
            [_sum(by_role[role][place][number] for role in by_role) for number in range(len(run))]
            for place, run in enumerate(look.runs)
        ]
        unit = MEANINGS["hours_a_child"][0]
        yield from look.row("stages", "hours_a_child", stage, unit, total)
        for role, values in by_role.items():
            if any(v for its in values for v in its):
                yield from look.row("stages", f"hours_a_child:{role}", stage, unit, values)
        headline = Headline("cost_a_child", stage)
        yield from look.row("stages", "cost_a_child", stage, headline.unit, look.of(headline))


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _group(look: _Look, group: Sequence[Future]) -> Iterator[Row]:
    """What the same children take and cost in each model."""
    topic, unit = "same_children", "hours a child-year"

    def of(value: Callable[[int, Replication, Future], float | None]) -> Values:
        return [
            [value(place, r, f) for r, f in zip(run, group, strict=True)]
            for place, run in enumerate(look.runs)
        ]

    def hours(place: int, future: Future, pools: Iterable[str]) -> float | None:
        share = future.shares[place]
        if share.years <= 0.0:
            return None
        return sum(share.hours.get(pool, 0.0) for pool in pools) / share.years

    def cost(place: int, r: Replication, future: Future) -> float | None:
        share = future.shares[place]
        if share.years <= 0.0:
            return None
        pounds = sum(h * _pounds_an_hour(r, pool) for pool, h in share.hours.items() if h)
        return pounds / share.years

    yield from look.row(topic, "children", SERVICE, "children", of(lambda p, r, f: f.children))
    yield from look.row(
        topic, "hours", SERVICE, unit, of(lambda p, r, f: hours(p, f, f.shares[p].hours))
    )
    for role in look.roles():
        values = of(
            lambda p, r, f, role=role: (
                hours(p, f, look.pools(p)[role])  # type: ignore[misc]
                if role in look.pools(p)
                else None
            )
        )
        if any(v for its in values for v in its):
            yield from look.row(topic, "hours", role, unit, values)
    yield from look.row(topic, "cost", SERVICE, "pounds a child-year", of(cost))


def _pounds_an_hour(r: Replication, pool: str) -> float:
    """Return what an hour of casework costs over the whole run, idle hours not charged."""
    months = len(r.series[0].over)
    hours = Headline("hours_available", pool).over(r, 0, months)
    cost = Headline("cost", pool).over(r, 0, months)
    return (cost or 0.0) / hours if hours else 0.0


def _workers(look: _Look) -> Iterator[Row]:
    """How many children a full-time worker holds, and could hold with FULL of the hours."""
    for pool in dict.fromkeys(
        f"{stage.team}.{role}"
        for scenario in look.scenarios
        for stage in scenario.stages.values()
        for role in (stage.holder, stage.assigned)
        if role is not None
    ):
        held, load = look.of(Headline("caseload", pool)), look.of(Headline("load", pool))
        could = [
            [h * FULL / x if h and x else None for h, x in zip(hs, xs, strict=True)]
            for hs, xs in zip(held, load, strict=True)
        ]
        yield from look.row("worker", "load", pool, "share", load)
        yield from look.row("worker", "caseload", pool, "children", held)
        yield from look.row("worker", "could_hold", pool, "children", could)
