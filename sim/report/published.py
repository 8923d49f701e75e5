"""The chart of the model's times beside those the Department for Education publishes.

Published figures are of all children's services and all children in need, not of disabled children
alone: they say whether the model's times are believable, not whether they are right.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

from matplotlib.axes import Axes

from sim.experiment.summary import Estimate
from sim.measure import bands
from sim.report import wording
from sim.report.drawing import BLUE, GREY, ORANGE, PINK, Chart, begin
from sim.report.figures import Figures
from sim.report.files import plain

HEAD = ("figure", "band", "model", "model_p5", "model_p95", "area", "year", "published", "source")
WIDTH = 0.62
TIMES = (
    ("assessment_took", bands.ASSESSMENT, "Assessments: working days taken"),
    (
        "conference_took",
        bands.CONFERENCE,
        "Conferences: working days after\nthe strategy discussion",
    ),
)
IN_TIME = (
    ("assessed_in_45_dfe", "Assessments within 45 days"),
    ("icpc_in_15_dfe", "Conferences within 15 days"),
)
MARKS = {"England": ("D", ORANGE), "Warwickshire": ("s", PINK)}


@dataclass(frozen=True)
class Published:
    """One published figure.

    Attributes
    ----------
    figure, band
        The measure it stands beside, and the band of a distribution; empty for a single share.
    value
        Share.
    source
        A fact of the project's list of public figures (``F72``), or its name.
    """

    figure: str
    area: str
    year: str
    band: str
    value: float
    source: str


def published() -> list[Published]:
    """Return the published figures that the package carries."""
    text = files("sim.data").joinpath("published.csv").read_text(encoding="utf-8")
    return [
        Published(r["figure"], r["area"], r["year"], r["band"], float(r["value"]), r["source"])
        for r in csv.DictReader(text.splitlines())
    ]


def beside_published(figures: Figures) -> Chart:
    """Draw how long assessments and conferences take, beside England and Warwickshire."""
    known = {measure: e for (measure, _), e in figures.whole.items() if e.mean is not None}
    beside = published()
    sentence = _sentence(known, beside)
    note = figures.note(
        "Bars: average of the possible futures; lines: nine in ten of them. Published figures are "
        "of all children, not of disabled children alone."
    )
    figure = begin(sentence, note, (12.5, 5.6))
    shown = [item for item in TIMES if any(m.startswith(item[0]) for m in known)]
    widths = [2.0 * len(item[1]) for item in shown] or [1.0]
    panels = figure.subplots(1, len(shown) + 1, width_ratios=[*widths, 14.0], squeeze=False)[0]
    for axes, (measure, names, title) in zip(panels, shown, strict=False):
        estimates = [known.get(f"{measure}:{band}") for band in names]
        points = {p.band: p.value for p in beside if p.figure == measure}
        _bars(axes, list(names), estimates, points)
        axes.set_title(title)
    _in_time(panels[-1], known, beside)
    return Chart("beside-published", figure, sentence, HEAD, tuple(_rows(known, beside)))


def _bars(
    axes: Axes, names: list[str], estimates: list[Estimate | None], points: dict[str, float]
) -> None:
    places = range(len(names))
    means = [(e.mean or 0.0) if e else 0.0 for e in estimates]
    axes.bar(places, means, WIDTH, color=BLUE, label="Model")
    for place, e in zip(places, estimates, strict=True):
        if e is not None and e.p5 is not None and e.p95 is not None:
            axes.plot([place, place], [e.p5, e.p95], color=GREY, linewidth=1.6)
    marker, colour = MARKS["England"]
    axes.plot(
        places, [points.get(name, float("nan")) for name in names], marker, color=colour,
        markersize=8, markeredgecolor="white", label="England 2025",
    )  # fmt: skip
    axes.set_xticks(places, names, rotation=40 if len(names) > 5 else 0)
    axes.yaxis.set_major_formatter("{x:.0%}")
    tops = [e.p95 or 0.0 for e in estimates if e is not None]
    axes.set_ylim(0, 1.3 * max([*tops, *points.values(), 0.01]))  # room for the legend
    axes.legend(frameon=False, loc="upper left", ncols=2 if len(names) > 5 else 1)


def _in_time(axes: Axes, known: dict[str, Estimate], beside: list[Published]) -> None:
    names = [(m, name) for m, name in IN_TIME if m in known]
    for place, (measure, _) in enumerate(names):
        e = known[measure]
        low, high = e.p5 or 0.0, e.p95 or 0.0
        axes.plot([low, high], [place, place], color=BLUE, linewidth=6, alpha=0.35)
        axes.plot([e.mean or 0.0], [place], "o", color=BLUE, markersize=9)
        axes.annotate(
            f"model {wording.share(e.mean or 0.0)}", (e.mean or 0.0, place), xytext=(0, 11),
            textcoords="offset points", ha="center", color=BLUE, fontweight="bold",
        )  # fmt: skip
        below = [p for p in beside if p.figure == measure]
        for row, p in enumerate(sorted(below, key=lambda p: -p.value), start=1):
            marker, colour = MARKS[p.area]
            height = place - 0.15 * row
            axes.plot([p.value], [height], marker, color=colour, markersize=6)
            axes.annotate(
                f"{p.area} {p.year}: {wording.share(p.value)}", (p.value, height), xytext=(7, 0),
                textcoords="offset points", va="center", color=colour, fontsize=8.5,
                annotation_clip=False,
            )  # fmt: skip
    axes.set_yticks(range(len(names)), [name.replace(" within ", "\nwithin ") for _, name in names])
    axes.set_ylim(-0.75, max(len(names) - 0.5, 0.5))
    axes.set_xlim(0.5, 1.0)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_title("In time, department's basis")


def _sentence(known: dict[str, Estimate], beside: list[Published]) -> str:
    parts = []
    for measure, words in (
        ("assessed_in_45_dfe", "assessments are complete within 45 working days"),
        ("icpc_in_15_dfe", "conferences are held within 15"),
    ):
        e = known.get(measure)
        england = next((p for p in beside if p.figure == measure and p.area == "England"), None)
        if e is not None and england is not None:
            mine = wording.mean(e, is_share=True)
            parts.append(f"{mine} of {words} ({wording.share(england.value)} in England)")
    return ", and ".join(parts) if parts else "Nothing was assessed and no conference held"


def _rows(known: dict[str, Estimate], beside: list[Published]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for p in beside:
        e = known.get(f"{p.figure}:{p.band}" if p.band else p.figure)
        mine = (plain(e.mean), plain(e.p5), plain(e.p95)) if e is not None else ("", "", "")
        rows.append((p.figure, p.band, *mine, p.area, p.year, plain(p.value), p.source))
    return rows
