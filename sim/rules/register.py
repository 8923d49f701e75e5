"""The register itself: for each rule whether it is in force, in which models and how.

What the scenarios and the code say of themselves counts first. A small table kept by hand
(`sim/data/rule_register.csv`) adds what they cannot say: the function that keeps a rule without
naming it, the test that shows it, why a rule is no matter of capacity. If the table says *not yet*,
that is so whatever names the rule: to name is not to keep.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.rules.documents import MODELS, Rule, rules, table
from sim.rules.evidence import Found, has, in_code, in_keys
from sim.scenario import available, load
from sim.scenario.schema import Scenario

IN_FORCE, NO_MATTER, NOT_YET = "in force", "not a capacity matter", "not yet in force"
# How a rule is kept, in the table kept by hand.
KEY, FUNCTION, SAME, LATER = "key", "function", NO_MATTER, "not yet"
HOW = (KEY, FUNCTION, SAME, LATER)


@dataclass(frozen=True)
class Entry:
    """What the register says of one rule.

    Attributes
    ----------
    status
        In force, not a capacity matter, or not yet in force.
    models
        The scenarios in which it is in force.
    keys, functions
        How: keys of those scenarios, functions of `sim/service`.
    test
        The test that shows it; empty for none.
    reason
        Why it is no matter of capacity or not yet in force, or what stands in for it.
    """

    rule: Rule
    status: str
    models: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    test: str = ""
    reason: str = ""


@dataclass
class _Models:
    """The packaged models, and where they name rules."""

    scenarios: dict[str, Scenario] = field(default_factory=dict)
    keys: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def of(self, document: str) -> list[str]:
        return [name for name in MODELS[document] if name in self.scenarios]


def register() -> list[Entry]:
    """Return the register, a row for each rule."""
    models = _load()
    code = in_code()
    by_hand = {row["rule"]: row for row in table("rule_register.csv")}
    return [_entry(rule, by_hand.get(rule.id), code.get(rule.id, []), models) for rule in rules()]


def _load() -> _Models:
    models = _Models()
    there = {name for name, _, _ in available()}
    for name in dict.fromkeys(name for names in MODELS.values() for name in names):
        if name in there:
            models.scenarios[name] = load(name).scenario
            models.keys[name] = in_keys(models.scenarios[name])
    return models


def _entry(rule: Rule, row: dict[str, str] | None, named: list[Found], models: _Models) -> Entry:
    test, reason = (row["test"], row["reason"]) if row else ("", "")
    how = row["how"] if row else ""
    if how == NO_MATTER:
        return Entry(rule, NO_MATTER, reason=reason)
    if how == LATER:
        return Entry(rule, NOT_YET, reason=reason)
    found = list(named)
    own = [Found(where, row["needs"]) for where in row["where"].split("; ") if where] if row else []
    keys: list[str] = []
    functions: list[str] = []
    kept: list[str] = []
    for name in models.of(rule.document):
        scenario = models.scenarios[name]
        here = list(models.keys[name].get(rule.id, []))
        done: list[str] = [f.where for f in found if has(scenario, f.part)]
        if how == KEY:
            here += [f.where for f in own if has(scenario, f.where)]
        elif how == FUNCTION:
            done += [f.where for f in own if has(scenario, f.part)]
        if here or done:
            kept.append(name)
        keys += here
        functions += done
    if not kept:
        return Entry(
            rule, NOT_YET, reason=reason or "nothing in the scenarios or the code keeps it"
        )
    return Entry(rule, IN_FORCE, tuple(kept), _once(keys), _once(functions), test, reason)


def _once(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
