"""``caseload trace``: run the first possible future and tell one child's story."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from sim.measure.eventlog import EventLog
from sim.report.stories import chosen, stories
from sim.report.story import children, tell
from sim.scenario import Loaded, load
from sim.scenario.schema import Scenario
from sim.service.plan import compile_plans
from sim.service.service import Service


def print_story(name: str, sets: Sequence[str], seed: int, child: str | None) -> int:
    """Tell the story of a child in replication 1, or list some children."""
    plans = compile_plans(load(name, sets))
    log = EventLog()
    Service(plans, seed, 1, log).run()
    if child is None:
        print("Some children, those to whom most happened first:")
        print("\n".join(f"  {known}" for known in children(log.rows)))
        print(f"Tell of one with: caseload trace {name} CHILD")
        return 0
    story = tell(log.rows, child, plans[0][1].calendar.date)
    if not story:
        known = ", ".join(children(log.rows, 6))
        message = f"no child '{child}' in this run; some that are: {known}"
        print(f"caseload: {message}", file=sys.stderr)
        return 2
    print(story, end="")
    return 0


def write_stories(loaded: Loaded[Scenario], seed: int, child: str | None) -> int:
    """Write the stories of a child, or of some that are worth telling of, as JSON."""
    plans = compile_plans(loaded)
    log = EventLog()
    Service(plans, seed, 1, log).run()
    rows = list(log.rows)
    wanted = chosen(rows) if child is None else [("the child asked for", child)]
    json.dump(stories(rows, wanted, plans[0][1].calendar.date), sys.stdout)
    print()
    return 0
