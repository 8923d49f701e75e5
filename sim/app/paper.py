"""Charts of the application as pictures of a paper (`sim.report.paper`) or files."""

from __future__ import annotations

from typing import Any

from sim.app.drawing import Drawn
from sim.report.paper import Picture

WIDTH = 620  # pixels of a chart
# On paper a chart is so wide, names and all, that letters are of one size in every one; and it is
# lower than on the screen, and so are its bars: three have to leave room for the rest of two pages.
ON_PAPER, FLAT, FLAT_BAR = 760, 0.55, 0.65
FONT = "Arial, Helvetica, sans-serif"  # that of the application is not everywhere


def picture(drawn: Drawn) -> Picture:
    """Take a chart into a paper."""
    chart = None if drawn.chart is None else _flat(drawn.chart)
    return Picture(
        drawn.title,
        drawn.sentence,
        drawn.table,
        png=None if chart is None else lambda: png(chart),
        svg=None if chart is None else lambda: svg(chart),
    )


def svg(chart: dict[str, Any]) -> str:
    """Draw a chart as SVG."""
    import vl_convert  # slow to import, and needed only when something is taken away

    return str(vl_convert.vegalite_to_svg(_sized(chart)))


def png(chart: dict[str, Any]) -> bytes:
    """Draw a chart as PNG, at twice the size of the screen."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(_sized(chart), scale=2))


def _flat(chart: dict[str, Any]) -> dict[str, Any]:
    fit = {"type": "fit-x", "contains": "padding"}
    layers = [{**layer, "mark": _flat_bar(layer["mark"])} for layer in chart["layer"]]
    size = {"width": ON_PAPER, "height": chart["height"] * FLAT, "autosize": fit}
    return {**chart, **size, "layer": layers}


def _flat_bar(mark: dict[str, Any]) -> dict[str, Any]:
    return {**mark, "height": mark["height"] * FLAT_BAR} if "height" in mark else mark


def _sized(chart: dict[str, Any]) -> dict[str, Any]:
    config = {**chart.get("config", {}), "font": FONT}
    return {"width": WIDTH, **chart, "background": "white", "config": config}
