"""What a service can count every month, and the same of a possible future.

Everything here can be taken from a case-management or staff record without knowing the model. What
is counted as one number out of another (children in date, of those promised a review) is kept as
two counts, so that months add up and inputs can be updated from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiment.precision import known_in
from sim.measure.measured import SERVICE, Series

if TYPE_CHECKING:
    from sim.experiment.replication import Replication
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

FloatArray = NDArray[np.float64]
PROMISES = ("cin_review", "child_seen")  # of the stages: reviews and visits
FRONT = ("mash", "caf_tac")  # not among the service's open children
ASSESSED = "single_assessment"


class Shape(Enum):
    """How a measure is written and how its months add up."""

    COUNT = "count"  # in the month; months are added
    STOCK = "stock"  # at the month end; the mean of months
    SHARE = "share"  # of a second count, and no more than it
    EACH = "each"  # per unit of a second number, which it may exceed


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of thing that can be counted.

    Attributes
    ----------
    name
        As the file of actuals writes it, without what it is about: ``in_date``.
    shape
        How it is written and adds up.
    unit
        Of the figure: of a share ``share``.
    value, of
        What the two numbers of a month are, in words; ``of`` is empty where there is one number.
    whole
        Whether its value is a whole number: of people and events, but not of hours or posts.
    """

    name: str
    shape: Shape
    unit: str
    value: str
    of: str = ""
    whole: bool = True


_ALL = (
    Measure("open_children", Shape.STOCK, "children", "children open at the month end"),
    Measure("contacts", Shape.COUNT, "contacts", "contacts received in the month"),
    Measure(
        "returns", Shape.COUNT, "contacts", "of the contacts, those about children known before"
    ),
    Measure("referrals", Shape.COUNT, "referrals", "contacts accepted for assessment"),
    Measure("closures", Shape.COUNT, "cases", "cases closed from the hubs in the month"),
    Measure("step_ups", Shape.COUNT, "moves", "moves to a more intensive hub"),
    Measure("step_downs", Shape.COUNT, "moves", "moves to a less intensive hub"),
    Measure("assessments", Shape.COUNT, "assessments", "single assessments finished in the month"),
    Measure(
        "assessed_in_45_dfe",
        Shape.SHARE,
        "share",
        "of these, finished within 45 working days of the referral",
        "single assessments finished in the month",
    ),
    Measure(
        "on_time",
        Shape.SHARE,
        "share",
        "held by the day they were due, whenever that is known by the end of the year",
        "due in the month",
    ),
    Measure(
        "in_date",
        Shape.SHARE,
        "share",
        "children with nothing of the kind past due at the month end",
        "children promised it at the month end",
    ),
    Measure("held", Shape.COUNT, "events", "held in the month, on time or late"),
    Measure(
        "caseload",
        Shape.EACH,
        "children",
        "children held (or worked with) by this role at the month end",
        "full-time equivalents in post",
    ),
    Measure(
        "staff_in_post",
        Shape.STOCK,
        "full-time equivalents",
        "full-time equivalents in post at the month end, agency workers included",
        whole=False,
    ),
    Measure(
        "days_at_work",
        Shape.COUNT,
        "days",
        "full-time working days in post and not away (leave, sickness, training) in the month",
        whole=False,
    ),
    Measure(
        "hours_each",
        Shape.EACH,
        "hours",
        "hours spent on those finished in the month, writing up included, if hours are recorded",
        "finished in the month by this role",
        whole=False,
    ),
)
MEASURES: Mapping[str, Measure] = {each.name: each for each in _ALL}


