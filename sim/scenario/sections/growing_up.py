"""Growing up: preparing for adulthood, and the way to adult services (W99 to W104)."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.model import Model, Priority
from sim.scenario.values import Count, Draw, Hours, Interval, IntervalMix, Share


class Preparing(Model):
    """From an age on, reviews also prepare for adulthood (W99)."""

    from_age: Count = Field(description="age from which reviews take longer")
    hours_a_year: Hours = Field(
        description="hours a year that this adds, spread over the year's reviews"
    )


class TransitionAssessment(Model):
    """The transition assessment: a review made longer, or work on its own (W101, W102)."""

    from_age: Count = Field(description="age from which a review may be the enhanced one")
    hours: Draw = Field(description="hours it adds to the review, or takes on its own")
    alone_before: Interval = Field(
        description="this long before the referral is due it is done without waiting for a review"
    )
    done_before: Interval = Field(
        description="how long before the referral is due it should then be done"
    )
    priority: Priority


class TransitionReferral(Model):
    """The referral to adult social care (W100, W103)."""

    by_age: Count = Field(description="age by which the referral is completed")
    opens_before: Interval = Field(description="how long before the birthday it may be made")
    hours: Draw = Field(description="hours of the holder")
    if_older: Interval = Field(
        description="time allowed when the case is opened after that birthday"
    )
    priority: Priority


class JointWork(Model):
    """Work with adult services from the referral's age until services end (W104)."""

    every: IntervalMix = Field(description="time between pieces of joint work")
    hours: Draw = Field(description="hours of the holder")
    priority: Priority


class CapacityAssessment(Model):
    """The assessment of mental capacity, completed when adult services are thought of (K25)."""

    by_age: Count = Field(description="age by which it is completed")
    hours: Draw = Field(description="hours of the holder")
    if_older: Interval = Field(
        description="time allowed when the transition assessment is made after that birthday"
    )
    priority: Priority


class GrowingUp(Model):
    """Preparing for adulthood, the transition assessment and referral, and joint work."""

    preparing: Preparing
    assessment: TransitionAssessment
    referral: TransitionReferral
    joint_work: JointWork
    capacity: CapacityAssessment | None = Field(
        None, description="assessment of mental capacity, once the transition assessment is made"
    )
    overdue: Share = Field(
        description="share of day-one children past the referral's age not yet referred"
    )
