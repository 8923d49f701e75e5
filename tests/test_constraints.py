"""`make setup` installs the same on every day: whatever comes with it is pinned."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
OURSELVES = "caseload"


def asked() -> list[str]:
    """What pyproject.toml asks for, for use, for clusters and for development."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        *project["dependencies"],
        *(x for e in project["optional-dependencies"].values() for x in e),
    ]


def needed(requirements: list[str], extras: frozenset[str], seen: set[str]) -> Iterator[str]:
    """Name everything that is installed with these, where it is installed here."""
    for text in requirements:
        each = Requirement(text)
        name = canonicalize_name(each.name)
        marked = each.marker is None or any(
            each.marker.evaluate({"extra": extra}) for extra in extras or {""}
        )
        if not marked or name in seen or name == OURSELVES:
            continue
        seen.add(name)
        try:
            more = requires(name) or []
        except PackageNotFoundError:
            continue
        yield name
        yield from needed(more, frozenset(each.extras), seen)


def test_everything_that_is_installed_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {canonicalize_name(re.split("==", line)[0]) for line in lines}
    wanted = set(needed(asked(), frozenset(), set()))
    assert {"streamlit", "pandas", "nbclient"} <= wanted
    assert wanted <= pinned, f"pin {sorted(wanted - pinned)} in constraints.txt"
