"""The packaged models as they are written, but quiet: some stages keep their rules and tasks.

Whatever happens by chance is taken out (see `helpers.quiet`), every piece of work takes its mean
hours, and there is one of each post; what a rule says of a stage is what the scenario says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import HUBS, Data, overlay, plans_of, quiet

from sim.service.plan import Plan

Plans = list[tuple[int, Plan]]
Switch = Callable[[pytest.MonkeyPatch], None]
TESTS = Path(__file__).parent
FOUND_OUT = (AssertionError, BaseExceptionGroup)  # one way to fail, or several


def written(model: str, keeps: Iterable[str], *overs: Mapping[str, Any]) -> Plans:
    """Compile a model quietly; `keeps` are the stages whose rules and tasks stay as they are."""
    return list(_compiled(model, tuple(keeps), yaml.safe_dump(list(overs))))


@cache
def _compiled(model: str, keeps: tuple[str, ...], overs: str) -> tuple[tuple[int, Plan], ...]:
    data = quiet(model, keeps=keeps)
    for stage in keeps:
        data["stages"][stage]["tasks"] = fixed(data["stages"][stage]["tasks"])
    for over in yaml.safe_load(overs):
        data = overlay(data, over)
    return tuple(plans_of(data))


def fixed(data: Any) -> Any:
    """Give each spread of hours its mean."""
    if not isinstance(data, dict):
        return data
    if "gamma" in data:
        rest = {key: value for key, value in data.items() if key != "gamma"}
        return {"value": data["gamma"]["mean"], **rest}
    return {key: fixed(value) for key, value in data.items()}


def task(hub: str, name: str, **says: Any) -> Data:
    """Say something else about a task of a hub; None takes it away."""
    return {"stages": {HUBS.get(hub, hub): {"tasks": {name: says}}}}


def found_out(claim: Callable[[], object]) -> None:
    """Hold that a claim is not kept, and that the test says so, not the program.

    What was to happen and never did may be missed as the first of none.
    """
    with pytest.raises((*FOUND_OUT, IndexError, StopIteration)) as found:
        claim()
    if not isinstance(found.value, BaseExceptionGroup):
        assert TESTS in Path(found.traceback[-1].path).parents, found.value


def fails_without(claim: Callable[[], object], off: Switch) -> None:
    """Show that a test finds out when a rule is patched out of the program.

    The test itself is part of the suite, where the rule is on and it has to pass.
    """
    with pytest.MonkeyPatch.context() as patch:
        off(patch)
        found_out(claim)


def patched(where: Any, name: str, instead: Any) -> Switch:
    """Put something in a function's place."""

    def switch(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(where, name, instead)

    return switch


def gives(answer: Any) -> Callable[..., Any]:
    """Return a function that does nothing and always gives one answer."""
    return lambda *args, **says: answer
