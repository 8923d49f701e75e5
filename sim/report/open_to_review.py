"""What ``caseload open-to-review`` prints: who qualifies, what it frees, posts, who comes back."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.experiment.compare import Difference
from sim.experiment.intervals import Known, known_average
from sim.experiment.summary import ALL, Estimate, flows, hours_by_task, summary, years_in
from sim.report import wording as words
from sim.report.comparison import write_comparison
from sim.report.files import plain, write_csv
from sim.sizing.open_to_review import STAGE, Moved

WIDTH, LABEL = 100, 46
FULL = 0.9  # share of their hours that people are reckoned to be busy
LEAST = 0.05  # hours a child-year, below which a kind of work is not told by itself
COMING_AND_GOING = ("introduction", "hand_over", "family_discussion", "take_up")
LEAST_FREED = 20.0  # hours a year, below which a role is not told
Row = tuple[str, str]


def open_to_review_text(found: Moved) -> str:
    """Write all of it."""
    lines = [
        *_heading(found),
        *_part("Who qualifies, children", _who(found)),
        *_wrapped(
            "Under each model's own rules for its lightest stage, by what the service knows, "
            "wherever they are held; the same children in all. On the first day nobody has a past "
            "of crises or changes, so that the first number is rather high."
        ),
        *_part("Hours a year, change with the stage", _freed(found)),
        *_wrapped("Worked hours; in brackets: not shown, the 95% interval holds zero."),
        *_part("What a child takes there, hours a child-year", _work(found)),
        *_part("Posts", _posts(found)),
        *_wrapped(
            f"By hours: what is worked and reserved, at {FULL:.0%} of the hours of casework there "
            "are after leave, sickness and vacancies. The document counts children, not hours."
        ),
        *_part("Who comes back", _back(found)),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _heading(found: Moved) -> Iterator[str]:
    without, with_it = found.compared.arms
    number = len(found.compared.comparisons[0].numbers)
    futures = f"{number} possible future{'s' * (number != 1)}"
    yield from _wrapped(
        f"{with_it.name} beside {without.name}, {with_it.loaded.scenario.horizon}, {futures}. "
        f"Simulated with {found.tried:g} {_role(found)} ({found.stated:g} are stated), so that "
        "hours are not cut short. '±' is half the 95% interval of the average."
    )


def _role(found: Moved) -> str:
    said = words.people(found.pool)
    return f"{said[:1].lower()}{said[1:]}"


def _wrapped(said: str) -> list[str]:
    return textwrap.wrap(said, WIDTH)


def _part(title: str, rows: Sequence[Row]) -> Iterator[str]:
    yield from ("", title.upper(), "-" * WIDTH)
    for label, value in rows:
        yield f" {label:<{LABEL}} {value}"
    yield ""


def _who(found: Moved) -> list[Row]:
    rows = []
    for each in found.qualify:
        first, later = known_average(each.first), known_average(each.later)
        said = f"{_known(first)} at first, {_known(later)} after a year"
        rows.append((f"{each.model}: {words.stage(each.stage)}", said))
    own = [e for e in _with(found) if e.measure == f"eligible:{STAGE}"]
    rows += [(f"  of those in {words.stage(e.where)}, not moved yet", _said(e)) for e in own]
    rows.append((f"  in {words.stage(STAGE)}", _said(_one(found, "children", STAGE))))
    return rows


def _known(known: Known) -> str:
    if known.value is None:
        return "–"
    if known.lower is None or known.upper is None:
        return words.number(known.value)
    return (
        f"{words.number(known.value)} ({words.number(known.lower)} to {words.number(known.upper)})"
    )


def _with(found: Moved) -> list[Estimate]:
    """Give all measures of the service with the stage, over the whole run."""
    return [e for e in summary(found.compared.results[1]) if e.period == ALL]


def _one(found: Moved, measure: str, where: str) -> Estimate:
    return next(e for e in _with(found) if (e.measure, e.where) == (measure, where))


def _said(e: Estimate, factor: float = 1.0) -> str:
    is_share = e.unit == "share"
    off = words.give_or_take(e, factor, is_share)
    return f"{words.mean(e, factor, is_share)} {off}".strip()


def _a_year(found: Moved) -> float:
    """Give by what a sum over the run is multiplied to be of a year."""
    return 1.0 / years_in(0, len(found.compared.results[1].months))


def _freed(found: Moved) -> list[Row]:
    """Tell what each role works less or more with the stage, the most freed first."""
    own = {
        d.first.where: d
        for d in found.compared.comparisons[0].differences
        if d.first.measure == "hours_worked" and d.first.period == ALL
    }
    factor = _a_year(found)
    shown = [d for d in own.values() if abs(d.change.mean or 0.0) * factor >= LEAST_FREED]
    rows = [
        (words.place(d.first.where), _change(d, factor))
        for d in sorted(shown, key=lambda d: d.change.mean or 0.0)
    ]
    worked = _said(_one(found, "hours_worked", found.pool), factor)
    rows.append((words.place(found.pool), f"{worked} in all"))
    return rows


def _change(difference: Difference, factor: float) -> str:
    change = difference.change
    assert change.mean is not None
    half = None if change.half_width is None else change.half_width * factor
    places = words.decimals(half, change.mean * factor)
    mean = words.signed(change.mean * factor, places)
    said = f"{mean} {words.give_or_take(change, factor)}".strip()
    return said if difference.shown else f"({said})"


def child_years(found: Moved) -> float:
    """Give how many children are in the stage on average."""
    return _one(found, "children", STAGE).mean or 0.0


def _work(found: Moved) -> list[Row]:
    children = child_years(found)
    rows, others = [], 0.0
    tasks = [t for t in hours_by_task(found.compared.results[1]) if t.period == ALL]
    own = sorted((t for t in tasks if t.pool == found.pool), key=lambda t: -(t.hours.mean or 0.0))
    for task in own:
        hours, number = (task.hours.mean or 0.0) / children, (task.number.mean or 0.0) / children
        if hours < LEAST:
            others += hours
            continue
        rows.append((words.words(task.kind), f"{hours:.2f} ({number:.2f} tasks)"))
    rows.append(("all other kinds", f"{others:.2f}"))
    worked = (_one(found, "hours_worked", found.pool).mean or 0.0) * _a_year(found)
    rows.append(("All work", f"{worked / children:.1f}"))
    return rows


def posts_by_hours(found: Moved) -> Known:
    """Give how many full-time equivalents the hours need, over the whole run."""
    load = _one(found, "load", found.pool)
    posts = found.tried / FULL
    ends = (load.mean, load.lower, load.upper)
    value, lower, upper = (None if end is None else end * posts for end in ends)
    return Known(value, lower, upper, load.replications)


def _posts(found: Moved) -> list[Row]:
    children = child_years(found)
    rows = []
    if found.slots is not None:
        by_slots = f"{children / found.slots:.1f}"
        rows.append((f"By slots, {found.slots} children to one (the document)", by_slots))
    needed = posts_by_hours(found)
    if needed.value is not None:
        said = f"{needed.value:.1f}"
        if needed.lower is not None and needed.upper is not None:
            said += f" ({needed.lower:.1f} to {needed.upper:.1f})"
        rows.append((f"By hours, {FULL:.0%} of them", said))
        rows.append(("Children to one, by hours", f"{children / needed.value:.0f}"))
    return rows


def _back(found: Moved) -> list[Row]:
    rows = [
        ("Moves out of the stage, a year", _said(_one(found, "transfers", STAGE), _a_year(found)))
    ]
    for flow in flows(found.compared.results[1], by_reason=False):
        own = flow.origin == STAGE and flow.number.period == ALL
        if own and (flow.number.mean or 0.0) >= 1.0:
            rows.append((f"  to {words.stage(flow.to)}", _said(flow.number)))
    rows += [
        (f"Undone within {name} months", _said(_one(found, f"bounce_{n}", STAGE)))
        for n, name in ((6, "six"), (12, "twelve"))
    ]
    hours = sum(
        task.hours.mean or 0.0
        for task in hours_by_task(found.compared.results[1])
        if task.period == ALL and task.kind in COMING_AND_GOING and task.pool == found.pool
    )
    rows.append(("Hours a year there of coming and going", words.number(hours, -1)))
    return rows


def write_open_to_review(found: Moved, folder: Path) -> list[str]:
    """Write who qualifies and all measures with their changes, and name the files."""
    rows = [
        (each.model, each.stage, at, number + 1, plain(value))
        for each in found.qualify
        for at, values in (("first month", each.first), ("twelfth month", each.later))
        for number, value in enumerate(values)
    ]
    write_csv(folder / "qualify.csv", ("model", "stage", "at", "future", "children"), rows)
    write_comparison(found.compared, folder)
    return ["qualify.csv", "comparison.csv"]
