"""Bad input about classes of case is refused with the key and the reason."""

from __future__ import annotations

import pytest

from sim.scenario import load
from sim.scenario.errors import ScenarioError
from sim.service.plan import compile_plans

REVIEW = "stages.care_managed.tasks.review"
VISIT = "stages.care_managed.tasks.visit"
HOME = "stages.care_managed.tasks.home_environment"
LIMIT = "teams.safeguarding_and_support.posts.social_worker.of_which.care_managed"
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
        (f"{REVIEW}.first.task", "visits", "no other recurring task called 'visits'"),
        (f"{REVIEW}.appointment", "false", "waits for what has to come first"),
        (f"{VISIT}.brought_forward.by", "permission_to_visit", "no other recurring task called"),
        (f"{VISIT}.brought_forward.by", "null", "means something only if another task"),
        (f"{VISIT}.every_other.before", "visit", "no other recurring task called 'visit'"),
        (f"{VISIT}.every_other.appointment", "false", "has to be booked for a day"),
        (f"{VISIT}.every_other.in_term", "false", "it may be on any day for everybody"),
        (f"{HOME}.met_in", "assessment", "no other recurring task called 'assessment'"),
        (f"{HOME}.brought_forward.on", "{concern: 1 week}", "no status called 'concern'"),
        ("growing_up.capacity.by_age", "15", "between the transition assessment, from 15"),
        (f"{LIMIT}.stages", "[care_managd]", "no stage called 'care_managd'"),
        (f"{LIMIT}.stages", "[single_assessment]", "of the class 'active' already"),
        (f"{LIMIT}.most", "0", "leaves no room for a child"),
        ("stages.care_managed.tasks.case_supervision.put_off", "1", "with a chance below 1"),
        ("stages.care_managed.settings.short_break_routes", "[direct]", "called 'direct'"),
    ],
)
def test_what_does_not_fit_is_refused(key: str, value: str, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        compile_plans(load("kent-care-managed", [f"{key}={value}"]))
    assert says in str(caught.value)
