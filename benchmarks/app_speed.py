"""How fast the application answers: the first page, a change's estimate, a run of the baseline.

Without a browser (what a browser adds is drawing), in processes of their own, with an empty run
store. Wall time on all processors: say on which machine, and that nothing else was running.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from sim.app.job import Job, Order
from sim.app.service import BASELINE, EXAMPLE, FUTURES, HORIZON

HERE = Path(__file__).resolve().parents[1]
PAGE = HERE / "sim" / "pages" / "explore.py"
FIRST_PAGE = f"""
from streamlit.testing.v1 import AppTest
AppTest.from_file({str(HERE / "app.py")!r}, default_timeout=60).run()
"""


def first_page() -> float:
    """Time a server's first page: importing everything and running the page."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", FIRST_PAGE], check=True, capture_output=True, cwd=HERE)
    return time.perf_counter() - began


def estimates() -> list[float]:
    """Time what it takes to show a change's estimate."""
    page = AppTest.from_file(str(PAGE), default_timeout=60).run()
    taken = []
    for posts in (8, 6, 5, 4, 3):
        control = page.number_input(key=f"in:{EXAMPLE}").set_value(posts)
        began = time.perf_counter()
        control.run()
        taken.append(time.perf_counter() - began)
    return taken


def baseline() -> tuple[float, float]:
    """Time the first result of the baseline, and all of its futures."""
    with tempfile.TemporaryDirectory() as store:
        os.environ["CASELOAD_STORE"] = store
        job = Job(Order((BASELINE,), HORIZON, FUTURES))
        while job.done == 0:
            time.sleep(0.02)
        first = job.seconds
        job.wait()
        return first, job.seconds


def main() -> None:
    """Print the times beside their targets."""
    print(f"first page                 {first_page():6.2f} s   (target 2 s)")
    print(f"a change's estimate        {statistics.median(estimates()):6.2f} s   (target 0.3 s)")
    first, whole = baseline()
    print(f"first result               {first:6.2f} s")
    print(f"{HORIZON}, {FUTURES} futures, baseline{whole:6.2f} s   (target 10 s on two cores)")


if __name__ == "__main__":
    main()
