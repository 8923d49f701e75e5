"""Caseload: a discrete-event capacity simulator of services for disabled children.

``import sim`` loads nothing else. The names of the public interface are found when first used, so
that the model can be imported where NumPy, pandas or Streamlit are not installed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import compare as compare
    from sim.api import load as load
    from sim.api import run as run
    from sim.api import sweep as sweep
    from sim.api_review import review_year as review_year
    from sim.api_size import size as size
    from sim.scenario import ScenarioError as ScenarioError

__version__ = "0.1.0"

# The public interface: name -> the module that defines it under the same name, for example
# ``"load": "sim.scenario"``. A name here must not be that of a module of the package.
_LAZY: dict[str, str] = {
    "ScenarioError": "sim.scenario",
    "compare": "sim.api",
    "load": "sim.api",
    "review_year": "sim.api_review",
    "run": "sim.api",
    "size": "sim.api_size",
    "sweep": "sim.api",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module the first time it is asked for."""
    module = _LAZY.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the lazily found names with the others."""
    return sorted({*globals(), *_LAZY})
