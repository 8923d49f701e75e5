"""What the causes of lateness are called, in the order in which they are drawn."""

from __future__ import annotations

# Each stands for the states of late work that are drawn as one.
CAUSES = {
    "more_pressing": "on more pressing work",
    "in_hand": "in hand",
    "absent": "worker away",
    "post_vacant": "post vacant",
    "unallocated": "nobody allocated",
    "manager_or_panel": "manager or panel",
    "family_or_agency": "family or agency",
}


def cause_of(state: str) -> str:
    """Give the cause that a state of late work belongs to."""
    return "more_pressing" if state.startswith("more_pressing") else state
