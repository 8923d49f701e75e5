"""What happens in children's lives besides changes of need, and what the service does about it.

Crises, changes of package, unstable health and requests of providers belong to the child; how
they are found, assessed and decided on belongs to the service.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.scenario.model import Model, Priority
from sim.scenario.values import (
    Count,
    Draw,
    Hours,
    Interval,
    Mix,
    Number,
    Positive,
    Rate,
    Share,
    wrong,
)


class Finding(Model):
    """How the service learns of what has happened."""

    late_finding: Literal["on", "off"] = Field(
        "on", description="off: everything is found when it happens"
    )
    reported: Share = Field(description="share that somebody reports")
    report_within: Interval = Field(description="longest time until it is reported")
    calls: Share = Field(description="chance that a call with the family brings it to light")
    call_hours: Hours = Field(description="hours of one call: how many calls the contacts are")
    worsens: Rate = Field(description="what stays hidden turns into a crisis, a year")
    worse: Positive = Field(description="such a crisis, against others: work and length")


class Times(Model):
    """How many times as often crises come to some children as to others."""

    under_5: Positive = Field(description="age under 5")
    from_11_to_16: Positive = Field(description="age from 11 to 16")
    sibling_in_need: Positive = Field(description="a sibling who is in need")
    lost_overnight_provider: Positive = Field(description="after the loss of overnight breaks")


class CrisisWork(Model):
    """What a crisis asks of a stage's worker."""

    hours: Draw = Field(description="hours")
    role: Literal["holder", "assigned"] = Field("holder", description="who does it")


class Crises(Model):
    """Crises: time-limited ones are met where the child is, longer ones move the child."""

    rate: dict[str, Rate] = Field(
        description="a year, by need: for a child to whom none of the factors applies"
    )
    frailty_cv: Number = Field(description="spread of the rate between children: cv, gamma")
    times: Times
    by_month: list[float] = Field(description="relative rate in each calendar month")
    loss_lasts: Interval = Field(description="how long the loss of overnight breaks is felt")
    hours: Draw = Field(description="hours of the holder")
    in_stage: dict[str, CrisisWork] = Field(
        default_factory=dict, description="stages where it is other work"
    )
    within: Interval = Field(description="time from finding to the due time")
    priority: Priority
    lasts: Draw = Field(description="working days from finding it until it is over")
    time_limited_up_to: Interval = Field(
        description="a crisis not over by then is not time-limited"
    )
    longer_held_in: str = Field(description="stage that holds a child in a longer crisis")

    @model_validator(mode="after")
    def _twelve_months(self) -> Crises:
        if len(self.by_month) != 12 or any(x < 0 for x in self.by_month) or not sum(self.by_month):
            text = "needs twelve numbers, January first, none negative, not all zero"
            raise wrong(text, at=("by_month",))
        return self


class Meeting(Model):
    """The Resource Panel's meetings."""

    every: Interval = Field(description="time between meetings")
    places: Count = Field(description="requests taken at one meeting")
    role: str = Field(description="role of the managers who sit on it")
    managers: dict[str, Hours] = Field(
        description="hours a meeting of each team's managers; the first named team chairs"
    )
    within: Interval = Field(description="time allowed to hold it once it is called")
    priority: Priority
    agrees: Share = Field(description="share of requests agreed")


class PanelRequest(Model):
    """A request to the Resource Panel: written, decided, put in place."""

    hours: Draw = Field(description="hours to write it")
    follow_up: Hours = Field(description="hours to tell the family and put it in place")
    within: Interval = Field(description="time from the call for it to the due time")
    priority: Priority


class Packages(Model):
    """Changes of package, small and significant, and requests for overnight breaks."""

    rate: dict[str, Rate] = Field(description="needs for another package a year, by need")
    hours: Draw = Field(description="hours a week by which the package should change")
    significant_from: Number = Field(description="hours a week from which a change is significant")
    overnight: dict[str, Rate] = Field(description="requests for overnight breaks a year, by need")
    routes: Mix = Field(description="route of the overnight breaks asked for")
    request: PanelRequest
    first: Share | None = Field(
        None, description="share of new plans with a first package to ask for (W105)"
    )
    panel: Meeting


class Health(Model):
    """Health that becomes unstable, and stable again."""

    becomes_unstable: Rate = Field(description="a year, for a child in need with stable health")
    becomes_stable: Rate = Field(description="a year, for a child in need with unstable health")


class ProviderReview(Model):
    """A review that a provider has asked for."""

    hours: Draw = Field(description="hours")
    within: Interval = Field(description="time from the request to the due time")
    priority: Priority
    finds: Share = Field(description="chance of noticing what is hidden")


class Providers(Model):
    """What providers ask for; they always tell the service, at once."""

    gives_notice: dict[str, Rate] = Field(description="a year, by need")
    asks_for_review: dict[str, Rate] = Field(description="a year, by need")
    review: ProviderReview


class HolderDoes(Model):
    """A stage whose holder does updating assessments."""

    most_open: Count | None = Field(
        None, description="updating assessments a holder has in hand before others are passed on"
    )


class Updating(Model):
    """The updating assessment: by the holder, or by a social worker of another team."""

    within: Interval = Field(description="time from the request to completion")
    hours: Draw = Field(description="hours")
    hours_in: dict[str, Draw] = Field(
        default_factory=dict, description="hours in stages where it takes another time"
    )
    team: str = Field(description="team whose social workers assess for other hubs")
    role: str = Field(description="their role")
    holder_does: dict[str, HolderDoes] = Field(description="stages whose holder assesses")
    session_hours: Hours = Field(description="hours of one session")
    gap: Draw = Field(description="working days between sessions")
    sharing_hours: Hours = Field(description="last session, sharing it with the family")
    sign_off_hours: Draw = Field(description="hours of the manager's sign-off")
    finds: Share = Field(description="chance that what is true is seen")
    managers_talk: Hours = Field(description="hours of each team's manager when need has risen")
    priority: Priority


class NeedEvents(Model):
    """What happens to children, how it is found and what follows."""

    finding: Finding
    updating: Updating
    crises: Crises | None = None
    packages: Packages | None = None
    health: Health | None = None
    providers: Providers | None = None
