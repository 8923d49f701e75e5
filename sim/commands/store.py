"""``caseload store``: what finished runs are kept, and taking them out."""

from __future__ import annotations

from datetime import datetime

from sim.experiment.store import Store

UNITS = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))


def show_store(clear: bool, limit: int | None) -> int:
    """Say what is kept, after clearing it or taking out the longest unused if asked to."""
    store = Store()
    if clear:
        print(f"Taken out: {store.clear()} kept runs.")
    elif limit is not None:
        print(f"Taken out: {store.trim(limit)} kept runs, the longest unused first.")
    entries = store.entries()
    size = sum(entry.size for entry in entries)
    print(f"Kept runs: {len(entries)}, {written(size)} of at most {written(store.limit)}")
    print(f"Folder:    {store.folder}")
    if entries:
        last = datetime.fromtimestamp(entries[-1].used).isoformat(" ", "minutes")
        print(f"Last used: {last}")
    return 0


def size_of(text: str) -> int:
    """Read a size, such as ``500 MB``.

    Raises
    ------
    ValueError
        If it is none. A number without a unit is none: '5' would be five bytes, and take out all.
    """
    number = text.strip().lower()
    units = ((name.lower(), times) for name, times in (*UNITS, ("B", 1)))
    found = next((unit for unit in units if number.endswith(unit[0])), None)
    if found is None:
        raise ValueError(f"'{text}' has no unit")
    size = float(number.removesuffix(found[0])) * found[1]
    if not 0 <= size < float("inf"):
        raise ValueError(f"'{text}' is not a size")
    return int(size)


def written(size: int) -> str:
    """Write a size as a person would."""
    for unit, each in UNITS:
        if size >= each:
            return f"{size / each:.3g} {unit}"
    return f"{size} bytes"
