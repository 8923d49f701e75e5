"""What may be written in one cell of a file of actuals: a month, a number, a share."""

from __future__ import annotations

import math
import re
from datetime import datetime

MONTHS_WRITTEN = "write 2026-04, or as a spreadsheet does, Apr-26, April 2026 or 01/04/2026"
_FORMS = ("%Y-%m", "%Y-%m-%d", "%b-%y", "%b-%Y", "%b %Y", "%B %Y", "%b %y", "%d/%m/%Y")
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_FORMULA = ("=", "@")


class CellError(Exception):
    """A cell cannot be used; says which column, and why."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column
        self.message = message


def month_of(text: str) -> str | None:
    """Read a month as ``2026-04``; None if it is not one, or is a day other than the first."""
    for form in _FORMS:
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            continue
        return f"{found:%Y-%m}" if found.day == 1 else None
    return None


def number_of(column: str, text: str, whole: bool) -> float:
    """Read a number that is not negative.

    Raises
    ------
    CellError
        If it is something else, a formula say, or not whole where it has to be.
    """
    if text.startswith(_FORMULA):
        raise CellError(column, f"'{text}' is a formula; write the number it gives")
    if not _NUMBER.fullmatch(text):
        raise CellError(column, f"'{text}' is not a number; write one such as 12, or nothing")
    value = float(text.replace(",", ""))
    if value < 0:
        raise CellError(column, f"{text} is negative; it may be 0 or more")
    if not math.isfinite(value):
        raise CellError(column, f"{text} is too large")
    if whole and value != round(value):
        raise CellError(column, f"{text} is not a whole number")
    return value


def share_of(text: str) -> float:
    """Read a share without the number it is of: ``85%`` or ``0.85``.

    Raises
    ------
    CellError
        If it is no share, or a bare 1, which could be one child or all of them.
    """
    percent = text.endswith("%")
    value = number_of("value", text.removesuffix("%").strip(), whole=False)
    value = value / 100.0 if percent else value
    if not percent and value == 1.0:
        raise CellError("value", "1 could be one or all; give 'of', or write 100%")
    if value > 1.0:
        raise CellError(
            "value", f"give 'of', out of how many; without it, a share from 0 to 100%, not {text}"
        )
    return value
