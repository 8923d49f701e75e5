"""Sizing's sentences on what one post is worth in another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.report import wording as words
from sim.report.sizing_words import goal_in_words
from sim.sizing.exchanging import Exchange


def exchange_in_words(exchanges: Sequence[Exchange]) -> Iterator[str]:
    """Say at what rate posts stand in for each other near the answer, target by target."""
    for each in exchanges:
        if each.rate is None or each.lower is None or each.upper is None:
            continue
        name = goal_in_words(each.goal).rpartition(": ")[0]
        more, saved = _one(each.more), _one(each.saves)
        span = f"(95% interval {_number(each.lower)} to {_number(each.upper)})"
        if each.lower <= 0.0 <= each.upper:
            yield (
                f"{name}: one more {more} is not shown to save any {saved} near the answer: "
                f"{_number(each.rate)} {span}, on {each.futures} futures."
            )
            continue
        yield (
            f"{name}: near the answer one more {more} saves {_number(each.rate)} of a {saved} "
            f"{span}, on {each.futures} futures."
        )
    unknown = {_one(each.saves) for each in exchanges} - {
        _one(each.saves) for each in exchanges if each.rate is not None
    }
    for saved in sorted(unknown):
        yield (
            f"What is saved of a {saved} cannot be told: one fewer is not shown to matter to any "
            "target near the answer."
        )


def _one(pool: str) -> str:
    """Name one person of a role: ``social worker in Open to Review``."""
    team, _, role = pool.partition(".")
    said = words.words(role)
    return f"{said[:1].lower()}{said[1:]} in {words.stage(team)}"


def _number(value: float) -> str:
    return words.number(value, 1).replace("-", "−")
