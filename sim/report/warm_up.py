"""What was cut from the beginning of a cold start, in words and as a table."""

from __future__ import annotations

from pathlib import Path

from sim.experiment.run import Results
from sim.experiment.warm_up import WarmUp
from sim.report.files import write_csv
from sim.report.wording import wrapped


def simulated(results: Results) -> str:
    """Say what time the figures are over: all of it, or what is left after a warm-up."""
    if results.warm_up is None or not results.warm_up.months:
        return f"{results.loaded.scenario.horizon}"
    return f"{len(results.months)} months after a warm-up of {len(results.warm_up.months)}"


def warm_up_text(warm_up: WarmUp) -> str:
    """Say what was cut, and what settled when."""
    cut = len(warm_up.months)
    if cut:
        which = f"the first {cut} of {warm_up.of} months ({warm_up.months[0]} to "
        which += f"{warm_up.months[-1]}) are cut, when the last of these had settled"
    else:
        which = f"of {warm_up.of} months none is cut, as these never had to settle"
    lines = [wrapped(f"Cold start: nobody was open on day one; {which} (MSER-5)")]
    lines += [f"  {each.address}: {_after(each.after)}" for each in warm_up.settled]
    return "\n".join(lines)


def _after(months: int | None) -> str:
    return "from the start" if months == 0 else f"after {months} months"


def write_warm_up(warm_up: WarmUp, path: Path) -> None:
    """Write each series that was looked at, and after how many months it had settled."""
    rows = []
    for each in warm_up.settled:
        measure, _, where = each.address.partition("@")
        rows.append((measure, where, str(each.after)))
    write_csv(path, ("measure", "where", "settled_after_months"), rows)
