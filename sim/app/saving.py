"""A service as a scenario file: it can be opened again here, and run from the command line."""

from __future__ import annotations

import re

from sim import __version__
from sim.app.service import Service
from sim.scenario import Loaded, to_yaml
from sim.scenario.schema import Scenario

LONGEST = 60  # characters of a file's name


def scenario_file(service: Service, loaded: Loaded[Scenario]) -> str:
    """Write the whole scenario, everything in one file, with a word on what it is."""
    name = file_name(loaded, "yaml")
    return (
        f"# Saved by Caseload {__version__}. Digest: {loaded.digest}\n"
        f"# The same numbers: caseload run {name} --replications {service.futures} "
        f"--seed {service.seed}\n"
        f"{to_yaml(loaded)}"
    )


def file_name(loaded: Loaded[Scenario], ending: str, what: str = "") -> str:
    """Name a file after a scenario."""
    plain = re.sub(r"[^a-z0-9]+", "-", loaded.scenario.name.lower()).strip("-") or "scenario"
    return f"{plain[:LONGEST]}{f'-{what}' if what else ''}.{ending}"
