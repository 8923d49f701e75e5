"""Who keeps a scenario, when it was last reviewed and with which version: nothing that is run."""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from sim.scenario.model import Model
from sim.scenario.values import wrong


class Kept(Model):
    """Who keeps one value (or all below a key), and until when it is good."""

    owner: str | None = Field(None, description="who answers for it")
    last_reviewed: date | None = Field(None, description="when it was last looked at")
    review_by: date | None = Field(None, description="when it is to be looked at again")

    @model_validator(mode="after")
    def _in_order(self) -> Kept:
        if self.last_reviewed and self.review_by and self.review_by <= self.last_reviewed:
            text = f"{self.review_by} is not after the last review of {self.last_reviewed}"
            raise wrong(text, at=("review_by",))
        return self


class Upkeep(Kept):
    """The last review of the whole scenario."""

    version: str | None = Field(None, description="version of the program it was reviewed with")
    values: dict[str, Kept] = Field(
        default_factory=dict,
        description="values kept otherwise, by key: population.contacts, for all below it",
    )
