"""Reading a service's own day-one caseload from a CSV file, into the scenario's data.

Each cell keeps its place, so that what is wrong with it is said with the file and the line.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.errors import (
    Path,
    Position,
    Positions,
    Problem,
    ScenarioError,
    locate,
    nearest,
    problem,
    refuse,
)
from sim.scenario.sections.caseload import Case
from sim.scenario.source import MAX_BYTES, Source

AT: Path = ("day_one", "caseload")
INSTEAD_OF = ("children", "siblings")  # counts and shares that only counts need
NEEDED = ("child", "stage")
MOST_BYTES = 4 * MAX_BYTES


def with_caseload(source: Source, *, may_open: bool) -> Source:
    """Put the rows of the file that ``day_one.caseload`` names in its place.

    Parameters
    ----------
    source
        The merged scenario; not changed.
    may_open
        Whether files may be opened: not for a scenario that was handed over as text.

    Raises
    ------
    ScenarioError
        Naming the file, line and column of everything that cannot be read.
    """
    day_one = source.data.get("day_one")
    given = day_one.get("caseload") if isinstance(day_one, dict) else None
    if isinstance(given, dict):
        given = given.get("value")
    if given is None or isinstance(given, list):
        return source
    place = locate(source.positions, AT)
    if not isinstance(given, str):
        raise refuse(place, AT, "should be the name of a CSV file", value=given)
    if not may_open:
        text = f"'{given}' is a path; a scenario given as text cannot open files here"
        raise refuse(place, AT, text, value=given)
    folder = FilePath(place.file).parent if place.line else FilePath()
    rows, where = read_rows(_content(folder / given, given, place), str(folder / given))
    return _in_place(source, rows, where, place)


def _content(file: FilePath, given: str, place: Position) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        trouble = (
            "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror
        )
        raise refuse(place, AT, f"'{given}': {trouble}", value=given) from None
    if len(content) > MOST_BYTES:
        text = f"'{given}' is larger than {MOST_BYTES // 1_000_000} MB"
        raise refuse(place, AT, text, value=given)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = f"'{given}' is not UTF-8 text; save it from the spreadsheet as 'CSV UTF-8'"
        raise refuse(place, AT, text, value=given) from None


def read_rows(text: str, shown: str) -> tuple[list[dict[str, Any]], Positions]:
    """Read the rows of a caseload: cells by column, the blank ones left out.

    Returns
    -------
    list, positions
        The rows, and for ``(row, column)`` the line and the number of the cell in it.

    Raises
    ------
    ScenarioError
        If there are no rows, or columns that a caseload does not have.
    """
    reader = csv.reader(io.StringIO(text))
    try:
        head = [name.strip().lower().replace(" ", "_") for name in next(reader, [])]
        problems = _columns(head, shown)
        if problems:
            raise ScenarioError(problems)
        rows: list[dict[str, Any]] = []
        where: Positions = {}
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            here = len(rows)
            where[here,] = Position(shown, reader.line_num, 1)
            if len(cells) > len(head):
                text = f"this line has {len(cells)} cells, but there are {len(head)} columns"
                problems.append(problem(where[here,], (*AT, here), text))
            row = {}
            for number, (name, cell) in enumerate(zip(head, cells, strict=False), start=1):
                where[here, name] = Position(shown, reader.line_num, number)
                if cell.strip():
                    row[name] = cell.strip()
            for name in NEEDED:
                if name not in row:
                    at = where.get((here, name), where[here,])
                    problems.append(problem(at, (*AT, here, name), f"'{name}' is missing"))
            rows.append(row)
    except csv.Error as error:
        place = Position(shown, reader.line_num, 1)
        raise refuse(place, AT, f"cannot be read as CSV: {error}") from None
    if problems:
        raise ScenarioError(problems)
    if not rows:
        raise refuse(Position(shown, 1, 1), AT, "there are no children in this file")
    return rows, where


def _columns(head: list[str], shown: str) -> list[Problem]:
    allowed = tuple(Case.model_fields)
    place = Position(shown, 1, 1)
    found = []
    for number, name in enumerate(head, start=1):
        at = Position(shown, 1, number)
        if name not in allowed:
            hint = nearest(name, allowed)
            text = f"unknown column '{name}'"
            found.append(problem(at, AT, text, value=name, allowed=allowed, hint=hint))
        elif name in head[: number - 1]:
            found.append(problem(at, AT, f"column '{name}' is given twice", value=name))
    for name in NEEDED:
        if name not in head:
            found.append(problem(place, AT, f"the column '{name}' is missing", allowed=allowed))
    return found


def _in_place(
    source: Source, rows: list[dict[str, Any]], where: Positions, place: Position
) -> Source:
    day_one = dict(source.data["day_one"])
    for key in INSTEAD_OF:
        given = locate(source.positions, ("day_one", key))
        if key in day_one and given.file == place.file and given.line:
            text = f"give either day_one.{key} or day_one.caseload: the file says who is open"
            raise refuse(given, ("day_one", key), text)
    day_one.pop("children", None)
    day_one["caseload"] = rows
    positions = {at: spot for at, spot in source.positions.items() if at[:2] != AT}
    positions |= {(*AT, *at): spot for at, spot in where.items()} | {AT: place}
    return Source(source.data | {"day_one": day_one}, positions)
