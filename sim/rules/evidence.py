"""What the scenarios and the code say of themselves: keys and functions that name a rule."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from sim.rules.documents import named_in
from sim.scenario import keys
from sim.scenario.schema import Scenario
from sim.service.checks.conditions import conditions_named
from sim.service.conditions import CONDITIONS
from sim.service.rules import GUARDS

# What a scenario must have for a module to do anything; one not named here always counts.
PART = {
    "attached_work": "attached_work",
    "caf_tac": "early_help",
    "carers": "carers",
    "consent": "early_help",
    "cover": "people",
    "crises": "need_events",
    "enquiry": "safeguarding",
    "growing_up": "growing_up",
    "health": "need_events",
    "need_events": "need_events",
    "need_plan": "need_events",
    "open_to_review": "open_to_review",
    "packages": "need_events",
    "panel": "need_events",
    "protection": "safeguarding",
    "rises": "need_events",
    "safeguarding": "safeguarding",
    "safeguarding_plan": "safeguarding",
    "step_down": "early_help",
    "step_up": "early_help",
    "strand": "need_events",
    "updating": "need_events",
}
# Guards are in force where a stage names them; see `_guards`.
_GUARDS = ("rule", "rules", "rules_open_to_review", "rules_care_managed", "conditions")


@dataclass(frozen=True)
class Found:
    """Where a rule is named.

    Attributes
    ----------
    where
        A key of a scenario, or ``module.function`` of `sim/service`.
    part
        The part of a scenario that it needs to do anything; empty for none.
    """

    where: str
    part: str = ""


def in_keys(scenario: Scenario) -> dict[str, list[str]]:
    """Find the keys of a scenario whose ``source`` names a rule, and the guards of its stages."""
    found: dict[str, list[str]] = {}
    for key in keys(scenario):
        if key.path.endswith((".source", ".grade", ".note")) or not key.value:
            continue
        for rule in named_in(key.source or ""):
            found.setdefault(rule, []).append(key.path)
    for name, stage in scenario.stages.items():
        for guard in stage.guards:
            for rule in getattr(GUARDS[guard], "clauses", ()):
                found.setdefault(rule, []).append(f"stages.{name}.guards: {guard}")
        for kind, task in stage.tasks.items():
            for within, named in conditions_named(task):
                for rule in getattr(CONDITIONS[named], "clauses", ()):
                    where = f"stages.{name}.tasks.{kind}.{within}: {named}"
                    found.setdefault(rule, []).append(where)
    return found


def in_code() -> dict[str, list[Found]]:
    """Find the functions of the service whose docstring or comments name a rule.

    A range, as "R48 to R64" at the head of a module, says what the module is about, not that each
    of them is kept: it does not count.
    """
    found: dict[str, list[Found]] = {}
    for file in sorted(files("sim.service").iterdir(), key=lambda item: item.name):
        module = file.name.removesuffix(".py")
        if not file.name.endswith(".py") or module in _GUARDS:
            continue
        text = file.read_text(encoding="utf-8")
        for name, piece in _pieces(text):
            where = f"{module}.{name}" if name else module
            for rule in dict.fromkeys(named_in(piece, ranges=False)):
                found.setdefault(rule, []).append(Found(where, PART.get(module, "")))
    return found


def _pieces(text: str) -> Iterable[tuple[str, str]]:
    """Give each function with its text, and first what is in none of them."""
    lines = text.splitlines()
    rest = dict(enumerate(lines, start=1))
    pieces: list[tuple[str, str]] = []

    def look(body: Iterable[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                look(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                last = node.end_lineno or node.lineno
                taken = [rest.pop(number, "") for number in range(node.lineno, last + 1)]
                pieces.append((prefix + node.name, "\n".join(taken)))

    look(ast.parse(text).body, "")
    return [*pieces, ("", "\n".join(rest.values()))]


def has(scenario: Scenario, part: str) -> bool:
    """Say whether a scenario has a part, such as ``early_help`` or ``stages.open_to_review``."""
    here: object = scenario
    for name in filter(None, part.split(".")):
        here = here.get(name) if isinstance(here, Mapping) else getattr(here, name, None)
    return bool(here)
