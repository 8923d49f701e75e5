"""A service's own children on the first morning: one row of a CSV file each."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from sim.scenario.distribution import shown, wrong
from sim.scenario.model import Model

_YES = ("yes", "y", "true", "1")
_NO = ("no", "n", "false", "0")
_FORMULA = ("=", "+", "-", "@")


def _date(raw: Any) -> Any:
    """Read a date as ISO writes it, or as a spreadsheet in England does (31/03/2026)."""
    if not isinstance(raw, str):
        return raw
    text = raw.strip()
    parts = text.split("/")
    try:
        if len(parts) == 3:
            day, month, year = (int(part) for part in parts)
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        raise wrong(f"should be a date, 2026-03-31 or 31/03/2026, not {shown(raw)}") from None


def _yes(raw: Any) -> Any:
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().lower()
    if text not in (*_YES, *_NO):
        raise wrong(f"should be yes or no, not {shown(raw)}", allowed=("yes", "no"), value=raw)
    return text in _YES


def _number(raw: Any) -> Any:
    """Text of a cell to a number; what is none is left for the model to refuse."""
    try:
        return float(raw) if isinstance(raw, str) else raw
    except ValueError:
        raise wrong(f"should be a number, not {shown(raw)}", value=raw) from None


def _name(raw: Any) -> Any:
    """Refuse a name that a spreadsheet takes for a formula: it may be exported to one."""
    if isinstance(raw, str) and raw.lstrip().startswith(_FORMULA):
        message = f"{shown(raw)} is a formula to a spreadsheet; a name cannot begin with = + - or @"
        raise wrong(message, value=raw)
    return raw


Name = Annotated[str, BeforeValidator(_name)]
Day = Annotated[date, BeforeValidator(_date)]
Yes = Annotated[bool, BeforeValidator(_yes)]
Figure = Annotated[float, BeforeValidator(_number)]


class Case(Model):
    """One child open on the first day. What is blank is drawn, as it is for counts."""

    child: Name = Field(min_length=1, description="a name of your own for the child, not the real")
    stage: str = Field(description="where the case is")
    family: Name | None = Field(None, description="the same for brothers and sisters")
    sibling: Yes = Field(False, description="known as a brother or sister of a disabled child")
    site: str | None = Field(None, description="where the family is served")
    date_of_birth: Day | None = Field(None, description="date of birth")
    holder: str | None = Field(None, description="post that holds the case: team.post.number")
    entered_on: Day | None = Field(
        None, description="when the case was opened; for an assessment, the referral"
    )
    last_review: Day | None = Field(None, description="when a review was last held")
    last_visit: Day | None = Field(None, description="when the child was last seen")
    next_review: Day | None = Field(None, description="when the next review is due")
    next_visit: Day | None = Field(None, description="when the next visit is due")
    need: str | None = Field(None, description="true level of need")
    overnight: str | None = Field(None, description="route of overnight short breaks")
    package_hours: Figure | None = Field(None, ge=0, le=168, description="hours of support a week")
    ehc_month: Annotated[int, BeforeValidator(_number)] | None = Field(
        None, ge=0, le=12, description="month of the EHC plan's yearly review; 0: no plan"
    )
    life_limiting: Yes | None = Field(None, description="has a life-limiting condition")
    continuing_care: Yes | None = Field(None, description="has continuing care")
    unstable_health: Yes | None = Field(None, description="health is unstable")


# What may be left blank and is then drawn, and what each is called in a sentence.
DRAWN = (
    "date_of_birth",
    "site",
    "holder",
    "entered_on",
    "last_review",
    "last_visit",
    "need",
    "overnight",
    "package_hours",
    "ehc_month",
    "life_limiting",
    "continuing_care",
    "unstable_health",
)
