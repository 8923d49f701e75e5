"""Charts of the application as pictures of a paper (`sim.report.paper`) or files."""

from __future__ import annotations

from typing import Any

from sim.app.drawing import Drawn
from sim.report.paper import Picture

WIDTH = 620  # pixels of a chart
FONT = "Arial, Helvetica, sans-serif"  # that of the application is not everywhere


def picture(drawn: Drawn) -> Picture:
    """Take a chart into a paper."""
    chart = drawn.chart
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


def _sized(chart: dict[str, Any]) -> dict[str, Any]:
    config = {**chart.get("config", {}), "font": FONT}
    return {**chart, "width": WIDTH, "background": "white", "config": config}
