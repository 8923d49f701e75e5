"""Reading a file of actuals: what can be used is, and whatever cannot is said with its place."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.review.actuals import Actual, Actuals
from sim.review.cells import MONTHS_WRITTEN, CellError, month_of, number_of, share_of
from sim.review.counted import Counted, Shape
from sim.scenario.errors import Caution, Position, Problem, ScenarioError, nearest, refuse
from sim.scenario.source import MAX_BYTES

COLUMNS = ("month", "measure", "where", "value", "of")
NEEDED = COLUMNS[:4]
NOT_READ = ("what", "note")  # columns for people
MOST_BYTES = 4 * MAX_BYTES
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
MOST_SHOWN = 8  # months or names in a message

Row = tuple[int, dict[str, str]]  # line, cells by column


def read_actuals(path: Path, counted: Sequence[Counted], months: Sequence[str]) -> Actuals:
    """Read a file of actuals.

    Parameters
    ----------
    path
        A CSV file with the columns of `COLUMNS`, one number (or two) of one month a line.
    counted
        What the scenario can be compared on.
    months
        The months of the year under review.

    Raises
    ------
    ScenarioError
        If it cannot be read at all: no such file, not CSV, columns missing, nothing to use.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        text = "there is no such file" if missing else str(error.strerror)
        raise refuse(Position(name), (), text) from None
    return actuals_of(content, name, counted, months)


def actuals_of(
    content: bytes, name: str, counted: Sequence[Counted], months: Sequence[str]
) -> Actuals:
    """Read the content of such a file, which is called `name` in messages."""
    rows = _rows(_text(content, name), name)
    reader = _Reader(name, counted, months)
    taken = [found for row in rows if (found := reader.read(*row)) is not None]
    used = reader.without_contradictions(taken)
    if not used:
        first = str(reader.remarks[0]) if reader.remarks else "every value is blank"
        raise refuse(Position(name), (), f"nothing in it can be used; the first reason: {first}")
    given = {row.counted for row in used}
    known = {(row.counted, row.month) for row in used}
    missing = [
        (each, tuple(month for month in months if (each, month) not in known))
        for each in dict.fromkeys(row.counted for row in used)
    ]
    return Actuals(
        file=name,
        months=tuple(months),
        rows=tuple(used),
        remarks=tuple(sorted(reader.remarks, key=lambda remark: remark.line)),
        missing=tuple((each, gaps) for each, gaps in missing if gaps),
        not_given=tuple(each for each in counted if each not in given),
    )


def _text(content: bytes, name: str) -> str:
    if len(content) > MOST_BYTES:
        raise refuse(Position(name), (), f"is larger than {MOST_BYTES // 1_000_000} MB")
    if content.startswith(SPREADSHEETS):
        raise refuse(Position(name), (), "this is a spreadsheet; save it as 'CSV UTF-8'")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "is not UTF-8 text; save it from the spreadsheet as 'CSV UTF-8'"
        raise refuse(Position(name), (), text) from None


