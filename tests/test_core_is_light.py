"""The model itself runs where NumPy, pandas, SciPy and Streamlit are absent (a browser)."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("numpy", "scipy", "pandas", "pyarrow", "matplotlib", "streamlit", "multiprocessing")

SCRIPT = """
import sys
import sim.service.service, sim.service.plan, sim.measure.eventlog, sim.measure.series
print(" ".join(name for name in {heavy!r} if name in sys.modules))
"""


def test_the_model_and_its_measures_import_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(heavy=HEAVY)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
