"""How well a review of the three hubs does on simulated years: about half an hour of one processor.

200 years of the baseline itself, and 50 of each of three in which something was different: 20% more
first contacts, two family support workers fewer in Review & Intervention, reviews that take half as
long again. Finished futures are kept in the run store, so that it can be stopped and begun again.

    python benchmarks/review_study.py [MEASURE-NOT-COUNTED ...]
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from review_study import Truth, study

from sim.commands.progress import Progress
from sim.experiment import Store
from sim.review.causes import causes_in
from sim.review.forecast import How, for_a_year
from sim.scenario import load

ROLE = "review_and_intervention.family_support_worker"
AMOUNTS = {"demand": 1.2, f"staff:{ROLE}": 5.0, "hours:reviews": 1.5}


def main() -> None:
    base = for_a_year(load("three-hubs"))
    causes = {each.name: each for each in causes_in(base)[0]}
    truths = {
        name: Truth(tuple(causes[name].sets(base, amount)), name, amount)
        for name, amount in AMOUNTS.items()
    }
    found = study(base, truths, How(1, store=Store()), leave_out=sys.argv[1:], on_done=Progress())
    print(f"months inside {found.inside:.1%}")
    print(
        f"years like the forecast's: flagged {found.flagged:.1%}, outside {found.outside:.1%}, "
        f"drift {found.drifted:.1%}"
    )
    for name, told in found.told.items():
        print(
            f"{name}: flagged {told.flagged:.0%}, outside {told.outside:.0%}, drift "
            f"{told.drifted:.0%}; right cause first {told.first:.0%}, among those not told apart "
            f"{told.among:.0%} ({told.together:.1f} on average); interval holds {told.held:.0%}"
        )


if __name__ == "__main__":
    main()
