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


def test_a_cluster_is_not_imported_until_one_is_used() -> None:
    modules = "sim.cli, sim.commands.run, sim.commands.compare, sim.commands.sweep"
    script = f"import sys, {modules}, sim.experiment.cluster\nprint('distributed' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_the_pages_open_without_what_only_a_report_needs() -> None:
    script = "import sys, sim.pages.parts.following, sim.pages.parts.compared\n"
    script += (
        "print([name for name in ('matplotlib', 'docx', 'vl_convert') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_model_and_its_measures_import_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(heavy=HEAVY)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
