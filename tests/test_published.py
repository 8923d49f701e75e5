"""The model's times stand beside published ones, in the same bands and with their sources."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from sim.experiment import run
from sim.measure import bands
from sim.report.charts import ALL_CHARTS, write_charts
from sim.report.published import published
from sim.scenario import load

DISTRIBUTIONS = {"assessment_took": bands.ASSESSMENT, "conference_took": bands.CONFERENCE}


@pytest.mark.parametrize("figure", DISTRIBUTIONS)
def test_published_distributions_have_our_bands_and_add_up(figure: str) -> None:
    shares = {p.band: p.value for p in published() if p.figure == figure}
    assert list(shares) == list(DISTRIBUTIONS[figure])
    assert sum(shares.values()) == pytest.approx(1.0, abs=0.003)


def test_published_shares_in_time_agree_with_the_published_bands() -> None:
    """England: F72 and F77 give the bands, F70 and F75 what they add up to."""
    found = {(p.figure, p.band): p.value for p in published() if p.area == "England"}
    late = sum(found["assessment_took", band] for band in ("46-50", "51-60", "61+"))
    assert 1.0 - late == pytest.approx(found["assessed_in_45_dfe", ""], abs=0.005)
    soon = found["conference_took", "0-10"] + found["conference_took", "11-15"]
    assert soon == pytest.approx(found["icpc_in_15_dfe", ""], abs=0.005)


def test_every_published_figure_names_its_source() -> None:
    assert all(p.source for p in published())


def test_each_time_falls_into_the_one_band_it_belongs_to() -> None:
    counted = bands.shares([[0.0, 1.0, 10.0, 11.0, 45.0, 46.0, 400.0]], bands.ASSESSMENT)
    assert {band: n[0] for band, n in counted.items() if n[0]} == {
        "0": 1, "1-10": 2, "11-20": 1, "41-45": 1, "46-50": 1, "61+": 1,
    }  # fmt: skip


@pytest.mark.long
def test_every_chart_of_a_run_has_room_for_what_is_in_it(tmp_path: Path) -> None:
    """A chart of ten promises side by side could not be read; drawing said so and nobody heard."""
    results = run(load("three-hubs", ["horizon=4 months"]), replications=2, jobs=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_charts(results, tmp_path / "charts")
    drawn = list((tmp_path / "charts").glob("*.svg"))
    assert len(drawn) == len(ALL_CHARTS) and min(path.stat().st_size for path in drawn) > 2000
