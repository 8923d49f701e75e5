"""The chart of why work is late: the time past due of each promise, shared out by cause."""

from __future__ import annotations

from sim.report import wording
from sim.report.causes import CAUSES, cause_of
from sim.report.drawing import BLUE, GREY, ORANGE, PINK, PURPLE, TURQUOISE, Chart, begin
from sim.report.figures import Figures
from sim.report.files import plain

# The colour and hatch of each cause (so that colour is never alone).
LOOKS = {
    "more_pressing": (BLUE, ""),
    "in_hand": (TURQUOISE, ".."),
    "absent": (ORANGE, "//"),
    "post_vacant": (PINK, "xx"),
    "unallocated": (GREY, "++"),
    "manager_or_panel": (PURPLE, "\\\\"),
    "family_or_agency": ("#767676", "oo"),
}
LEAST_DAYS = 1.0  # working days past due a year below which a promise is not drawn
WIDE_ENOUGH = 0.06  # a share in which its number can be read


def why_late(figures: Figures) -> Chart:
    """Draw, for each promise, what the time past due was spent on."""
    days: dict[tuple[str, str], dict[str, float]] = {}
    for late in figures.lateness:
        cause = cause_of(late.state)
        by_cause = days.setdefault((late.timescale, late.stage), {})
        by_cause[cause] = by_cause.get(cause, 0.0) + (late.days.mean or 0.0)
    drawn = {cell: by for cell, by in days.items() if sum(by.values()) >= LEAST_DAYS}
    cells = sorted(drawn, key=lambda cell: sum(drawn[cell].values()))
    sentence = _sentence(drawn)
    note = "Working days past due a year, of all children together; shares of each bar."
    figure = begin(sentence, figures.note(note), (11.0, 2.4 + 0.5 * max(len(cells), 1)))
    axes = figure.add_subplot()
    left = [0.0] * len(cells)
    for cause, name in CAUSES.items():
        colour, hatch = LOOKS[cause]
        shares = [drawn[cell].get(cause, 0.0) / sum(drawn[cell].values()) for cell in cells]
        axes.barh(
            range(len(cells)), shares, left=left, color=colour, hatch=hatch, edgecolor="white",
            linewidth=0.5, height=0.66, label=name,
        )  # fmt: skip
        for place, (start, share) in enumerate(zip(left, shares, strict=True)):
            if share >= WIDE_ENOUGH:
                box = {"facecolor": colour, "edgecolor": "none", "pad": 1.5}
                axes.text(
                    start + share / 2, place, wording.share(share), ha="center", va="center",
                    color="white", fontweight="bold", bbox=box,
                )  # fmt: skip
        left = [start + share for start, share in zip(left, shares, strict=True)]
    names = [f"{_name(*cell)}: {sum(drawn[cell].values()):,.0f} days" for cell in cells]
    axes.set_yticks(range(len(cells)), names)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel("Share of the time past due")
    axes.grid(visible=False)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.2, 1.0), ncols=4, frameon=False)
    rows = [
        (late.timescale, late.stage, late.state, plain(late.days.mean), plain(late.share))
        for late in figures.lateness
    ]
    head = ("timescale", "stage", "state", "days_a_year", "share")
    return Chart("why-late", figure, sentence, head, tuple(rows))


def _sentence(drawn: dict[tuple[str, str], dict[str, float]]) -> str:
    total: dict[str, float] = {}
    for by_cause in drawn.values():
        for cause, number in by_cause.items():
            total[cause] = total.get(cause, 0.0) + number
    if not total:
        return "Hardly anything was late"
    most = max(total, key=lambda cause: total[cause])
    name = CAUSES[most]
    share = wording.share(total[most] / sum(total.values()))
    reason = f"its worker was {name}" if most == "more_pressing" else f"the reason was: {name}"
    return f"Of the time that work was past due, {share} went by while {reason}"


def _name(timescale: str, stage: str) -> str:
    name, where = wording.timescale(timescale), wording.stage(stage)
    return name if where in name or stage in ("mash", "service") else f"{name}, {where}"
