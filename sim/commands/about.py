"""``caseload list``, ``check`` and ``keys``: what scenarios there are, and what is in them."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence

from sim.scenario import Key, available, keys, load
from sim.scenario.schema import Scenario
from sim.scenario.sections.caseload import Case
from sim.service.check import cautions
from sim.service.plan import compile_plans

WIDEST = 160  # columns, however wide the terminal
NARROWEST = 80


def print_scenarios() -> int:
    """List the scenarios that can be named."""
    found = available()
    name_width = max((len(name) for name, _, _ in found), default=0)
    title_width = max((len(title) for _, title, _ in found), default=0)
    room = max(_width() - name_width - title_width - 4, 20)
    for name, title, description in found:
        first = textwrap.shorten(_first_sentence(description), room, placeholder=" ...")
        print(f"{name:<{name_width}}  {title:<{title_width}}  {first}".rstrip())
    return 0


def _first_sentence(text: str) -> str:
    plain = " ".join(text.split())
    return plain.partition(". ")[0].rstrip(".")


def print_check(name: str, sets: Sequence[str]) -> int:
    """Say that a scenario can be used, and what is odd in it; raise if it cannot."""
    loaded = load(name, sets)
    compile_plans(loaded)
    for caution in cautions(loaded):
        print(f"caution: {caution}")
    print(f"{loaded.scenario.name} is fine: {_content(loaded.scenario)}.")
    return 0


def _content(scenario: Scenario) -> str:
    teams = scenario.teams.values()
    posts = sum(post.count.value for team in teams for post in team.posts.values())
    children = sum(count.value for count in scenario.day_one.children.values())
    children += len(scenario.day_one.caseload)
    promises = {
        task.timescale
        for stage in scenario.stages.values()
        for task in stage.tasks.values()
        if task.timescale
    }
    parts = [
        _count(len(scenario.stages), "stage"),
        _count(len(scenario.teams), "team"),
        _count(posts, "post"),
        f"{children} children on day one",
        _count(len(promises), "timescale"),
        f"{scenario.horizon} from {scenario.start.day} {scenario.start:%B %Y}",
    ]
    if scenario.changes:
        parts.insert(-1, _count(len(scenario.changes), "change") + " on a date")
    return ", ".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def print_keys(name: str, sets: Sequence[str], text: str) -> int:
    """List what can be set in a scenario, with unit, value, grade and source."""
    every = keys(load(name, sets).scenario)
    wanted = text.lower()
    shown = [k for k in every if wanted in f"{k.path} {k.description} {k.source or ''}".lower()]
    if not shown:
        print(f"no key has '{text}' in it, of {len(every)}; try a part of a word", file=sys.stderr)
        return 2
    _print_aligned(shown)
    return 0


def print_caseload_template() -> int:
    """Print the headings of a caseload file, one line of CSV."""
    print(",".join(Case.model_fields))
    return 0


def _print_aligned(shown: Sequence[Key]) -> None:
    head = ("KEY", "VALUE", "UNIT", "GRADE", "SOURCE")
    rows = [(k.path, _short(k.value), k.unit, k.grade or "", k.source or "") for k in shown]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(4)]
    for row in (head, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row[:4], widths, strict=True)]
        print("  ".join([*cells, row[4]]).rstrip())


def _short(value: str, most: int = 36) -> str:
    return value if len(value) <= most else value[: most - 3] + "..."


def _width() -> int:
    return min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)
