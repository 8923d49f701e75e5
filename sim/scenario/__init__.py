"""Scenarios: what is simulated, read from files that say so in the words of the service.

``load`` reads one by name or path, ``load_text`` from an upload; ``keys`` lists what can
be set in it.
"""

from sim.scenario.changes import Changed
from sim.scenario.errors import Caution, Problem, ScenarioError
from sim.scenario.keys import Key, keys
from sim.scenario.load import Loaded, available, load, load_text, to_yaml, with_sets

__all__ = [
    "Caution",
    "Changed",
    "Key",
    "Loaded",
    "Problem",
    "ScenarioError",
    "available",
    "keys",
    "load",
    "load_text",
    "to_yaml",
    "with_sets",
]
