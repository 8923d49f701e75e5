"""The manifest of a folder of results: what was run, with what and when."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim import __version__
from sim.report.results_folder import MANIFEST, PROGRAM
from sim.scenario import Loaded
from sim.scenario.schema import Scenario

LIBRARIES = ("simpy", "pydantic", "pyyaml", "numpy", "scipy", "pandas", "pyarrow", "matplotlib")


def write_manifest(
    folder: Path, command: Sequence[str], what: Mapping[str, Any], seconds: float
) -> None:
    """Write it: enough to make the same results again.

    Parameters
    ----------
    command
        As it was typed.
    what
        What was run: the scenarios, the seed, how many possible futures.
    seconds
        How long it took.
    """
    manifest = {
        "program": PROGRAM,
        "version": __version__,
        "command": list(command),
        **what,
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False, default=str)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def of_one(
    loaded: Loaded[Scenario], seed: int, asked: int, numbers: Sequence[int]
) -> dict[str, Any]:
    """Say what was run of one scenario; `numbers` are the replications that were finished."""
    return {
        "scenario": about(loaded),
        "seed": seed,
        "replications": {"asked": asked, "done": len(numbers), "numbers": list(numbers)},
        "interrupted": len(numbers) < asked,
    }


def about(loaded: Loaded[Scenario]) -> dict[str, Any]:
    """Say all that a scenario says, and where it was read."""
    scenario = loaded.scenario
    return {
        "name": scenario.name,
        "title": scenario.title,
        "digest": loaded.digest,
        "files": list(loaded.files),
        "data": loaded.data,
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
