"""What every part of a scenario file has in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Priority = Annotated[int, Field(ge=1, le=8, description="priority class, 1 most pressing")]


class Model(BaseModel):
    """Frozen, and strict about names."""

    # Made into a validator once, as a part of what is read: not each by itself when it is imported.
    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True
    )
