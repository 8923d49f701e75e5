"""Which cases of a claim are tried always, and which only at length (`make test-long`)."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def at_length(cases: Iterable[Any], always: Collection[Any]) -> list[Any]:
    """Mark as long the cases that are not tried always."""
    return [pytest.param(case, marks=() if case in always else pytest.mark.long) for case in cases]
