"""Cases that move from stage to stage in a year: a picture of streams, its sentence, its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from sim.app.drawing import Drawn, Palette, styled
from sim.app.figures import Figures
from sim.experiment.summary import ALL, Estimate
from sim.report import wording

FLOW = "flow"
DOOR, OUT = "mash", "closed"
HEIGHT = 520  # pixels, of all streams and the room between them
ROOM = 12  # pixels between two stages
LEAST = 18  # pixels for a stage, so that its name can be read
STEPS = 24  # points of a stream's edge
EDGE = 0.035  # how wide a stage is drawn, where the whole is 1 wide
TITLE = "Cases that move from stage to stage in a year"


@dataclass(frozen=True)
class Flow:
    """Moves a year from one stage to another."""

    origin: str
    to: str
    a_year: Estimate

    @property
    def size(self) -> float:
        """How many, on average."""
        return self.a_year.mean or 0.0

    @property
    def said(self) -> str:
        """From where to where, in words."""
        return f"{wording.stage(self.origin)} to {_name(self.to)}"


def _name(stage: str) -> str:
    return "Closed" if stage == OUT else wording.stage(stage)


def flows(figures: Figures, period: str = ALL) -> list[Flow]:
    """List the moves, the most frequent first."""
    found = [
        Flow(origin, measure.partition(":")[2], estimate)
        for measure in figures.measures(FLOW)
        for origin in figures.places(measure)
        if (estimate := figures.get(measure, origin, period)) is not None
    ]
    return sorted((flow for flow in found if flow.size > 0.0), key=lambda flow: -flow.size)


def streams(figures: Figures, palette: Palette, period: str = ALL) -> Drawn:
    """Draw where cases go: on the left where they were, on the right where they went."""
    found = flows(figures, period)
    if not found:
        return Drawn(TITLE, "No case moves in this time.", None, pd.DataFrame())
    # Contacts that end with advice are many times all the rest, and would leave no room for it.
    shown = [flow for flow in found if (flow.origin, flow.to) != (DOOR, OUT)]
    chart = _draw(shown, palette) if shown else None
    return Drawn(TITLE, sentence(found), chart, table(found))


def sentence(found: Sequence[Flow]) -> str:
    """Say how many come in, what the most usual move is, and how many cases close."""
    parts = []
    advice = [flow for flow in found if (flow.origin, flow.to) == (DOOR, OUT)]
    entered = [flow for flow in found if flow.origin == DOOR and flow.to != OUT]
    if entered:
        count = _rounded(sum(flow.size for flow in entered))
        parts.append(f"About {count} contacts a year lead to an assessment or to early help")
        if advice:
            parts[-1] += f"; {wording.mean(advice[0].a_year)} end at the MASH and are not drawn"
    between = [flow for flow in found if flow.origin != DOOR and flow.to != OUT]
    if between:
        most = between[0]
        usual = wording.likely(most.a_year)
        text = f"The most usual move is {most.said}: {wording.mean(most.a_year)} a year"
        parts.append(text + (f" (nine futures in ten: {usual})" if usual else ""))
    closing = sum(flow.size for flow in found if flow.to == OUT and flow.origin != DOOR)
    parts.append(f"About {_rounded(closing)} cases close in a year")
    return ". ".join(parts) + "."


def _rounded(count: float) -> str:
    """Write a sum of averages, from a hundred up in tens: it is known no better."""
    return wording.number(count, -1 if count >= 100.0 else 0)


def table(found: Sequence[Flow]) -> pd.DataFrame:
    """Write a row for each move."""
    return pd.DataFrame(
        {
            "From": [wording.stage(flow.origin) for flow in found],
            "To": [_name(flow.to) for flow in found],
            "Moves a year": [wording.mean(flow.a_year) for flow in found],
            "Nine futures in ten": [wording.likely(flow.a_year) or "–" for flow in found],
        }
    )


@dataclass(frozen=True)
class _Box:
    """A stage on one side: its name, and from where to where it is drawn, in pixels."""

    name: str
    top: float
    bottom: float


def _draw(shown: Sequence[Flow], palette: Palette) -> dict[str, Any]:
    stages = [s for s in wording.STAGES if any(s in (f.origin, f.to) for f in shown)]
    stages += sorted({s for f in shown for s in (f.origin, f.to)} - {*stages})
    left = [s for s in stages if any(f.origin == s for f in shown)]
    right = [s for s in stages if any(f.to == s for f in shown)]
    total = sum(flow.size for flow in shown)
    scale = (HEIGHT - ROOM * max(len(left), len(right))) / total
    starts = _boxes(left, {s: sum(f.size for f in shown if f.origin == s) for s in left}, scale)
    ends = _boxes(right, {s: sum(f.size for f in shown if f.to == s) for s in right}, scale)
    colours = {s: palette.categories[i % len(palette.categories)] for i, s in enumerate(left)}
    edges = pd.DataFrame(_edges(shown, starts, ends, scale, colours, stages))
    low = max(box.bottom for box in (*starts.values(), *ends.values()))
    y = alt.Scale(domain=[low, 0.0], nice=False)
    x = alt.Scale(domain=[0.0, 1.0], nice=False)
    bands = (
        alt.Chart(edges)
        .mark_area(opacity=0.6)
        .encode(
            x=alt.X("x:Q", scale=x, axis=None),
            y=alt.Y("top:Q", scale=y, axis=None),
            y2="bottom:Q",
            detail="flow:N",
            color=alt.Color("colour:N", scale=None),
        )
    )
    layers = [bands, *_names(starts, palette, False), *_names(ends, palette, True)]
    chart = alt.layer(*layers).properties(height=low)
    return styled(chart, palette)


def _boxes(stages: Sequence[str], sizes: Mapping[str, float], scale: float) -> dict[str, _Box]:
    boxes: dict[str, _Box] = {}
    at = 0.0
    for stage in stages:
        height = sizes[stage] * scale
        spare = max(LEAST - height, 0.0)  # a thin one stands in the middle of room for its name
        top = at + spare / 2.0
        said = f"{_name(stage)}: {_rounded(sizes[stage])}"
        boxes[stage] = _Box(said, top, top + height)
        at += height + spare + ROOM
    return boxes


def _edges(
    shown: Sequence[Flow],
    starts: Mapping[str, _Box],
    ends: Mapping[str, _Box],
    scale: float,
    colours: Mapping[str, str],
    stages: Sequence[str],
) -> list[dict[str, Any]]:
    """Give the points of every stream's two edges."""
    place = {stage: number for number, stage in enumerate(stages)}
    leaves = {stage: box.top for stage, box in starts.items()}
    comes = {stage: box.top for stage, box in ends.items()}
    rows = []
    for flow in sorted(shown, key=lambda f: (place[f.origin], place[f.to])):
        height = flow.size * scale
        left, right = leaves[flow.origin], comes[flow.to]
        leaves[flow.origin] += height
        comes[flow.to] += height
        for step in range(STEPS + 1):
            t = step / STEPS
            top = left + (right - left) * t * t * (3.0 - 2.0 * t)
            rows.append(
                {
                    "flow": flow.said,
                    "x": EDGE + t * (1.0 - 2.0 * EDGE),
                    "top": top,
                    "bottom": top + height,
                    "colour": colours[flow.origin],
                }
            )
    return rows


def _names(boxes: Mapping[str, _Box], palette: Palette, is_right: bool) -> list[Any]:
    """Draw the stages of one side, and write their names beside them."""
    start, end = (1.0 - EDGE, 1.0) if is_right else (0.0, EDGE)
    frame = pd.DataFrame(
        {
            "name": [box.name for box in boxes.values()],
            "top": [box.top for box in boxes.values()],
            "bottom": [box.bottom for box in boxes.values()],
            "middle": [(box.top + box.bottom) / 2.0 for box in boxes.values()],
            "start": start,
            "end": end,
        }
    )
    base = alt.Chart(frame)
    bars = base.mark_rect(color=palette.main).encode(
        x=alt.X("start:Q", axis=None), x2="end:Q", y=alt.Y("top:Q", axis=None), y2="bottom:Q"
    )
    text = base.mark_text(
        align="left" if is_right else "right",
        dx=8 if is_right else -8,
        color=palette.text,
        fontSize=13,
        limit=230,
    ).encode(
        x=alt.X("end:Q" if is_right else "start:Q", axis=None),
        y=alt.Y("middle:Q", axis=None),
        text="name:N",
    )
    return [bars, text]
