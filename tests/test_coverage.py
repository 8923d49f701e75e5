"""The 95% intervals hold the truth about 95 times in a hundred, where the truth is known."""

import pytest
from desks import Ask, desk_service, exponential
from helpers import plans_of

from sim.experiment.replication import replicate
from sim.experiment.summary import estimate

EXPERIMENTS, FUTURES = 200, 10
SERVICE = 0.25  # working days to answer one, on average
BUSY = 0.5


@pytest.mark.long
def test_intervals_of_the_mean_hold_the_exact_answer_about_95_times_in_100() -> None:
    """Requests open at a desk of one: busy / (1 - busy) on average (M/M/1, for example Gross 2008).

    The first month is not looked at: the desk begins empty, with a relaxation time of three days.
    """
    ask = Ask(BUSY / SERVICE, exponential(SERVICE))
    plans = plans_of(desk_service({"line": 1}, {"line.ask": ask}, 100))
    exact = BUSY / (1.0 - BUSY)
    held = 0
    for experiment in range(EXPERIMENTS):
        values = []
        for number in range(1, FUTURES + 1):
            found = replicate(plans, 7_000 + experiment, number)
            (open_requests,) = [s for s in found.series if s.measure == "open_requests:ask"]
            values.append(open_requests.value(1, len(open_requests.over)))
        of_mean = estimate("open_requests:ask", "line", "all", "requests", values)
        assert of_mean.lower is not None
        assert of_mean.upper is not None
        held += of_mean.lower <= exact <= of_mean.upper
    print(f"{held} of {EXPERIMENTS} intervals hold {exact:g}")
    assert 0.91 <= held / EXPERIMENTS <= 0.98
