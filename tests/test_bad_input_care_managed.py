"""Bad input about classes of case is refused with the key and the reason."""

from __future__ import annotations

import pytest

from sim.scenario import load
from sim.scenario.errors import ScenarioError
from sim.service.plan import compile_plans

REVIEW = "stages.care_managed.tasks.review"
CLASSES = "moves.change_of_class.between"


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        (CLASSES, "[care_managed]", "between two stages or more"),
        (CLASSES, "[care_managed, care_manged]", "no stage called 'care_manged'"),
        ("stages.care_managed.holder", "team_manager", "one role of one team has to hold them all"),
        (f"{REVIEW}.every_other.never_for", "[any_nights]", "no condition called 'any_nights'"),
        (f"{REVIEW}.more_often.every", "7 months", "shorter than the usual interval of 6 months"),
        ("stages.care_managed.settings.large_package_hours", "null", "'large_package' needs"),
        (f"{REVIEW}.second.of", "[]", "say of which roles the colleague is"),
        (f"{REVIEW}.second.of", "[chair]", "called 'chair'"),
        (f"{REVIEW}.second.of", "[social_worker]", "of another role than the worker"),
        (f"{REVIEW}.second.only_for", "[some]", "no condition called 'some'"),
        (f"{REVIEW}.second.role", "assigned", "only a second worker who is a 'colleague'"),
        (f"{REVIEW}.ehc_merge", "null", "never held with the school"),
        ("stages.care_managed.settings.short_break_routes", "[direct]", "called 'direct'"),
    ],
)
def test_what_does_not_fit_is_refused(key: str, value: str, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        compile_plans(load("kent-care-managed", [f"{key}={value}"]))
    assert says in str(caught.value)
