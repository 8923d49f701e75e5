"""``caseload app``: open the application in a browser."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from pathlib import Path


def open_app() -> int:
    """Start Streamlit on the application and wait for it to end."""
    packaged = Path(str(files("sim"))) / "_app" / "app.py"
    beside = Path(__file__).resolve().parents[2] / "app.py"
    entry = packaged if packaged.is_file() else beside
    if not entry.is_file():
        print("caseload: the application (app.py) is not installed here", file=sys.stderr)
        return 1
    return subprocess.call([sys.executable, "-m", "streamlit", "run", str(entry)])
