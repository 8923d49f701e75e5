"""How a review names what is counted, what could have been different, and how much of it."""

from __future__ import annotations

from sim.report import wording
from sim.review.causes import ALL_TASKS, RECORDING, TIMES, Cause
from sim.review.counted import MEASURES, Counted
from sim.review.explanation import Fitted
from sim.review.recalibrated import Recalibrated

PROMISES = {"cin_review": "Reviews", "child_seen": "Visits"}
TITLES = {
    "open_children": "Children open",
    "contacts": "Contacts",
    "returns": "Contacts about children known before",
    "referrals": "Referrals",
    "closures": "Cases closed",
    "step_ups": "Moves to a more intensive hub",
    "step_downs": "Moves to a less intensive hub",
    "assessments": "Single assessments finished",
    "assessed_in_45_dfe": "Single assessments within 45 days",
    "on_time": "{} on time, of those due",
    "in_date": "{} in date, of children promised them",
    "held": "{} held",
    "caseload": "Children for each full-time worker",
    "staff_in_post": "Staff in post",
    "days_at_work": "Days at work",
    "hours_each": "Hours for each {}",
}
OPEN = "open_children"
INPUTS = {
    "demand": "First contacts a year",
    "accepted": "Contacts accepted for assessment",
    "moves:up": "Steps up, times as stated",
    "moves:down": "Steps down, times as stated",
    "moves:closing": "Cases closed, times as stated",
}
CAUSES = {
    "demand": "First contacts",
    "absence": "Sickness",
    "hours:reviews": "Reviews taking longer or shorter",
    "hours:visits": "Visits taking longer or shorter",
    ALL_TASKS: "All tasks taking longer or shorter (or fewer or more hours for them)",
    "moves:up": "Needs rising, so that children step up",
    "moves:down": "Needs falling, so that children step down",
    "moves:closing": "Needs being met, so that cases close",
    "opening:caseload": "Children open on the first day",
    "opening:backlog": "Reviews and visits overdue on the first day",
    RECORDING: "Reviews and visits held but not recorded in time",
}


def counted_name(counted: Counted) -> str:
    """Name what is counted, with its place."""
    title = counted_title(counted)
    if counted.where in ("service", "single_assessment") and counted.measure.name != OPEN:
        return title
    return f"{title}, {place_name(counted)}"


def address_name(address: str) -> str:
    """Name what is counted by its address; one that is not known is left as it is."""
    name, _, where = address.partition("@")
    kind, _, about = name.partition(":")
    measure = MEASURES.get(kind)
    return address if measure is None else counted_name(Counted(measure, about, where))


def counted_title(counted: Counted) -> str:
    """Name what is counted, without its place."""
    title, about = TITLES[counted.measure.name], counted.about
    if not about:
        return title
    what = PROMISES.get(about, wording.words(about))
    return title.format(what if title.startswith("{") else what.lower())


def place_name(counted: Counted) -> str:
    """Name the place at which something is counted."""
    return wording.place(counted.where)


def figure(counted: Counted, value: float | None) -> str:
    """Write a figure in the measure's unit, as finely as it can be counted."""
    if value is None:
        return "–"
    if counted.measure.unit == "share":
        return wording.share(value)
    whole = value == round(value) or abs(value) >= 100
    return wording.number(value, 0 if whole else 1)


def cause_name(name: str) -> str:
    """Name a cause: ``staff:TEAM.ROLE`` as ``Staff: Family support worker, ...``."""
    kind, _, where = name.partition(":")
    if kind == "staff":
        return f"Staff: {wording.place(where)}"
    return CAUSES.get(name) or wording.words(name.replace(":", " "))


def amount(cause: Cause, value: float) -> str:
    """Write an amount of a cause: ``1.3 times``, ``5.1 posts``, ``12%``."""
    if cause.unit == TIMES:
        return f"{value:.2f} times"
    if cause.unit == "posts":
        return f"{value:.1f} posts"
    return wording.share(value)


def fitted_amount(each: Fitted) -> str:
    """Write how far a cause is moved, with its interval and what the scenario has."""
    ends = " to ".join(amount(each.cause, end).split()[0] for end in (each.lower, each.upper))
    said = f"{amount(each.cause, each.amount)} ({ends})"
    if each.cause.unit == TIMES:
        return f"{said} what the scenario says"
    return f"{said} instead of {_neutral(each.cause)}"


def _neutral(cause: Cause) -> str:
    return f"{cause.neutral:g}" if cause.unit == "posts" else f"{cause.neutral * 100:.3g}%"


def input_name(each: Recalibrated) -> str:
    """Name an input with its unit, where its values do not show it."""
    if each.name.startswith("hours:"):
        task, _, pool = each.name.removeprefix("hours:").partition("@")
        return f"Hours for each {wording.words(task).lower()}, {wording.stage(pool.split('.')[0])}"
    return INPUTS.get(each.name) or cause_name(each.name)


def input_value(each: Recalibrated, value: float) -> str:
    """Write a value of an input, without its unit unless it is a share."""
    if each.unit == "share":
        return f"{value:.1%}"
    if each.unit in (TIMES, "hours"):
        return f"{value:.2f}"
    return wording.number(value, 0 if value >= 10 else 1)