@dataclass(frozen=True, slots=True)
class Counted:
    """One measure at one place.

    Attributes
    ----------
    measure
        What is counted.
    about
        Which promise or task, ``cin_review``; empty where the measure is of one thing.
    where
        A stage, ``team.role`` or ``service``.
    """

    measure: Measure
    about: str
    where: str

    @property
    def name(self) -> str:
        """As the file of actuals writes it: ``in_date:cin_review``."""
        return f"{self.measure.name}:{self.about}" if self.about else self.measure.name

    @property
    def address(self) -> str:
        """``measure[:what]@where``, as everywhere."""
        return f"{self.name}@{self.where}"

    @property
    def has_of(self) -> bool:
        """Whether a month has two numbers."""
        return self.measure.shape in (Shape.SHARE, Shape.EACH)


def counted_in(loaded: Loaded[Scenario]) -> tuple[Counted, ...]:
    """List what can be counted of a scenario's service, without simulating it."""
    return tuple(_counted(loaded.scenario, known_in(loaded)[0]))


def _counted(scenario: Scenario, addresses: list[str]) -> Iterator[Counted]:
    known = [address.partition("@")[::2] for address in addresses]
    for name, where in known:
        if name == "open_children" and where not in FRONT:
            yield Counted(MEASURES[name], "", where)
    for name in ("contacts", "returns", "referrals", "closures", "step_ups", "step_downs"):
        yield Counted(MEASURES[name], "", SERVICE)
    for name in ("assessments", "assessed_in_45_dfe"):
        yield Counted(MEASURES[name], "", ASSESSED)
    for about in PROMISES:
        places = [where for name, where in known if name == f"in_date:{about}"]
        for name in ("on_time", "in_date", "held"):
            for where in places:
                yield Counted(MEASURES[name], about, where)
    pools = [where for name, where in known if name == "caseload"]
    for name in ("caseload", "staff_in_post", "days_at_work"):
        for where in pools:
            yield Counted(MEASURES[name], "", where)
    for task, where in dict.fromkeys(_tasks(scenario)):
        yield Counted(MEASURES["hours_each"], task, where)


def _tasks(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """List the reviews and visits of the stages, with the team and role whose task each is."""
    for stage in scenario.stages.values():
        for name, task in stage.tasks.items():
            if task.timescale in PROMISES:
                role = stage.assigned if task.role == "assigned" else stage.holder
                yield name, f"{stage.team}.{role}"


def counts(
    replication: Replication, counted: tuple[Counted, ...], hours_a_day: float
) -> FloatArray:
    """Count the same in a possible future.

    Parameters
    ----------
    replication
        The future.
    counted
        What to count.
    hours_a_day
        Hours of casework in a full-time day at work.

    Returns
    -------
    array, shape (counted, months, 2)
        The two numbers of each month; the second is 1 where a month has one number.
    """
    by_address = {each.address: each for each in replication.series}
    months = len(replication.series[0].over)
    found = np.ones((len(counted), months, 2))
    for place, each in enumerate(counted):
        value, of = _numbers(each, by_address, replication, hours_a_day)
        found[place, :, 0] = value if value is not None else np.nan
        if of is not None:
            found[place, :, 1] = of
    return found


def _numbers(
    each: Counted,
    series: Mapping[str, Series],
    replication: Replication,
    hours_a_day: float,
) -> tuple[FloatArray | None, FloatArray | None]:
    """Give the two numbers of every month; None where a future does not have them."""
    name = each.measure.name
    if name == "hours_each":
        done = replication.work.get((each.where, each.about))
        return (None, None) if done is None else (np.array(done[0]), np.array(done[1], float))
    source = {
        "assessments": f"assessed_in_45_dfe@{each.where}",
        "held": f"delivered:{each.about}@{each.where}",
        "staff_in_post": f"caseload@{each.where}",
        "days_at_work": f"hours_available@{each.where}",
    }.get(name, each.address)
    found = series.get(source)
    if found is None:
        return None, None
    over = np.array(found.over, float)
    under = np.array(found.under, float) if found.under is not None else None
    if name in ("assessments", "staff_in_post"):
        return under, None
    if name == "days_at_work":
        return over / hours_a_day, None
    return over, under if each.has_of else None
