"""The table that ``caseload compare --models`` prints: delivery models beside each other."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterator
from string import ascii_uppercase

from sim.experiment.model_rows import FULL, Row
from sim.experiment.models import ComparedModels
from sim.experiment.same_children import NOT_HELD
from sim.experiment.settle import FEWEST_YEARS, Settling
from sim.experiment.staffing import posts_of, yearly_cost
from sim.experiment.summary import Estimate
from sim.report import wording as words
from sim.report.model_words import THOUSAND, limit_of, name_of, unit_of, watched, why

LABEL, CELL, WIDTH = 30, 12, 100
LEAST_HOURS = 0.1  # a child-year
Rows = list[tuple[str, list[str]]]  # of a table: label, and a cell for each model
CHANGES = ("children", "promises", "continuity", "cost", "same_children")
SECTIONS = (
    ("children", "Children, and moves a year"),
    ("promises", "Promises, all hubs together"),
    ("continuity", "Continuity"),
    ("hours", "Thousand hours a year by role, worked and reserved"),
    ("load", "Share of the hours there are that is spoken for"),
    ("cost", "Cost"),
)


def table(found: ComparedModels) -> str:
    """Write the whole comparison."""
    if not found.rows:
        return "No future has been finished by all models, so there is nothing to compare.\n"
    lines = [
        *_heading(found),
        *_posts(found),
        *(line for topic, title in SECTIONS for line in _section(found, topic, title)),
        *_stages(found),
        *_same_children(found),
        *_workers(found),
        *_differences(found),
        *_settling(found),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def letters(found: ComparedModels) -> list[str]:
    """Give each model the letter it has in the table."""
    return list(ascii_uppercase[: len(found.arms)])


# --- what it is about ---------------------------------------------------------------------------


def _heading(found: ComparedModels) -> Iterator[str]:
    scenario = found.arms[0].loaded.scenario
    number = len(found.numbers)
    start = f"{scenario.start.day} {scenario.start:%B %Y}"
    futures = f"{number} possible future{'s' * (number != 1)}"
    yield f"{scenario.horizon} from {start}; {futures}, seed {found.compared.results[0].seed}"
    for letter, arm in zip(letters(found), found.arms, strict=True):
        title = arm.loaded.scenario.title
        yield f"  {letter}  {arm.name}{f': {title}' if title else ''}"
    said = [
        "The same children are open on day one, come later and live the same lives in every model.",
        f"Numbers are averages over {_over(found)}; '±' is half the 95% interval of the average.",
    ]
    if number < 2:
        said.append("One future shows no more than one anecdote: there are no intervals.")
    if found.staffing == "same-cost":
        pounds = words.number(yearly_cost(scenario), -4)
        said.append(
            f"Posts of the teams that hold children are scaled so that each model's posts cost "
            f"£{pounds} a year, as A's do: "
            + ", ".join(
                f"{letter} by {factor:.2f}"
                for letter, factor in zip(letters(found)[1:], found.factors[1:], strict=True)
            )
            + "."
        )
    elif found.staffing == "sized":
        said.append(
            "Posts of the teams that hold children are scaled so that each model keeps the same "
            "targets (above): "
            + ", ".join(
                f"{letter} by {factor:.2f}"
                for letter, factor in zip(letters(found), found.factors, strict=True)
            )
            + "."
        )
    else:
        said.append("Staffing is as stated in each scenario.")
    yield from textwrap.wrap(" ".join(said), WIDTH)


def _over(found: ComparedModels) -> str:
    if found.first:
        return f"months {found.first + 1} to {found.end}, once day one no longer shows (see below)"
    return "the whole run"


def _table(title: str, found: ComparedModels, rows: Rows, *, first: bool = True) -> Iterator[str]:
    """Write a title, the letters of the models, and rows; without cells a row is a heading."""
    if not rows:
        return
    names = letters(found)
    if not first:
        names[0] = ""
    longest = max((len(cell) for _, cells in rows for cell in cells), default=0)
    width = max(CELL, longest + 1)
    rule = "-" * max(WIDTH, LABEL + width * len(names))
    yield ""
    title = title.upper()
    if len(title) >= LABEL:
        yield title
        title = ""
    yield title.ljust(LABEL) + "".join(name.rjust(width) for name in names)
    yield rule
    for label, cells in rows:
        indent = " " * (len(label) - len(label.lstrip()) + 1)
        *above, last = textwrap.wrap(label.strip(), LABEL - 2 - len(indent)) or [""]
        if not cells:
            yield f"{indent}{label.strip()}"
            continue
        yield from (f"{indent}{part}" for part in above)
        last = f"{indent}{'  ' if above else ''}{last}"
        yield last.ljust(LABEL) + "".join(cell.rjust(width) for cell in cells)


def worth_a_row(row: Row) -> bool:
    """Leave out hours of a role that are next to nothing in every model."""
    if row.topic != "same_children" or row.measure != "hours":
        return True
    return any(e is not None and (e.mean or 0.0) >= LEAST_HOURS for e in row.each)


def cell(estimate: Estimate | None) -> str:
    """Write a mean with half its interval, no more precisely than it is known."""
    if estimate is None or estimate.mean is None:
        return "–"
    is_share, factor = estimate.unit == "share", unit_of(estimate.unit)
    mean = words.mean(estimate, factor, is_share)
    off = words.give_or_take(estimate, factor, is_share).replace(" ", "")
    return f"{mean} {off}" if off and off != "±0" else mean


def _section(found: ComparedModels, topic: str, title: str) -> Iterator[str]:
    shown = [r for r in found.rows if r.topic == topic and worth_a_row(r)]
    rows = [(name_of(r), [*map(cell, r.each)]) for r in shown]
    yield from _table(title, found, rows)


# --- posts --------------------------------------------------------------------------------------


def _posts(found: ComparedModels) -> Iterator[str]:
    by_role: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(found.arms))
    for place, arm in enumerate(found.arms):
        for posts in posts_of(arm.loaded.scenario):
            by_role[posts.role][place] += posts.fte
    rows = [(words.words(role), [*map(_fte, counts)]) for role, counts in by_role.items()]
    costs = [yearly_cost(arm.loaded.scenario) * THOUSAND for arm in found.arms]
    rows.append(("All posts, £ thousand a year", [*map(words.number, costs)]))
    yield from _table("Posts, full-time equivalents", found, rows)


def _fte(count: float) -> str:
    if count == 0.0:
        return "–"
    return f"{count:.0f}" if abs(count - round(count)) < 0.05 else f"{count:.1f}"


# --- by stage and for the same children ---------------------------------------------------------


def _stages(found: ComparedModels) -> Iterator[str]:
    rows: Rows = []
    own = [row for row in found.rows if row.topic == "stages"]
    for stage in dict.fromkeys(row.where for row in own):
        rows.append((words.stage(stage), []))
        rows += [
            (f" {name_of(row)}", [*map(cell, row.each)])
            for row in own
            if row.where == stage and not row.measure.startswith("hours_a_child:")
        ]
    yield from _table("In each stage", found, rows)


def _same_children(found: ComparedModels) -> Iterator[str]:
    yield from _section(found, "same_children", "The same children")
    stages = [arm.loaded.scenario.stages for arm in found.arms]
    lightest = ", ".join(
        f"{letter} {words.stage(list(own)[-1])}"
        for letter, own in zip(letters(found), stages, strict=True)
    )
    yield from textwrap.wrap(
        "Children whom every model holds at a month's end, and whom each model's own rules would "
        f"let be in its lightest stage ({lightest}), wherever they are as yet; what is done for "
        "them in those months.",
        WIDTH,
    )
    yield ""
    yield "Children at month ends who are not among them, each under the first reason found:"
    yield from others(found)


def others(found: ComparedModels) -> Iterator[str]:
    """List those who are not of the group: how many, which model's rule, and why."""
    counts: dict[tuple[int, str], float] = defaultdict(float)
    for future in found.group:
        for key, count in future.others.items():
            counts[key] += count / len(found.group)
    small = 0.0
    for (place, reason), count in sorted(counts.items(), key=lambda item: -item[1]):
        if count < 1.0:
            small += count
            continue
        text = f"{count:7,.0f}  {letters(found)[place]}: {why(reason)}"
        yield from textwrap.wrap(text, WIDTH, subsequent_indent=" " * 12)
    if small:
        yield f"{small:7,.0f}  for other reasons, less than one child each"
    if any(reason == NOT_HELD for _, reason in counts):
        yield from textwrap.wrap(
            "Who is not held by a hub has been closed sooner, is still being assessed, or was not "
            "taken on: models find out, and decide, at different times.",
            WIDTH,
        )


