"""The list of words: every kind, timescale, role, outcome, reason and measure, from the code.

`docs/words.md` is this text for the baseline; a test keeps it so.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.measure.series import MEANINGS
from sim.service.closing import AGREED
from sim.service.move import UPHELD
from sim.service.operations import INTERIM
from sim.service.plan import Plan
from sim.service.rules import GUARDS

DECISIONS = ("single_assessment", "strategy_discussion", "early_help", "early_help_refused")
STEPS = ("step_up_request", "step_up_not_agreed", "step_up_refused", "step_down_proposed")
STEPS_DOWN = ("step_down", "step_down_barred", AGREED)
TAC_ENDED = ("universal_services", "family_ended", "no_lead_professional")
OF_MOVES = ("interval_changed", UPHELD, *(f"interim_{option}" for option in INTERIM))
CLOSED = ("advice", "no_further_action", "area_team", "not_in_need", "needs_met")
OUTCOMES = (*DECISIONS, *CLOSED[:3], "child_in_need_plan", *OF_MOVES)
LEFT = ("turned_18", "moved_away", "not_wanted", "disabled_child_left")
MOVED = (
    *("child_in_need_plan", "step_up", "step_down", "sibling_in_need"),
    *("child_protection_plan", "looked_after"),
)
FOR_OPEN_TO_REVIEW = ("parents_agree", "clear_outcomes", "overnight_works_well")
O2R_DECISIONS = ("open_to_review", "not_open_to_review")
OBJECTIONS = ("objection", "objection_upheld", "objection_not_upheld")
STATUSES = (
    "overnight",
    "life_limiting",
    "continuing_care",
    "unstable_health",
    "ehc_plan",
    "consent",
    *("safeguarding_concern", "child_protection_plan", "looked_after"),
)


def words(plan: Plan) -> str:
    """Return the page as Markdown."""
    stages = ["mash", "single_assessment", *(stage.name for stage in plan.stages)]
    kinds = {(kind.name, kind.stage or "any", kind.timescale or "") for kind in plan.kinds}
    posts = {(post.team, post.role) for post in plan.posts}
    measures = [(name, unit, meaning) for name, (unit, meaning) in MEANINGS.items()]
    guards = [
        (name, ", ".join(getattr(guard, "clauses", ())), (guard.__doc__ or "").strip())
        for name, guard in GUARDS.items()
    ]
    return "\n".join(
        [
            "# Words",
            "",
            "Made from the code for the baseline scenario; do not edit by hand.",
            "",
            _list("Stages", stages),
            _list(
                "Outcomes of a decision",
                [
                    *(*OUTCOMES, *_for_carers(plan)),
                    *(*O2R_DECISIONS, *OBJECTIONS, *STEPS, *STEPS_DOWN),
                ],
            ),
            _list("Reasons for leaving a stage", [*MOVED, *DECISIONS, *CLOSED, *LEFT, *TAC_ENDED]),
            _list("Statuses", [*STATUSES, *FOR_OPEN_TO_REVIEW]),
            _table("Task kinds", ("kind", "stage", "timescale"), sorted(kinds)),
            _table("Teams and roles", ("team", "role"), sorted(posts)),
            _table("Rules that decide", ("name", "clauses", "what it says"), guards),
            _table("Measures", ("measure", "unit", "meaning"), measures),
        ]
    )


def _for_carers(plan: Plan) -> list[str]:
    """What a carer's assessment may lead to."""
    section = plan.scenario.carers
    return [f"carer_{outcome}" for outcome in section.outcomes.value] if section else []


def _list(title: str, names: Iterable[str]) -> str:
    return f"## {title}\n\n" + ", ".join(f"`{name}`" for name in dict.fromkeys(names)) + "\n"


def _table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [
        f"## {title}",
        "",
        "| " + " | ".join(columns) + " |",
        "|" + "---|" * len(columns),
    ]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([*lines, ""])
