"""The files of a comparison of delivery models: everything in the table, tidy, and the chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib

from sim.experiment.staffing import posts_of
from sim.measure.measured import MEANINGS
from sim.report.better import verdict
from sim.report.comparison import write_comparison
from sim.report.drawing import STYLE, save
from sim.report.files import plain, write_csv
from sim.report.models_chart import models_chart

if TYPE_CHECKING:
    from sim.experiment.model_rows import Row
    from sim.experiment.models import ComparedModels

HEAD = (
    *("model", "topic", "measure", "where", "period", "unit", "mean", "lower", "upper"),
    *("p5", "p95", "futures", "change", "change_lower", "change_upper", "verdict"),
)


def write_models(found: ComparedModels, folder: Path) -> Sequence[str]:
    """Write the tables and the chart, and name the files."""
    write_csv(folder / "models.csv", HEAD, _rows(found))
    write_csv(
        folder / "posts.csv",
        ("model", "team", "role", "fte", "pounds_a_year", "scaled_by"),
        _posts(found),
    )
    write_csv(folder / "not_the_same_children.csv", ("model", "reason", "children"), _others(found))
    write_csv(
        folder / "settling.csv",
        ("model", "measure", "where", "year", "change", "differs_from_last"),
        _settling(found),
    )
    write_comparison(found.compared, folder)
    names = ["models.csv", "posts.csv", "not_the_same_children.csv", "settling.csv"]
    if not found.rows:
        return [*names, "comparison.csv"]
    with matplotlib.rc_context(STYLE):
        chart = models_chart(found)
    save(chart, folder)
    write_csv(folder / f"{chart.name}-chart.csv", chart.head, chart.rows)
    (folder / f"{chart.name}.txt").write_text(f"{chart.sentence}.\n", encoding="utf-8")
    files = [f"{chart.name}{end}" for end in (".png", ".svg", ".txt", "-chart.csv")]
    return [*names, "comparison.csv", *files]


def _rows(found: ComparedModels) -> Iterator[tuple[object, ...]]:
    for row in found.rows:
        for place, arm in enumerate(found.arms):
            if row.each[place] is not None:
                yield arm.name, row.topic, *_one(row, place)


def _one(row: Row, place: int) -> tuple[object, ...]:
    e, difference = row.each[place], row.differences[place]
    assert e is not None
    change = difference.change if difference is not None else None
    numbers = (e.mean, e.lower, e.upper, e.p5, e.p95)
    changes = (change.mean, change.lower, change.upper) if change is not None else (None,) * 3
    said = "" if difference is None else _verdict(row, place)
    return (
        *(row.measure, row.where, e.period, row.unit),
        *map(plain, numbers),
        e.replications,
        *map(plain, changes),
        said,
    )


def _verdict(row: Row, place: int) -> str:
    difference = row.differences[place]
    assert difference is not None
    if row.measure.partition(":")[0] in MEANINGS or difference.same or not difference.shown:
        return verdict(difference)
    return "more" if (difference.change.mean or 0.0) > 0.0 else "less"


def _posts(found: ComparedModels) -> Iterator[tuple[str, ...]]:
    for arm, factor in zip(found.arms, found.factors, strict=True):
        for posts in posts_of(arm.loaded.scenario):
            scaled = factor if posts.scaled else 1.0
            yield (
                *(arm.name, posts.team, posts.role),
                *map(plain, (posts.fte, posts.cost, scaled)),
            )


def _others(found: ComparedModels) -> Iterator[tuple[str, ...]]:
    keys = sorted({key for future in found.group for key in future.others})
    for place, reason in keys:
        total = sum(future.others.get((place, reason), 0.0) for future in found.group)
        yield found.arms[place].name, reason, plain(total / len(found.group))


def _settling(found: ComparedModels) -> Iterator[tuple[str, ...]]:
    for each in found.settled:
        for year, change in enumerate(each.by_year):
            last = year == len(each.differs)
            differs = "" if last else str(each.differs[year]).lower()
            headline = each.headline
            yield (
                *(found.arms[each.model].name, headline.measure, headline.where, str(year + 1)),
                plain(change),
                differs,
            )
