"""Which assumptions matter by the estimate: against the estimate itself, worked out at the ends."""

from functools import cache

import pytest

from sim.app.weighed import in_short, weighed
from sim.commands.estimate import ranking
from sim.experiment.by_estimate import Weights, weights
from sim.experiment.sensitivity import plan
from sim.scenario import Loaded, load
from sim.scenario.inputs import inputs
from sim.scenario.schema import Scenario
from sim.theory.twin import Twin

REVIEW = "stages.strengthening_families.tasks.review.hours"
FULLEST = "strengthening_families.advanced_practitioner"


@cache
def loaded() -> Loaded[Scenario]:
    return load("three-hubs")


@cache
def found() -> Weights:
    """Rank four reviews by hours and how long they take."""
    return weights(plan(loaded(), only="tasks.review.hours"))


def test_an_input_is_weighed_by_what_the_estimate_says_at_both_ends() -> None:
    assert found().pool == FULLEST
    first = found().found[0]
    assert first.input.key == REVIEW
    low, high = next(each.range for each in inputs(loaded().scenario) if each.key == REVIEW)
    for end, load_there in ((low, first.low), (high, first.high)):
        moved = load("three-hubs", [f"{REVIEW}={{gamma: {{mean: {end}, cv: 0.3}}}}"])
        assert load_there == pytest.approx(Twin(moved).pools[FULLEST].load)
    assert first.size == pytest.approx(first.high - first.low)
    assert first.low < found().stated < first.high


def test_what_does_not_touch_the_fullest_role_is_left_out() -> None:
    planned = plan(loaded(), only="tasks.review.hours")
    moved = {each.key for each, *_ in planned.moved}
    assert "stages.review_and_intervention.tasks.review.hours" in moved
    assert {each.input.key for each in found().found} < moved


def test_the_brief_names_the_ranked_assumptions_or_those_known_least() -> None:
    ranked = weighed(loaded(), ranking(found()))
    assert ranked.table is not None
    assert ranked.table.iloc[0]["Assumption"] == "Strengthening Families, review, hours"
    assert ranked.table.iloc[0]["It could be"] == "2.8 to 5.2"
    assert "Advanced practitioners in Strengthening Families are the fullest" in ranked.sentences[0]
    widest = weighed(loaded(), None)
    assert widest.table is not None
    assert widest.table.iloc[0]["It could be"] == "1 to 6"  # of three: the widest for its size
    assert "not ranked by what they do to the answer" in widest.sentences[0]


def test_in_short_the_first_three_are_named_by_their_means_without_a_table() -> None:
    ranked = in_short(weighed(loaded(), ranking(found())))
    said = "Strengthening Families, review, hours: 4 on average; it could be 2.8 to 5.2"
    assert ranked.points == (said,) and ranked.table is None
    assert len(in_short(weighed(loaded(), None)).points) == 3
