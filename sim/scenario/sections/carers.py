"""Carers' assessments and what follows from them; young carers among brothers and sisters."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.model import Model, Priority
from sim.scenario.values import Count, Draw, Interval, IntervalMix, Mix, Rate, Share


class CarersReview(Model):
    """Carer support reviewed as agreed, with the child's review where that is near (W98)."""

    every: IntervalMix = Field(description="interval agreed with the carer; a mix is drawn")
    hours: Draw = Field(description="hours of a review on its own")
    hours_with_review: Draw = Field(description="hours it adds to the child's review")
    reach: Interval = Field(description="how long before its due time it may be held with a review")
    ends: Rate = Field(description="a year, how often support comes to be no longer needed")
    priority: Priority


class YoungCarers(Model):
    """Brothers and sisters notified to the young carers' project (W121)."""

    share: Share = Field(description="share of siblings with a plan who are young carers")
    from_age: Count = Field(description="youngest age of a young carer")
    hours: Draw = Field(description="hours of the sibling's holder")
    within: Interval = Field(description="time from the sibling's plan to the due time")
    priority: Priority


class Carers(Model):
    """Carers' assessments: offered, taken up, done, and reviewed (W94 to W98)."""

    at_assessment: Share = Field(description="carers who take it up at a single assessment")
    wanted: Rate = Field(
        description="a year, how often a carer without support comes to want it; it is taken up "
        "at the next review, where it is offered"
    )
    with_assessment: Share = Field(
        description="of those who take it up at a single assessment, done together with it"
    )
    hours_with_assessment: Draw = Field(description="hours it adds to the single assessment")
    hours: Draw = Field(description="hours of the holder when done on its own")
    within: Interval = Field(description="time from taking it up to the due time")
    priority: Priority
    outcomes: Mix = Field(description="what a carer's assessment leads to")
    reviewed: list[str] = Field(description="outcomes whose support is reviewed")
    packages: list[str] = Field(
        default_factory=list, description="outcomes for which a package is requested"
    )
    review: CarersReview
    young: YoungCarers
    supported: Share = Field(description="day-one children whose carer's support is reviewed")
