"""A service in units, small enough to be worked by hand, and how a rule is shown to be in force.

One team, `safeguarding_and_support`, of units: consultants hold every child, social workers do the
work. Nothing happens by chance (see `helpers.quiet`); a test says what it wants on top.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from helpers import Data, overlay, plans_of, quiet
from written import found_out

from sim.service.plan import Plan

TEAM = HUB = "safeguarding_and_support"
CSW, SW, FW = "consultant_social_worker", "social_worker", "family_worker"
FULL: Data = {"count": 1, "fte": 1.0}
T = TypeVar("T")
Plans = list[tuple[int, Plan]]


def who(role: str, number: int = 1) -> str:
    """Name the first person in a post of the team."""
    return f"{TEAM}.{role}.{number}#1"


def units(
    *overs: Mapping[str, Any], consultants: int = 1, social_workers: int = 2, **tasks: Data
) -> Plans:
    """Compile a service in units; `tasks` are the hub's, `overs` what a test wants besides."""
    data = overlay(
        quiet(),
        {
            "population": {
                "needs": {
                    name: {"served_by": [HUB]} for name in ("complex", "coordinated", "stable")
                }
            },
            "teams": {
                TEAM: {
                    "units": {"led_by": CSW, "members": [SW]},
                    "posts": {
                        CSW: {**FULL, "count": consultants},
                        SW: {
                            "count": social_workers,
                            "caseload_limit": None,
                            "at_limit": "count_only",
                        },
                        FW: FULL,
                    },
                },
                "strengthening_families": None,
                "review_and_intervention": None,
            },
            "mash": {"outcomes": {"complex": {"single_assessment": 1.0}}},
            "allocation": {"when": "same_day"},
            "assessment": {
                "holder": CSW,
                "assigned": SW,
                "hours": 8.0,
                "session_hours": 4.0,
                "sharing_hours": 1.0,
                "gap": 2.0,
                "agency_checks": 1.0,
                "sign_off": {"hours": 1.0},
                "finds": 1.0,
            },
            "stages": {
                HUB: {"holder": CSW, "assigned": SW, "casework": "assigned", "tasks": tasks},
                "strengthening_families": None,
                "review_and_intervention": None,
            },
            "day_one": {
                "children": {"strengthening_families": None, "review_and_intervention": None}
            },
        },
    )
    for over in overs:
        data = overlay(data, over)
    return plans_of(data)


def in_force(claim: Callable[[T], None], on: T, off: T) -> None:
    """Show a rule: what is claimed holds, and no longer does once the rule is switched off."""
    claim(on)
    found_out(lambda: claim(off))
