"""The numbers that charts and tables draw on, found by measure and place."""

from __future__ import annotations

from collections.abc import Sequence

from sim.experiment.run import Results
from sim.experiment.summary import ALL, Estimate, lateness, monthly, summary, timescales
from sim.report import wording
from sim.report.drawing import Line
from sim.report.files import plain
from sim.report.warm_up import simulated

FRONT = ("mash", "service")


class Figures:
    """The estimates of an experiment, found by address."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.whole = {(e.measure, e.where): e for e in summary(results) if e.period == ALL}
        self.months: dict[tuple[str, str], list[Estimate]] = {}
        for estimate in monthly(results):
            self.months.setdefault((estimate.measure, estimate.where), []).append(estimate)
        self.timescales = [t for t in timescales(results) if t.period == ALL]
        self.lateness = [late for late in lateness(results) if late.period == ALL]
        stages = [where for name, where in self.whole if name == "open_children"]
        self.stages = [where for where in stages if where not in FRONT]

    def known(self, measure: str) -> list[Estimate]:
        """List a measure's estimates over the whole run, where it has a value."""
        found = [e for (name, _), e in self.whole.items() if name == measure]
        return [e for e in found if e.mean is not None]

    def line(self, measure: str, where: str) -> Line | None:
        """Take a measure month by month; None if it has no value in some month."""
        found = self.months.get((measure, where), [])
        values = [(e.mean, e.p5, e.p95) for e in found]
        complete = [(m, a, b) for m, a, b in values if None not in (m, a, b)]
        if not values or len(complete) < len(values):
            return None
        mean, low, high = zip(*complete, strict=True)
        return Line(wording.stage(where), mean, low, high)

    def style(self, stage: str) -> int:
        """Give a stage the same colour and dash in every chart."""
        return self.stages.index(stage) if stage in self.stages else len(self.stages)

    def rows(self, measure: str, stages: Sequence[str]) -> list[tuple[str, ...]]:
        """List the numbers of a chart by month."""
        found = [e for where in stages for e in self.months.get((measure, where), [])]
        return [(e.where, e.period, plain(e.mean), plain(e.p5), plain(e.p95)) for e in found]

    def note(self, text: str) -> str:
        """Write the note under a chart: what its marks mean, and which scenario it is."""
        number = len(self.results.replications)
        scenario = self.results.loaded.scenario
        futures = f"{number} possible future{'s' * (number != 1)}"
        return f"{text}\n{scenario.title or scenario.name}, {simulated(self.results)}, {futures}."
