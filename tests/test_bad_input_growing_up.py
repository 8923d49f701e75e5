"""Bad input about growing up and carers is refused with the key and the reason."""

from __future__ import annotations

import pytest

from sim.scenario import load
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load_text
from sim.service.plan import compile_plans


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("growing_up.referral.by_age", "15", "comes before the referral, which is at 15"),
        ("growing_up.referral.by_age", "18", "comes before the end of services, which is at 18"),
        ("growing_up.assessment.done_before", "5 months", "due before it opens"),
        ("growing_up.referral.opens_before", "14 months", "should be no longer"),
        ("growing_up.preparing.from_age", "18", "would never prepare"),
        ("carers.reviewed", "[respit]", "no outcome of 'outcomes' called 'respit'"),
        ("carers.review.reach", "6 months", "it should be shorter"),
    ],
)
def test_what_does_not_fit_is_refused(key: str, value: str, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        compile_plans(load("three-hubs", [f"{key}={value}"]))
    assert says in str(caught.value)
    assert key.split(".")[0] in str(caught.value)


def test_a_section_cannot_be_switched_off_during_a_run() -> None:
    text = (
        "name: x\nextends: three-hubs\nhorizon: 4 months\n"
        "changes: [{on: 2026-06-01, set: {carers: null}}]\n"
    )
    with pytest.raises(ScenarioError, match="carers"):
        compile_plans(load_text(text, "x.yaml"))


def test_both_sections_may_be_left_out() -> None:
    text = "name: x\nextends: three-hubs\nhorizon: 2 months\ngrowing_up: null\ncarers: null\n"
    plan = compile_plans(load_text(text, "x.yaml"))[0][1]
    assert plan.growing_up is None and plan.carers is None
