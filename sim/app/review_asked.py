"""What is asked of a review on the page: the template, the counts, the decisions, the order."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date

from sim.app.review_job import ReviewOrder
from sim.registers.decisions import COLUMNS
from sim.report.annual import words
from sim.review import template
from sim.review.actuals import Actuals
from sim.review.counted import counted_in
from sim.review.forecast import for_a_year, months_of_year
from sim.review.reading import actuals_of
from sim.scenario import Loaded, to_yaml
from sim.scenario.schema import Scenario

FUTURES = 60
COMING = 20
NOT_YET = "not decided yet"
DECIDE = (NOT_YET, "yes, as it is", "yes, with recalibrated inputs", "no")
FIT = "Fit to use for another year: {}"
FORMULAS = "=@"


@dataclass(frozen=True)
class Decided:
    """What was decided on the page.

    Attributes
    ----------
    fit
        One of `DECIDE`.
    accepted
        Names of recalibrated inputs.
    more
        Other decisions, one a line.
    by
        Who decided.
    on
        When.
    """

    fit: str
    accepted: tuple[str, ...]
    more: str
    by: str
    on: date


def year_of(loaded: Loaded[Scenario]) -> str:
    """Say which year is reviewed."""
    return words.year(months_of_year(loaded))


def template_of(loaded: Loaded[Scenario]) -> bytes:
    """Write the file to fill in, as ``caseload review --template`` does."""
    year = for_a_year(loaded)
    content = io.StringIO(newline="")
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(template.HEAD)
    writer.writerows(template.template(counted_in(year), months_of_year(year)))
    return content.getvalue().encode("utf-8-sig")


def read(loaded: Loaded[Scenario], name: str, content: bytes) -> Actuals:
    """Read a file of counts.

    Raises
    ------
    ScenarioError
        If it cannot be used.
    """
    year = for_a_year(loaded)
    return actuals_of(content, name, counted_in(year), months_of_year(year))


def read_in_words(found: Actuals) -> str:
    """Say what there is in a file of counts."""
    months = {row.month for row in found.rows}
    text = (
        f"{words.many(len(found.rows), 'number')} can be used: "
        f"{words.many(len(found.counted), 'measure')}, in {len(months)} of {len(found.months)} "
        "months."
    )
    if found.missing:
        number = len(found.missing)
        text += (
            f" {words.many(number, 'measure')} {'has' if number == 1 else 'have'} months missing."
        )
    return text


def decisions_file(decided: Decided) -> str:
    """Write the decisions as the command reads them; none of it can be a formula."""
    rows = [FIT.format(decided.fit)] if decided.fit != NOT_YET else []
    if decided.accepted:
        rows.append(f"Last year's counts are taken up for: {', '.join(decided.accepted)}")
    rows += [line.strip() for line in decided.more.splitlines() if line.strip()]
    if not rows:
        return ""
    content = io.StringIO(newline="")
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(COLUMNS)
    by = _plain(decided.by.strip())
    writer.writerows((decided.on.isoformat(), _plain(row), "", by, "") for row in rows)
    return content.getvalue()


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking text for a formula, as spreadsheets themselves do."""
    return f"'{text}" if text[:1] and text[0] in FORMULAS else text


def order(
    loaded: Loaded[Scenario],
    content: bytes,
    *,
    futures: int,
    with_coming: bool,
    decided: Decided | None,
    seed: int,
) -> ReviewOrder:
    """Say what is to be run."""
    return ReviewOrder(
        scenario=to_yaml(loaded),
        actuals=content,
        decisions=decisions_file(decided) if decided is not None else "",
        futures=futures,
        coming=min(COMING, futures) if with_coming else 0,
        accept=decided.accepted if decided is not None else (),
        on=(decided.on if decided is not None else date.today()).isoformat(),
        seed=seed,
    )
