"""One child's case, from the front door's decision to closure."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.place import Place
    from sim.service.service import Service


def journey(child: Child, service: Service, first: Place) -> Generator[Any, Any, None]:
    """Go from place to place until the case closes.

    The assessment decides on a plan; reviews decide on moves between hubs and on closure.
    Each place says where the child goes next; nowhere means closed. (Before this, the
    MASH has screened the contact, see `mash`.)
    """
    place: Place | None = first
    while place is not None:
        place = yield from place.hold(child)
    service.closed(child)
