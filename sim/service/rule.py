"""What a rule that decides is: a named function, whether a child may be held in a stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.stage import Hub

# A rule about the child alone, or about the child and the stage (its settings, the time).
Guard = Callable[..., bool]


def rule(
    *clauses: str, settings: tuple[str, ...] = (), attributes: tuple[str, ...] = ()
) -> Callable[[Guard], Guard]:
    """Name the clauses of the documents that a guard implements, and what it asks for.

    Parameters
    ----------
    settings
        The stage's `settings` without which the rule cannot be tested.
    attributes
        The children's attributes (`population.attributes`) without which it cannot.
    """

    def cite(guard: Guard) -> Guard:
        guard.clauses = clauses  # type: ignore[attr-defined]
        guard.settings = settings  # type: ignore[attr-defined]
        guard.attributes = attributes  # type: ignore[attr-defined]
        guard.about_stage = guard.__code__.co_argcount > 1  # type: ignore[attr-defined]
        return guard

    return cite


def barred_by(child: Child, hub: Hub) -> Guard | None:
    """Return the first rule of a hub that the child does not pass, or None."""
    for guard in hub.plan.guards:
        if not (guard(child, hub) if guard.about_stage else guard(child)):  # type: ignore[attr-defined]
            return guard
    return None
