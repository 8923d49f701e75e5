"""What the twin says of itself: where it is exact, and where it approximates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import schema


def exact() -> list[str]:
    """Return what is exact when slots and hours are unlimited."""
    return [
        "How needs change, how long children stay needy and when they come of age: exact, by the "
        "same rates as in the simulation, to a month of age.",
        "Mean numbers in equilibrium given the mean time of each step: exact (Little's law), "
        "whatever the distribution of those times.",
        "First contacts by month, with season and growth: exact.",
        "Formulas of queues (Erlang, Pollaczek and Khintchine, Cobham, Jackson): exact where "
        "`queues` says so.",
    ]


def assumptions(scenario: schema.Scenario) -> list[str]:
    """Return where the twin of a scenario approximates, most important first."""
    found = [
        "Slots and hours are unlimited: nobody waits for a worker, and no move for a slot. With "
        "limits on, more are being assessed and moves take longer than said here.",
        "The time from a change of need to the decision on it has its true mean (from the phases "
        "of reviews and visits) but is taken to have no memory; month by month the first quarter "
        "is therefore smoother than it should be.",
        "Reviews and visits run at the interval promised; done early in their window, as where "
        "people have time, or carried over at a move, there are up to a tenth more.",
        "A need seen wrongly at a review is taken to be found at the next, and a move under way "
        "follows the need there is.",
    ]
    if scenario.population.siblings.chance.value > 0.0:
        found.append(
            "A brother or sister is followed with the child in one chain, but comes of age at a "
            "constant rate and has no protection plan or care of their own."
        )
    if scenario.safeguarding is not None:
        found.append(
            "Protection plans and care last a time without memory, with the mean given; a concern "
            "at the front door that leads to a plan counts in the hub at once."
        )
    if scenario.need_events is not None:
        found.append(
            "Crises, packages and notices cost hours at their mean rates, by age and family; "
            "crises so long that they move a child are left out."
        )
    if scenario.open_to_review is not None:
        found.append(
            "Whether Open to Review may hold a child is one of two classes between which children "
            "pass at mean rates; in truth each of its rules has its own memory."
        )
    if scenario.early_help is not None:
        found.append(
            "CAF/TAC is a place that lead professionals always have room in, left after a time "
            "without memory; its teams' own hours are not estimated."
        )
    if scenario.people is not None:
        found.append(
            "Absence, vacancies and newness take their mean share off the hours there are."
        )
    if scenario.changes:
        found.append("Dated changes are left out: this is the scenario of its first day.")
    return found
