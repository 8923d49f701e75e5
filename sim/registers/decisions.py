"""The register of decisions: a small CSV file that people write, and the template for it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sim.scenario.errors import Position, Problem, ScenarioError, nearest, refuse

COLUMNS = ("date", "decision", "why", "by", "review_by")
NEEDED = ("date", "decision")
MOST_BYTES = 1_000_000
FORMULA = ("=", "@")
DATE = "write a date such as 2027-04-30 or 30/04/2027"
TEMPLATE_ROWS = (
    ("", "Is the model fit to use for another year? (yes; yes, recalibrated; no)", "", "", ""),
    ("", "Which recalibrated inputs are accepted?", "", "", ""),
    ("", "Which option, if any, is adopted?", "", "", ""),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided.

    Attributes
    ----------
    on
        The day.
    decision, why, by
        What, for what reason, and by whom; the last two may be empty.
    review_by
        When it is to be looked at again; None if that is not said.
    """

    on: date
    decision: str
    why: str
    by: str
    review_by: date | None

    def overdue(self, today: date) -> bool:
        """Whether it was to be looked at again before a day."""
        return self.review_by is not None and self.review_by < today


def template() -> str:
    """Write the file to fill in: the questions of a review; a line without a date is not read."""
    content = io.StringIO(newline="")
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(TEMPLATE_ROWS)
    return content.getvalue()


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Read a file of decisions.

    Raises
    ------
    ScenarioError
        Naming the line and column of everything that is wrong with it.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        text = "there is no such file" if missing else str(error.strerror)
        raise refuse(Position(str(path)), (), text) from None
    return decisions_of(content, str(path))


def decisions_of(content: bytes, name: str) -> tuple[Decision, ...]:
    """Read the content of such a file, which is called `name` in messages."""
    if len(content) > MOST_BYTES:
        raise refuse(Position(name), (), f"is larger than {MOST_BYTES // 1_000_000} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        said = "is not UTF-8 text; save it from the spreadsheet as 'CSV UTF-8'"
        raise refuse(Position(name), (), said) from None
    try:
        reader = csv.reader(io.StringIO(text))
        head = [cell.strip().lower().replace(" ", "_") for cell in next(reader, [])]
        if problems := list(_columns(head, name)):
            raise ScenarioError(problems)
        found, wrong = [], []
        for cells in reader:
            row = dict(zip(head, map(str.strip, cells), strict=False))
            if not row.get("date") and not any(row.get(c) for c in ("why", "by", "review_by")):
                continue  # blank, or a question of the template that is not answered
            made, problems = _row(row, name, reader.line_num, head)
            wrong += problems
            if made is not None:
                found.append(made)
    except csv.Error as error:
        raise refuse(Position(name), (), f"cannot be read as CSV: {error}") from None
    if wrong:
        raise ScenarioError(wrong)
    return tuple(sorted(found, key=lambda each: each.on))


def _columns(head: Sequence[str], name: str) -> Iterator[Problem]:
    for number, column in enumerate(head, start=1):
        if column and column not in COLUMNS:
            hint = nearest(column, COLUMNS)
            yield Problem(name, 1, number, "", f"unknown column '{column}'", column, COLUMNS, hint)
    for column in NEEDED:
        if column not in head:
            yield Problem(name, 1, 1, "", f"the column '{column}' is missing", None, COLUMNS)


def _row(
    row: dict[str, str], name: str, line: int, head: Sequence[str]
) -> tuple[Decision | None, list[Problem]]:
    problems: list[Problem] = []

    def day(column: str) -> date | None:
        text = row.get(column, "")
        found = day_of(text) if text else None
        if found is None and (text or column == "date"):
            said = f"'{text}' is not a date; {DATE}" if text else f"'date' is blank; {DATE}"
            problems.append(Problem(name, line, head.index(column) + 1, column, said, text or None))
        return found

    on, review_by = day("date"), day("review_by")
    for column in COLUMNS:
        if row.get(column, "").startswith(FORMULA):
            said = f"'{row[column]}' is a formula; write what it gives"
            problems.append(Problem(name, line, head.index(column) + 1, column, said, row[column]))
    if not row.get("decision"):
        said = "'decision' is blank; say what was decided"
        problems.append(Problem(name, line, head.index("decision") + 1, "decision", said))
    if on is None or problems:
        return None, problems
    return Decision(on, row["decision"], row.get("why", ""), row.get("by", ""), review_by), []


def day_of(text: str) -> date | None:
    """Read a day as a spreadsheet in England writes it, or as 2027-04-30; None if it is none."""
    parts = text.replace("/", "-").split("-")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return None
    numbers = [int(part) for part in parts]
    year, month, day = numbers if len(parts[0]) == 4 else numbers[::-1]
    try:
        return date(year, month, day) if year >= 1900 else None
    except ValueError:
        return None
