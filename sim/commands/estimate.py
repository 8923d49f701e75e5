"""``caseload estimate``: what to expect of a scenario, worked out without simulating."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Sequence
from typing import Any

from sim.commands.running import FAILED, say
from sim.experiment.by_estimate import Weights, weights
from sim.experiment.sensitivity import plan
from sim.report.naming import input_name
from sim.report.wording import people, place, stage
from sim.scenario import Loaded, load
from sim.scenario.schema import Scenario
from sim.service.check import check
from sim.theory.traffic import NoExpectationError
from sim.theory.twin import MASH, PoolEstimate, Twin

WIDTH = 100
MOST = 10  # assumptions named


def print_estimate(name: str, sets: Sequence[str]) -> int:
    """Print the twin's table: open children, entries, hours and loads, and what it is worth."""
    loaded = load(name, sets)
    check(loaded)
    twin = Twin(loaded)
    last = max(round(loaded.scenario.horizon.years() * 12), 1)
    try:
        course = twin.by_month(last)
        expected = twin.open_children
    except NoExpectationError as error:
        return say(str(error), FAILED)
    print(f"{loaded.scenario.title or loaded.scenario.name}: an estimate without simulating.")
    print("Slots and hours are taken to be unlimited; the loads say whether there are enough.\n")
    ends = f"after {loaded.scenario.horizon}"
    print(
        f"{'Children open':<34}{'day one':>10}{ends:>16}{'in the long run':>18}{'come a year':>14}"
    )
    for where in (MASH, *twin.stages):
        first, end = (f"{course[where][n]:.0f}" if where in course else "" for n in (0, -1))
        long_run, entries = expected[where], twin.entries[where]
        print(f"{stage(where):<34}{first:>10}{end:>16}{long_run:>18.0f}{entries:>14.0f}")
    print(f"\n{'Hours a year, in the long run':<58}{'needed':>9}{'there are':>11}{'load':>7}")
    for pool in twin.pools.values():
        if pool.needed + pool.reserved > 0.0:
            _print_pool(pool)
    held = [pool for pool in twin.pools.values() if pool.slots is not None and pool.held > 0.0]
    if held:
        print(f"\n{'Slots':<58}{'children':>9}{'slots':>11}{'taken':>7}")
    for pool in held:
        assert pool.slots is not None
        share = f"{pool.held / pool.slots:.0%}" if pool.slots else ""
        print(f"{place(pool.pool):<58}{pool.held:>9,.0f}{pool.slots:>11,.0f}{share:>7}")
    _print_sentences("Exact, where slots and hours are unlimited:", twin.exact)
    _print_sentences("Approximate:", twin.assumptions)
    return 0


def rank_assumptions(loaded: Loaded[Scenario], as_json: bool) -> int:
    """Print, or write as JSON, which assumptions move the hours of the fullest role most."""
    try:
        found = weights(plan(loaded))
    except NoExpectationError as error:
        return say(str(error), FAILED)
    told = ranking(found)
    if as_json:
        json.dump(told, sys.stdout)
        print()
        return 0
    print(f"{told['who']} have {told['stated']} of their hours spoken for, by the estimate.")
    print("What that would be at the ends of an assumption's range, the rest left as stated:\n")
    print(f"{'Assumption':<58}{'range':>18}{'hours':>16}")
    for row in told["rows"]:
        name = textwrap.shorten(row["what"], 56, placeholder="...")
        print(f"{name:<58}{row['range']:>18}{row['load']:>16}")
    return 0


def ranking(found: Weights) -> dict[str, Any]:
    """Write a ranking for another program: who is fullest, and a row for each assumption."""
    rows = [
        {
            "what": input_name(each.input.key),
            "stated": each.input.words,
            "range": " to ".join(map(each.input.shown, each.input.range or ())),
            "load": f"{min(each.low, each.high):.0%} to {max(each.low, each.high):.0%}",
            "source": each.input.source,
        }
        for each in found.found[:MOST]
    ]
    return {"who": people(found.pool), "stated": f"{found.stated:.0%}", "rows": rows}


def _print_pool(pool: PoolEstimate) -> None:
    asked = pool.needed + pool.reserved
    load_ = f"{pool.load:.0%}" if pool.available > 0.0 else "none"
    print(f"{place(pool.pool):<58}{asked:>9,.0f}{pool.available:>11,.0f}{load_:>7}")


def _print_sentences(title: str, sentences: Sequence[str]) -> None:
    print(f"\n{title}")
    for sentence in sentences:
        print(textwrap.fill(sentence, WIDTH, initial_indent="- ", subsequent_indent="  "))