# --- what a worker can hold ---------------------------------------------------------------------


def _workers(found: ComparedModels) -> Iterator[str]:
    rows: Rows = []
    own = {(r.measure, r.where): r for r in found.rows if r.topic == "worker"}
    for pool in dict.fromkeys(where for _, where in own):
        rows.append((words.place(pool), []))
        limits = [limit_of(arm.loaded.scenario, pool) for arm in found.arms]
        rows.append((" limit in the scenario", [limit or "–" for limit in limits]))
        shown = [own[m, pool] for m in ("caseload", "load", "could_hold") if (m, pool) in own]
        rows += [(f" {name_of(row)}", [*map(cell, row.each)]) for row in shown]
    yield from _table("What one full-time worker holds", found, rows)
    yield from textwrap.wrap(
        f"'With {FULL:.0%} of the hours' is children held over the share of hours spoken for, "
        f"times {FULL:.0%}: all that the role does, duty and assessments too, goes with the "
        "children. Where work is left undone for want of hours it is too high.",
        WIDTH,
    )


# --- differences --------------------------------------------------------------------------------


def _differences(found: ComparedModels) -> Iterator[str]:
    rows: Rows = []
    for row in found.rows:
        changed = any(d is not None and not d.same for d in row.differences)
        if row.topic in CHANGES and changed and worth_a_row(row):
            name = name_of(row)
            if row.topic == "same_children":
                name = f"Same children: {name[:1].lower()}{name[1:]}"
            rows.append((name, [_change(row, place) for place in range(len(row.each))]))
    yield from _table("Change from A", found, rows, first=False)
    yield from textwrap.wrap(
        "Averages of the difference in each future; of shares, in hundredths. In brackets: not "
        "shown, the 95% interval holds zero, which is not the same as no difference.",
        WIDTH,
    )


