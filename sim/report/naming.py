"""What inputs and headline measures are called in tables and charts."""

from __future__ import annotations

from sim.experiment.headlines import EVERYWHERE, Headline
from sim.experiment.summary import ALL
from sim.report import wording

# Parts of a key that only say where in the file it is.
SILENT = frozenset(
    {"stages", "tasks", "teams", "posts", "population", "need_events", "attributes", "work"}
)
MEASURES = {
    "backlog": "Tasks past due",
    "backlog_hours": "Hours past due",
    "days_past_due": "Days past due",
    "in_date": "{} in date",
    "on_time": "{} on time",
    "on_transfer_list": "Children waiting to move",
    "unallocated": "Children without a worker",
    "open_children": "Children open",
    "load": "Hours spoken for",
    "assessed_in_45_dfe": "Assessments within 45 days (DfE)",
    "icpc_in_15_dfe": "Conferences within 15 days (DfE)",
}

# In the middle of a sentence: the headline measures that `sim.experiment.headlines` watches.
MANY = {
    "backlog": "tasks past due",
    "in_date:cin_review": "reviews in date",
    "in_date:child_seen": "visits in date",
    "on_transfer_list": "children waiting to move",
    "on_time:single_assessment": "single assessments on time",
    "over_limit": "workers over their caseload limit",
    "unallocated": "children without a worker",
}


def input_name(key: str) -> str:
    """Name an input: ``stages.review_and_intervention.tasks.visit.hours`` in words."""
    first, *rest = [part for part in key.split(".") if part not in SILENT]
    return ", ".join([wording.stage(first), *map(_inside, rest)])


def _inside(part: str) -> str:
    """Name a part that is not the first: as in the middle of a sentence."""
    if part in wording.STAGES:
        return wording.stage(part)
    text = wording.words(part)
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def headline_name(headline: Headline) -> str:
    """Name a measure with its place and its year: ``Tasks past due, whole service``."""
    kind, _, what = headline.measure.partition(":")
    known = MEASURES.get(kind)
    if known is None:
        name = wording.words(headline.measure.replace(":", " "))
    else:
        name = known.format(wording.timescale(what)) if what else known
    return ", ".join([name, *_place(headline), *_year(headline)])


def headline_in_sentence(headline: Headline, between: str = " in ") -> str:
    """Name a measure as in the middle of a sentence: ``visits in date in Review & Intervention``.

    Parameters
    ----------
    between
        What stands between the measure and its place, which is left out where it is all of them.
    """
    known = MANY.get(headline.measure)
    if known is None:
        return headline_name(headline)
    own = headline.measure.partition(":")[2] == headline.where  # said already
    everywhere = headline.where in (EVERYWHERE, "service")
    return known if own or everywhere else f"{known}{between}{wording.place(headline.where)}"


def _place(headline: Headline) -> list[str]:
    if headline.where == EVERYWHERE:
        return ["all hubs together"]
    if headline.where == "service":
        return ["whole service"]
    if headline.measure.partition(":")[2] == headline.where:  # said already
        return []
    return [wording.place(headline.where)]


def _year(headline: Headline) -> list[str]:
    return [] if headline.period == ALL else [f"year {headline.period}"]
