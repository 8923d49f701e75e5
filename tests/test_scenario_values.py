"""A value may be written plainly or with its source; what makes no sense is refused."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from sim.calendar import Duration
from sim.scenario import values
from sim.scenario.values import Distribution, Sourced


def get(kind: str, raw: Any) -> Any:
    return TypeAdapter(getattr(values, kind)).validate_python(raw)


HALF = (Duration.parse("6 months"), 0.5), (Duration.parse("12 months"), 0.5)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("Count", 7, 7),
        ("Number", -0.5, -0.5),
        ("Positive", 0.5, 0.5),
        ("Share", 0.12, 0.12),
        ("Share", "12%", 0.12),
        ("Hours", 3.5, 3.5),
        ("Hours", "3.5 hours", 3.5),
        ("Hours", "1 hour", 1.0),
        ("Rate", "240 per year", 240.0),
        ("Rate", "20 per month", 240.0),
        ("Rate", "5 per week", 260.0),
        ("Money", 48000, 48000.0),
        ("Money", "£48,000", 48000.0),
        ("Interval", "6 weeks", Duration.parse("6 weeks")),
        ("IntervalMix", "6 weeks", ((Duration.parse("6 weeks"), 1.0),)),
        ("IntervalMix", {"6 months": 0.5, "12 months": "50%"}, HALF),
        ("Mix", {"yes": "30%", "no": 0.7}, {"yes": 0.3, "no": 0.7}),
        ("Mix", {"a": 0.1, "b": 0.2, "c": 0.7}, {"a": 0.1, "b": 0.2, "c": 0.7}),
        ("Draw", 5, Distribution("fixed", (5.0,))),
        ("Draw", {"fixed": 5}, Distribution("fixed", (5.0,))),
        ("Draw", {"exponential": {"mean": 5}}, Distribution("exponential", (5.0,))),
        ("Draw", {"gamma": {"mean": 5, "cv": 0.3}}, Distribution("gamma", (5.0, 0.3))),
        ("Draw", {"lognormal": {"cv": 0.3, "mean": 5}}, Distribution("lognormal", (5.0, 0.3))),
        (
            "Draw",
            {"triangular": {"low": 1, "mode": 2, "high": 6}},
            Distribution("triangular", (1.0, 2.0, 6.0)),
        ),
        (
            "Draw",
            {"empirical": {"values": [1, 3], "weights": [3, 1]}},
            Distribution("empirical", (1.0, 3.0), (0.75, 0.25)),
        ),
    ],
)
def test_a_value_reads_the_same_plainly_and_with_its_source(
    kind: str, raw: Any, value: Any
) -> None:
    assert get(kind, raw) == Sourced(value)
    sourced = get(kind, {"value": raw, "source": "W71", "grade": "seed", "note": "n"})
    assert sourced == Sourced(value, "W71", "seed", None, "n")


@pytest.mark.parametrize(
    ("kind", "raw", "says"),
    [
        ("Count", 2.5, "whole number, not 2.5"),
        ("Count", -1, "between 0 and 100,000"),
        ("Count", 100_001, "between 0 and 100,000"),
        ("Count", True, "not true"),
        ("Count", "7", "whole number"),
        ("Number", float("nan"), "finite"),
        ("Number", float("inf"), "finite"),
        ("Number", 10**400, "finite"),
        ("Number", None, "not nothing"),
        ("Number", [1], "not a list"),
        ("Positive", 0, "above 0"),
        ("Share", 1.2, "between 0 and 1"),
        ("Share", 12, "did you mean '12%'"),
        ("Share", "120%", "between 0 and 1"),
        ("Share", "half", "a share, such as"),
        ("Hours", -1, "cannot be negative"),
        ("Hours", 201, "more hours than one piece of work"),
        ("Hours", "3 days", "hours, such as"),
        ("Rate", 240, "write '240 per year'"),
        ("Rate", "0.1 per day", "not per day"),
        ("Rate", "-5 per year", "between 0"),
        ("Money", -1, "pounds cannot be negative"),
        ("Interval", "6 wekks", "is not a duration"),
        ("Interval", 6, "is not a duration"),
        ("IntervalMix", {"6 months": 0.5, "12 months": 0.4}, "add up to 0.9"),
        ("IntervalMix", {"6 months": 0.5, "12 mnths": 0.5}, "is not a duration"),
        ("IntervalMix", {"6 months": 0.5, "6  months": 0.5}, "given twice"),
        ("Mix", {"a": 0.5, "b": 0.6}, "add up to 1.1"),
        ("Mix", {}, "missing"),
        ("Mix", 5, "names with their shares"),
        ("Mix", {"a": 0.5, "b": 0.5, "source": "W1"}, "under 'value'"),
        ("Draw", -5, "cannot be negative"),
        ("Draw", {"gama": {"mean": 5, "cv": 1}}, "unknown name 'gama'"),
        ("Draw", {"fixed": 1, "exponential": {"mean": 2}}, "exactly one"),
        ("Draw", {"gamma": {"mean": 5}}, "'cv' is missing"),
        ("Draw", {"gamma": {"mean": 5, "cv": 0}}, "above 0"),
        ("Draw", {"gamma": 5}, "should be {mean: ..., cv: ...}"),
        ("Draw", {"triangular": {"low": 3, "mode": 2, "high": 6}}, "low <= mode <= high"),
        ("Draw", {"empirical": {"values": [1, 2], "weights": [1]}}, "2 values but 1 weights"),
        ("Draw", {"empirical": {"values": [1], "weights": [0]}}, "above 0"),
        ("Draw", {"empirical": {"values": []}}, "a list of numbers"),
        ("Hours", {"value": 5, "range": [6, 7]}, "does not contain the value 5"),
        ("Hours", {"value": 5, "range": 6}, "a range is two numbers"),
        ("Mix", {"value": {"a": 1}, "range": [0, 1]}, "not with a mix"),
        ("Hours", {"grade": "assumed"}, "a value is missing"),
        ("Hours", {"value": None, "grade": "assumed"}, "not nothing"),
        ("Hours", {"value": 5, "grade": "guess"}, "unknown grade 'guess'"),
        ("Hours", {"value": 5, "source": 71}, "should be text, not 71"),
        ("Hours", {"value": 5, "sorce": "W71"}, "unknown name 'sorce'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_plain_words(kind: str, raw: Any, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        get(kind, raw)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        ("Hours", {"value": 5, "range": [3.5, "6.5 hours"]}, (3.5, 6.5)),
        ("Share", {"value": "12%", "range": ["10%", 0.2]}, (0.1, 0.2)),
        ("Rate", {"value": "20 per month", "range": [15, "25 per month"]}, (180.0, 300.0)),
        ("Interval", {"value": "6 weeks", "range": [4, 8]}, (4.0, 8.0)),
        ("Draw", {"gamma": {"mean": 5, "cv": 0.3}, "range": [4, 6]}, (4.0, 6.0)),
    ],
)
def test_a_range_is_in_the_unit_of_the_value(
    kind: str, raw: Any, expected: tuple[float, float]
) -> None:
    assert get(kind, raw).range == expected


def test_a_distribution_may_have_its_source_beside_it() -> None:
    drawn = get("Draw", {"gamma": {"mean": 5, "cv": 0.3}, "source": "F1", "grade": "published"})
    assert drawn == Sourced(Distribution("gamma", (5.0, 0.3)), "F1", "published")


@pytest.mark.parametrize(
    ("raw", "mean"),
    [
        (5, 5.0),
        ({"lognormal": {"mean": 4, "cv": 1}}, 4.0),
        ({"triangular": {"low": 1, "mode": 2, "high": 6}}, 3.0),
        ({"empirical": {"values": [1, 3]}}, 2.0),
    ],
)
def test_the_mean_of_a_distribution(raw: Any, mean: float) -> None:
    assert get("Draw", raw).value.mean() == pytest.approx(mean)