def _change(row: Row, place: int) -> str:
    if place == 0:
        return ""
    difference = row.differences[place]
    if difference is None or difference.change.mean is None:
        return "–"
    if difference.same:
        return "0"
    share = row.unit == "share"
    factor = 100.0 if share else unit_of(row.unit)
    change = difference.change
    mean, half = difference.change.mean * factor, change.half_width
    places = words.decimals(None if half is None else half * factor, mean)
    text = words.signed(mean, places) + ("%" if share else "")
    off = words.give_or_take(change, factor, is_share=False).replace(" ", "")
    text = f"{text} {off}" if off else text
    return text if difference.shown else f"({text})"


# --- how long day one lasts ---------------------------------------------------------------------


def _settling(found: ComparedModels) -> Iterator[str]:
    yield ""
    if not found.settled:
        yield from textwrap.wrap(
            f"How long day one shows in the differences cannot be told from less than "
            f"{FEWEST_YEARS} years.",
            WIDTH,
        )
        return
    yield "HOW LONG DAY ONE SHOWS: CHANGE FROM A, YEAR BY YEAR"
    yield "-" * WIDTH
    by_headline: dict[str, list[Settling]] = defaultdict(list)
    for each in found.settled:
        by_headline[watched(each.headline)].append(each)
    for name, its in by_headline.items():
        yield f" {name}"
        for each in its:
            years = "".join(
                _year(each, year, value).rjust(CELL) for year, value in enumerate(each.by_year)
            )
            yield f"   {letters(found)[each.model]}".ljust(LABEL) + years
    yield from textwrap.wrap(_settled(found), WIDTH)


def _year(each: Settling, year: int, value: float | None) -> str:
    if value is None:
        return "–"
    factor = 100.0 if each.headline.unit == "share" else 1.0
    places = 2 if abs(value * factor) < 1 else 1 if abs(value * factor) < 10 else 0
    mark = "*" if year < len(each.differs) and each.differs[year] else ""
    return words.signed(value * factor, places) + ("%" if factor > 1 else "") + mark


def _settled(found: ComparedModels) -> str:
    method = (
        f"Of {len(found.numbers)} futures. * shown to differ from the last year, future by future, "
        "at a confidence such that all of these together hold at 95%. "
    )
    if found.years_left_out is None:
        return method + (
            "The differences still change in the second half of the run: the numbers above are of "
            "the whole run, day one included. Compare years in comparison.csv, or run longer."
        )
    if found.years_left_out == 0:
        return method + "No year is: as far as these futures show, nothing is left of day one."
    years = found.years_left_out
    which = "The first year is" if years == 1 else f"The first {years} years are"
    return method + f"{which} left out of the numbers above."
