"""Who may come to Open to Review, and who may not and why: counted, and told by the log alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from oracle import Oracle, read

from sim.experiment.replication import Replication
from sim.measure.eventlog import EventLog
from sim.scenario import load
from sim.service.plan import compile_plans
from sim.service.service import Service

O2R = "open_to_review"
SCENARIO = "three-hubs-open-to-review"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Replication, Oracle]:
    loaded = load(SCENARIO, ["horizon=13 months"])
    log = EventLog()
    Service(compile_plans(loaded), 1, 1, log).run()
    path: Path = tmp_path_factory.mktemp("log") / "events.csv"
    log.write(path)
    return Replication.of(1, log), Oracle(read(path), loaded.scenario)


def _value(run: tuple[Replication, Oracle], address: str, month: int) -> float:
    series = next(s for s in run[0].series if s.address == address)
    value = series.value(month, month + 1)
    assert value is not None
    return value


def test_the_log_tells_who_may_come_and_who_may_not(run: tuple[Replication, Oracle]) -> None:
    product, oracle = run
    wrong, seen = [], 0.0
    for series in product.series:
        if series.measure.split(":")[0] not in ("eligible", "barred"):
            continue
        for month in range(len(oracle.months)):
            ours = oracle.value(series.address, month, month + 1)
            theirs = series.value(month, month + 1)
            seen += theirs or 0.0
            if ours != theirs:
                wrong.append((series.address, month, ours, theirs))
    assert not wrong
    assert seen > 1000


def test_eligible_and_barred_are_all_the_children_of_the_other_hubs(
    run: tuple[Replication, Oracle],
) -> None:
    product, oracle = run
    counted = [s for s in product.series if s.measure.split(":")[0] in ("eligible", "barred")]
    others = [f"open_children@{hub}" for hub in oracle.hubs if hub != O2R]
    for month in range(len(oracle.months)):
        total = sum(s.value(month, month + 1) or 0.0 for s in counted)
        assert total == sum(_value(run, address, month) for address in others)


def test_more_than_one_rule_and_hub_is_met(run: tuple[Replication, Oracle]) -> None:
    product, _ = run
    met = {s.address for s in product.series if (s.value(0, 13) or 0.0) > 0.0}
    assert sum(address.startswith("barred:") for address in met) >= 10
    assert sum(address.startswith("eligible:") for address in met) == 3


def test_a_scenario_without_the_stage_has_no_such_measures() -> None:
    log = EventLog()
    Service(compile_plans(load("three-hubs", ["horizon=1 months"])), 1, 1, log).run()
    measures = {s.measure.split(":")[0] for s in Replication.of(1, log).series}
    assert not measures & {"eligible", "barred"}


def test_both_scenarios_have_the_same_children_on_day_one() -> None:
    """Ids, stages, needs and birthdays: Open to Review is another place, not other children."""

    def children(name: str) -> dict[str, Any]:
        service = Service(compile_plans(load(name, ["horizon=1 months"])), 1, 1, EventLog())
        service.population.begin()
        return {
            child.id: (
                child.stage.name if child.stage else "",
                child.need,
                child.known,
                service.population.born(child),
                child.overnight,
                child.package_hours,
            )
            for child in service.children
            if not child.id.startswith("ct")  # open to early help: only here
        }

    there, here = children("three-hubs"), children(SCENARIO)
    assert len(there) > 700
    assert there == here
