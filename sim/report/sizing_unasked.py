"""What sizing says of measures that no target asks for: what gets worse, and a table of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sim.experiment.compare import Difference
from sim.experiment.headlines import Headline
from sim.report.better import NOT_SHOWN, verdict
from sim.report.comparison import numbers
from sim.report.files import plain, write_csv
from sim.report.naming import headline_in_sentence
from sim.report.sizing_words import posts_in_words
from sim.sizing.question import Answer
from sim.sizing.unasked import Unasked

FILE = "sizing-unasked.csv"
NOT_TOLD_APART = "not told apart"
WIDTHS = (42, 10, 10, 22, 16)


def what_gives_way(answer: Answer) -> Iterator[str]:
    """Say what the answer does to what was not asked for."""
    found = answer.unasked
    if found is None or (found.futures and not found.differences):
        yield (
            "Only these targets were judged. Posts may keep them by leaving other work undone, "
            "here or in another hub: before relying on this, compare it with the service as it is."
        )
    elif not found.futures:
        yield "That is what the scenario has: nothing changes that no target asks for."
    elif said := beware(answer):
        yield said
        yield "Only the targets were judged: ask for what is not to give way as a target too."
    else:
        yield (
            f"Of {len(found.differences)} headline measures that no target asks for none is shown "
            f"to get worse with {_instead(answer, found)}, on the same {found.futures} futures."
        )


def beware(answer: Answer) -> str:
    """Name what clearly gets worse, and by how much; empty if nothing is shown to."""
    found = answer.unasked
    if found is None:
        return ""
    worse = [said for d in found.differences if verdict(d) == "worse" and (said := _went(d))]
    if not worse:
        return ""
    return (
        f"Beware: with {_instead(answer, found)}, {_listed(worse)} (in brackets the 95% interval "
        f"of the difference, on the same {found.futures} futures)."
    )


def _instead(answer: Answer, found: Unasked) -> str:
    assert answer.best is not None
    posts = posts_in_words(answer.question, answer.best.levels)
    return f"{posts} instead of the {_levels(found.stated)} stated"


def _went(d: Difference) -> str:
    """Say how a measure went; empty if it went by less than the last digit shown."""
    before, after, by = _three(d)
    if before == after:
        return ""
    way = "rise" if (d.change.mean or 0.0) > 0.0 else "fall"
    return f"{headline_in_sentence(_headline(d))} {way} from {before} to {after} ({by})"


def _listed(said: Sequence[str]) -> str:
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def title(answer: Answer) -> str:
    """Head the table: ``What else changes with 4 instead of the 7 stated``."""
    assert answer.best is not None and answer.unasked is not None
    levels, stated = _levels(answer.best.levels), _levels(answer.unasked.stated)
    return f"What else changes with {levels} instead of the {stated} stated"


def heads(answer: Answer) -> tuple[str, ...]:
    """Name the columns."""
    assert answer.best is not None and answer.unasked is not None
    stated, levels = answer.unasked.stated, answer.best.levels
    now, then = f"With {_levels(stated)}", f"With {_levels(levels)}"
    return ("Measure", now, then, "Difference", "Verdict")


def rows(answer: Answer) -> list[tuple[str, ...]]:
    """Write a row for each measure; none where nothing was compared."""
    found = answer.unasked
    return [] if found is None else [_row(d) for d in found.differences]


def note(answer: Answer) -> str:
    """Say how far the table is to be relied on."""
    assert answer.unasked is not None
    return (
        f"Both lived through the same {answer.unasked.futures} futures; the difference is the 95% "
        "interval of its average. 'Not told apart' is not the same as no difference. Where in "
        "truth there is none, one row in twenty will still seem to show one."
    )


def _row(d: Difference) -> tuple[str, ...]:
    name = headline_in_sentence(_headline(d), ", ")
    return (name[:1].upper() + name[1:], *_three(d), _verdict(d))


def _three(d: Difference) -> tuple[str, str, str]:
    before, after, by = numbers(d)
    return before, after, f"{by} points" if d.change.unit == "share" and not d.same else by


def _verdict(d: Difference) -> str:
    said = verdict(d)
    return NOT_TOLD_APART if said == NOT_SHOWN else said


def _headline(d: Difference) -> Headline:
    return Headline(d.change.measure, d.change.where)


def _levels(levels: Sequence[float]) -> str:
    return " + ".join(f"{level:g}" for level in levels)


def table(answer: Answer) -> Iterator[str]:
    """Write the table as lines; none where nothing was compared."""
    written = rows(answer)
    if not written:
        return
    yield f"{title(answer)}:"
    for first, *rest in (heads(answer), *written):
        cells = (f" {cell:>{width - 1}}" for cell, width in zip(rest, WIDTHS[1:], strict=True))
        yield f"{first:<{WIDTHS[0]}}{''.join(cells)}"


def columns(answer: Answer) -> dict[str, list[Any]]:
    """Give the tidy table: a row for each measure that no target asks for.

    Returns
    -------
    dict
        ``measure``, ``where`` and ``unit``; run ``years``; its averages with the posts ``stated``
        and with the ``answer``; of the difference, future by future, the mean (``change``) and its
        95% interval ``lower`` to ``upper``; ``futures``; ``verdict``. Without rows where nothing
        was compared.
    """
    found = () if answer.unasked is None else answer.unasked.differences
    years = answer.question.years
    return {
        "measure": [d.change.measure for d in found],
        "where": [d.change.where for d in found],
        "unit": [d.change.unit for d in found],
        "years": [f"{years.first}..{years.last}" for _ in found],
        "stated": [d.first.mean for d in found],
        "answer": [d.other.mean for d in found],
        "change": [d.change.mean for d in found],
        "lower": [d.change.lower for d in found],
        "upper": [d.change.upper for d in found],
        "futures": [d.change.replications for d in found],
        "verdict": [_verdict(d) for d in found],
    }


def write_unasked(answer: Answer, folder: Path) -> list[str]:
    """Write the table and name its file; nothing where nothing was compared."""
    found = columns(answer)
    if not found["measure"]:
        return []
    lines = zip(*found.values(), strict=True)
    write_csv(folder / FILE, list(found), [list(map(_cell, line)) for line in lines])
    return [FILE]


def _cell(value: Any) -> Any:
    return plain(value) if isinstance(value, float) or value is None else value
