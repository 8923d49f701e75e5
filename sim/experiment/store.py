"""The run store: finished replications kept on disk, so that asking again costs nothing.

A replication is kept under a name made of everything that fixes it: the whole scenario as it was
checked (a file of one's own children included), the seed, its number, the sources of the model and
the Python that ran it. Change any of them and it is another entry; nothing is ever out of date.

An entry is JSON, compressed, behind a line with its checksum. JSON gives every number back
exactly, is read without running anything an entry says (a pickle would run it), and can be read
by later versions of Python. Entries are written beside their place and moved there, so another
process sees a whole entry or none.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sim import __version__
from sim.experiment.plain import from_plain, to_plain

if TYPE_CHECKING:
    from sim.experiment.replication import Replication
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

FORMAT = "caseload replication 2"
ENDING = ".replication"
DRAFT = ".draft-"
LIMIT = 1_000_000_000  # bytes; about 5,000 five-year replications of the baseline
STALE = 3600.0  # seconds after which a draft belongs to a process that is no more
LEVEL = 3  # of zlib: a tenth of the time of the highest, for a tenth more bytes
# What a result depends on; the rest of the program may change without a run being made again.
MODEL = ("calendar.py", "holidays_england.py", "scenario", "service", "measure")
MODEL_FILES = ("experiment/replication.py",)


def say_on_stderr(message: str) -> None:
    """Say something that the user should know, without ending anything."""
    print(f"caseload: {message}", file=sys.stderr, flush=True)


class Entry(NamedTuple):
    """One kept replication: its file, its size in bytes, when it was last used."""

    path: Path
    size: int
    used: float


def default_folder() -> Path:
    """Say where the store lies: ``CASELOAD_STORE``, or the user's cache folder."""
    chosen = os.environ.get("CASELOAD_STORE")
    if chosen:
        return Path(chosen).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME")
    if cache and Path(cache).is_absolute():
        return Path(cache) / "caseload"
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "caseload" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "caseload"
    return Path.home() / ".cache" / "caseload"


def code_version() -> str:
    """Say which code and which Python give the results: the version and a hash of the sources.

    Python counts because it fixes how floats are added up and which mathematical library is used.
    """
    found = hashlib.sha256()
    package = files("sim")
    for name in MODEL:
        for path, content in _sources(package.joinpath(name), name):
            found.update(f"{path}\0{len(content)}\0".encode() + content)
    for name in MODEL_FILES:
        found.update(package.joinpath(name).read_bytes())
    python = f"{platform.python_implementation()} {sys.version_info[0]}.{sys.version_info[1]}"
    machine = f"{sys.platform} {platform.machine()}"
    return f"{__version__} {found.hexdigest()} {python} {machine}"


