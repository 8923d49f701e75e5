"""The caseload on the first morning: how many are open, and who they are, whoever serves them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.model import Model
from sim.scenario.sections.caseload import Case
from sim.scenario.values import Count, Interval, IntervalMix, Mix, Share, Unit


class LessOften(Model):
    """A longer interval that management may agree to (W31, W43)."""

    every: Interval = Field(description="the longer interval")
    share: Share = Field(description="share of children for whom it is agreed")


class Look(Model):
    """Something at which a group of children was last seen or talked about."""

    every: IntervalMix = Field(description="the interval at which it was held until day one")
    less_often: LessOften | None = None
    promise: str = Field(description="the promise it kept")


class Group(Model):
    """Children open on day one who are alike, and the same in every delivery model.

    Lives go to the last of the groups that take their need and overnight breaks. With the looks,
    it is fixed what was true of each on day one, unknown to the service or not.
    """

    needs: list[str] = Field(description="needs, as they were at the last look")
    overnight: list[str] | None = Field(
        None, description="routes of overnight breaks; any, if not given"
    )
    protected: bool = Field(
        False,
        description="children away from home all the time belong here whatever their need, and "
        "some of the group are on a protection plan or looked after (safeguarding.day_one)",
    )
    beginning: bool = Field(
        False, description="some children of other groups are met here, in their first plan's weeks"
    )
    siblings: bool = Field(False, description="brothers and sisters may be open beside them")
    looks: dict[str, Look] = Field(description="looks until day one, by kind of task")


class DayOne(Model):
    """The caseload on the first morning."""

    placed: Literal["as_drawn", "by_need"] = Field(
        "as_drawn",
        description="as_drawn: children are drawn for each stage; by_need: those of the groups are "
        "placed by need, family and care, as a review would place them",
    )
    children: dict[str, Count] = Field(
        default_factory=dict, description="open children in each stage, or of each group"
    )
    groups: dict[str, Group] = Field(
        default_factory=dict, description="who they are, where they are placed by need"
    )
    caseload: Annotated[
        tuple[Case, ...], Unit("CSV file", "the name of a CSV file, one child a line")
    ] = Field((), description="your own open children, instead of counts")
    known_before: dict[str, Count] = Field(
        default_factory=dict, description="children not open but known lately, by true need"
    )
    closed_as: dict[str, Mix] = Field(
        default_factory=dict, description="for what reason those were closed, by true need"
    )
    siblings: Share = Field(description="share of children in social-work hubs who are siblings")
    moving_on: Share = Field(
        description="share of the planning hub's children whose first review will move them on"
    )
    overdue: dict[str, Share] = Field(
        default_factory=dict, description="share of each promise already past due"
    )
    overdue_by: Share = Field(description="how far past due at most, share of the interval")
