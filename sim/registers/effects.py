"""What moving an input over its range changes: read from a folder of ``caseload sensitivity``."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.errors import Position, refuse

TABLE, MANIFEST = "sensitivity.csv", "manifest.json"
NEEDED = ("measure", "where", "unit", "input", "as_stated", "size", "verdict")
LEAST = 1e-9  # of a measure that is nothing as stated: any effect is then a whole one


@dataclass(frozen=True, slots=True)
class Effect:
    """What moving one input over its range changes most.

    Attributes
    ----------
    measure, where, period, unit
        Of what is changed.
    size
        From the lowest to the highest average.
    relative
        The same, as a share of the measure as stated.
    shown
        Whether the futures show it.
    """

    measure: str
    where: str
    period: str
    unit: str
    size: float
    relative: float
    shown: bool


@dataclass(frozen=True)
class Tornado:
    """What a folder says.

    Attributes
    ----------
    effects
        Of each input that was moved, the greatest in relation to its measure; one that is shown
        goes before one that is not.
    digest, horizon, futures, seed
        Of the scenario it is about; empty or nothing where the folder does not say.
    """

    effects: Mapping[str, Effect]
    digest: str
    horizon: str
    futures: int
    seed: int | None


def read_tornado(folder: Path) -> Tornado:
    """Read the folder that ``caseload sensitivity --out`` wrote.

    Raises
    ------
    ScenarioError
        If there is none, or it is something else.
    """
    table = folder / TABLE
    best: dict[str, Effect] = {}
    try:
        with table.open(encoding="utf-8", newline="") as file:
            for line, effect in _effects(csv.DictReader(file), str(table)):
                known = best.get(line)
                if known is None or _rank(effect) > _rank(known):
                    best[line] = effect
        about = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, csv.Error):
        text = "is no folder that 'caseload sensitivity SCENARIO --out FOLDER' wrote"
        raise refuse(Position(str(folder)), (), text) from None
    arms = list(about.get("scenarios", {}).values()) or [about.get("scenario", {})]
    return Tornado(
        effects=best,
        digest=str(arms[0].get("digest", "")),
        horizon=str(arms[0].get("data", {}).get("horizon", "")),
        futures=int(about.get("replications", 0)),
        seed=about.get("seed"),
    )


def _effects(rows: csv.DictReader[str], name: str) -> Iterator[tuple[str, Effect]]:
    missing = [column for column in NEEDED if column not in (rows.fieldnames or ())]
    if missing:
        text = f"the column '{missing[0]}' is missing; 'caseload sensitivity' writes it"
        raise refuse(Position(name, 1, 1), (), text)
    for row in rows:
        size, base = float(row["size"] or 0.0), abs(float(row["as_stated"] or 0.0))
        yield (
            row["input"],
            Effect(
                measure=row["measure"],
                where=row["where"],
                period=row.get("period", ""),
                unit=row["unit"],
                size=size,
                relative=size / max(base, LEAST),
                shown=row["verdict"] == "shown",
            ),
        )


def _rank(effect: Effect) -> tuple[bool, float]:
    return effect.shown, effect.relative