def _sources(place: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    if place.is_file():
        if name.endswith(".py"):
            yield name, place.read_bytes()
        return
    for inner in sorted(place.iterdir(), key=lambda item: item.name):
        yield from _sources(inner, f"{name}/{inner.name}")


def content_of(loaded: Loaded[Scenario]) -> str:
    """Give the SHA-256 of all that a scenario says, in the order in which it says it.

    The digest of the scenario sorts its names; a draw from several shares goes by their order.
    """
    plain = loaded.scenario.model_dump(mode="json", by_alias=True)
    text = json.dumps(plain, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Store:
    """Finished replications in a folder.

    Attributes
    ----------
    folder
        Where; made when first written to.
    limit
        Most bytes it may take; those longest unused go first.
    say
        Is told what went wrong, in one sentence. A store never ends a run.
    """

    folder: Path = field(default_factory=default_folder)
    limit: int = LIMIT
    say: Callable[[str], None] = say_on_stderr
    code: str = field(default_factory=code_version)
    _unchecked: int | None = None  # bytes written since the size was last looked at
    _trouble: bool = False

    def path(self, content: str, seed: int, number: int) -> Path:
        """Say where a replication is kept, of a scenario with this content (`content_of`)."""
        what = "\0".join((FORMAT, self.code, content, str(seed), str(number)))
        name = hashlib.sha256(what.encode()).hexdigest()
        return self.folder / name[:2] / f"{name}{ENDING}"

    def get(self, content: str, seed: int, number: int) -> Replication | None:
        """Give a kept replication; None if there is none, or it is damaged (which is said)."""
        path = self.path(content, seed, number)
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._told_once(f"the run store cannot be read ({path}: {error.strerror})")
            return None
        try:
            kept = decode(raw, path.stem)
        except ValueError as error:
            self.say(f"a kept run is damaged ({error}) and is made again: {path}")
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):  # last used now; last changed when it was made
            os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
        return kept

    def put(self, content: str, seed: int, replication: Replication) -> None:
        """Keep a replication; a store that cannot be written to is said once, and left."""
        path = self.path(content, seed, replication.number)
        raw = encode(replication, path.stem)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_whole(path, raw)
        except OSError as error:
            self._told_once(
                f"the run store cannot be written to ({self.folder}: {error.strerror}); "
                "runs are not kept"
            )
            return
        self._keep_within(len(raw))

    def entries(self) -> list[Entry]:
        """List what is kept, the longest unused first."""
        found = []
        for path in self.folder.glob(f"[0-9a-f][0-9a-f]/*{ENDING}"):
            with contextlib.suppress(OSError):  # another process has taken it out
                about = path.stat()
                found.append(Entry(path, about.st_size, about.st_atime))
        return sorted(found, key=lambda entry: (entry.used, entry.path.name))

    def trim(self, limit: int | None = None) -> int:
        """Take out the entries longest unused until the store is within the limit; count them."""
        most = self.limit if limit is None else limit
        entries = self.entries()
        size = sum(entry.size for entry in entries)
        gone = 0
        for entry in entries:
            if size <= most:
                break
            with contextlib.suppress(OSError):
                entry.path.unlink()
                gone += 1
            size -= entry.size
        self._sweep_drafts()
        return gone

    def clear(self) -> int:
        """Take out every entry; count them."""
        return self.trim(-1)

    def _keep_within(self, written: int) -> None:
        """Look at the size now and then: after each hundredth of the limit has been written."""
        first = self._unchecked is None
        self._unchecked = (self._unchecked or 0) + written
        if first or self._unchecked > self.limit // 100:
            self._unchecked = 0
            self.trim()

    def _sweep_drafts(self) -> None:
        """Take out what processes that were killed left half written."""
        for draft in self.folder.glob(f"[0-9a-f][0-9a-f]/{DRAFT}*"):
            with contextlib.suppress(OSError):
                if time.time() - draft.stat().st_mtime > STALE:
                    draft.unlink()

    def _told_once(self, message: str) -> None:
        if not self._trouble:
            self._trouble = True
            self.say(message)


def encode(replication: Replication, name: str) -> bytes:
    """Write a replication as the entry with this name: a line about it, then its JSON."""
    text = json.dumps(to_plain(replication), separators=(",", ":"))
    body = zlib.compress(text.encode(), LEVEL)
    return _head(name, body) + b"\n" + body


def _head(name: str, body: bytes) -> bytes:
    """Write the first line of an entry: its format, its name and the checksum of the rest."""
    return f"{FORMAT} {name} {hashlib.sha256(body).hexdigest()}".encode()


def decode(raw: bytes, name: str) -> Replication:
    """Read the entry with this name.

    Raises
    ------
    ValueError
        If it is not whole, exactly as it was written, and in its place; says how it is not.
    """
    head, _, body = raw.partition(b"\n")
    if head != _head(name, body):
        known = head.split(b" ")
        if head[: len(FORMAT)] != FORMAT.encode() or len(known) != 5:
            raise ValueError("it is cut short")
        placed = known[3] == name.encode()
        raise ValueError("its checksum is wrong" if placed else "it is another run's")
    try:
        return from_plain(json.loads(zlib.decompress(body)))
    except (zlib.error, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it is not a replication: {error}") from None


def _write_whole(path: Path, raw: bytes) -> None:
    """Write a file so that it is there whole or not at all, even if the machine stops."""
    handle, draft = tempfile.mkstemp(prefix=DRAFT, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)  # noqa: PTH105 (the draft is a name)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(draft).unlink()
        raise