def _rows(text: str, name: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text))
    try:
        head = [cell.strip().lower() for cell in next(reader, [])]
        if problems := list(_columns(head, name)):
            raise ScenarioError(problems)
        return [
            (reader.line_num, dict(zip(head, map(str.strip, cells), strict=False)))
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        where = Position(name, reader.line_num, 1)
        raise refuse(where, (), f"cannot be read as CSV: {error}") from None


def _columns(head: Sequence[str], name: str) -> Iterator[Problem]:
    allowed = (*COLUMNS, *NOT_READ)
    for number, column in enumerate(head, start=1):
        at = Position(name, 1, number)
        if column and column not in allowed:
            hint = nearest(column, allowed)
            yield Problem(*at, "", f"unknown column '{column}'", column, allowed, hint)
        elif column and column in head[: number - 1]:
            yield Problem(*at, "", f"column '{column}' is given twice", column)
    for column in NEEDED:
        if column not in head:
            at = Position(name, 1, 1)
            yield Problem(*at, "", f"the column '{column}' is missing", None, COLUMNS)


class _Reader:
    """Reads rows one by one and collects what is wrong with them."""

    def __init__(self, name: str, counted: Sequence[Counted], months: Sequence[str]) -> None:
        self.name = name
        self.months = months
        self.by_name: dict[str, dict[str, Counted]] = {}
        for each in counted:
            self.by_name.setdefault(each.name, {})[each.where] = each
        self.remarks: list[Caution] = []

    def read(self, line: int, cells: dict[str, str]) -> Actual | None:
        """Read one row; None if it is blank or cannot be used."""
        if not cells.get("value"):
            if cells.get("of"):
                self._say(line, cells, "value", "'value' is blank, but 'of' is given: not used")
            return None
        counted, month = self._what(line, cells), self._month(line, cells)
        if counted is None or month is None:
            return None
        try:
            return self._numbers(line, cells, counted, month)
        except CellError as error:
            self._say(line, cells, error.column, f"{counted.address}: {error.message}")
            return None

    def _what(self, line: int, cells: dict[str, str]) -> Counted | None:
        name, where = cells.get("measure", ""), cells.get("where", "")
        places = self.by_name.get(name)
        if places is None:
            self._unknown(line, cells, "measure", "cannot be compared here", tuple(self.by_name))
            return None
        if where not in places:
            text = f"the scenario has no '{name}' there"
            self._unknown(line, cells, "where", text, tuple(places))
            return None
        return places[where]

    def _unknown(
        self, line: int, cells: dict[str, str], column: str, text: str, names: tuple[str, ...]
    ) -> None:
        given = cells.get(column, "")
        hint = nearest(given, names) if given else None
        said = f"'{given}': {text}" if given else f"'{column}' is blank"
        self._say(line, cells, column, said, () if hint else names[:MOST_SHOWN], hint)

    def _month(self, line: int, cells: dict[str, str]) -> str | None:
        given = cells.get("month", "")
        month = month_of(given)
        if month is None:
            self._say(line, cells, "month", f"'{given}' is not a month: {MONTHS_WRITTEN}")
        elif month not in self.months:
            year = f"{self.months[0]} to {self.months[-1]}"
            text = f"{month} is not in the year under review, {year}"
            self._say(line, cells, "month", text)
            return None
        return month

    def _numbers(self, line: int, cells: dict[str, str], counted: Counted, month: str) -> Actual:
        whole = counted.measure.whole
        given, of_given = cells["value"], cells.get("of", "")
        if counted.measure.shape is Shape.SHARE and not of_given:
            return Actual(counted, month, share_of(given), None, line)
        value = number_of("value", given, whole)
        if not counted.has_of:
            if of_given:
                raise CellError("of", "this is one number a month; leave 'of' blank")
            return Actual(counted, month, value, None, line)
        if not of_given:
            raise CellError("of", f"'of' is blank; it is the number of {counted.measure.of}")
        of = number_of("of", of_given, whole and counted.measure.shape is Shape.SHARE)
        if counted.measure.shape is Shape.SHARE and value > of:
            text = f"{given} of {of_given} is more than all; 'value' may be 0 to {of_given}"
            raise CellError("value", text)
        return Actual(counted, month, value, of, line)

    def without_contradictions(self, rows: Sequence[Actual]) -> list[Actual]:
        """Leave out what is given twice: once where both are the same, else both."""
        first: dict[tuple[Counted, str], Actual] = {}
        refused = set()
        for row in rows:
            key = (row.counted, row.month)
            before = first.setdefault(key, row)
            if before is row:
                continue
            same = (before.value, before.of) == (row.value, row.of)
            used = "one is used" if same else "they differ, so neither is used"
            text = f"is given twice for {row.month}, also on line {before.line}; {used}"
            cells = {"measure": row.counted.name}
            self._say(row.line, cells, "measure", f"{row.counted.address} {text}")
            if not same:
                refused.add(key)
        return [row for key, row in first.items() if key not in refused]

    def _say(
        self,
        line: int,
        cells: dict[str, str],
        column: str,
        message: str,
        allowed: tuple[str, ...] = (),
        hint: str | None = None,
    ) -> None:
        place = [*cells].index(column) + 1 if column in cells else COLUMNS.index(column) + 1
        value = cells.get(column)
        self.remarks.append(Caution(self.name, line, place, column, message, value, allowed, hint))
