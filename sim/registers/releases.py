"""Which releases of the program change results: what a review has to know of the version before.

The change log says so of each release, and a table beside it says the same for the program itself,
with a fingerprint of the stored event trace that the release gives; a test holds all three against
each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.rules.documents import table


@dataclass(frozen=True, slots=True)
class Release:
    """One release.

    Attributes
    ----------
    version
        As ``caseload --version`` says it.
    changes_results
        Whether the same scenario and seed give other numbers than with the release before.
    trace
        The beginning of the SHA-256 of the stored event trace of a small service.
    """

    version: str
    changes_results: bool
    trace: str


def releases() -> tuple[Release, ...]:
    """List the releases, the first one first."""
    return tuple(
        Release(row["version"], row["changes_results"] == "yes", row["trace"])
        for row in table("releases.csv")
    )


def changed_since(version: str) -> tuple[str, ...] | None:
    """Name the releases after a version that change results; None if there is no such version."""
    known = releases()
    versions = [release.version for release in known]
    if version not in versions:
        return None
    later = known[versions.index(version) + 1 :]
    return tuple(release.version for release in later if release.changes_results)
