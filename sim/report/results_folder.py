"""The folder results are written to: refused if unsafe, complete or not there at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MANIFEST = "manifest.json"
PROGRAM = "caseload"


class FolderRefusedError(Exception):
    """Results may not be written there; the message says why and what to do."""


def check_folder(target: Path, force: bool) -> Path:
    """Say whether results may be written to a folder, before anything is run.

    Parameters
    ----------
    target
        The folder as the user wrote it.
    force
        Whether earlier results there may be replaced.

    Returns
    -------
    pathlib.Path
        The same, with links followed.

    Raises
    ------
    FolderRefusedError
        If it is a file, holds the current or the home folder, or has something in it that may
        not be replaced.
    """
    try:
        real = target.expanduser().resolve()
        home, here = Path("~").expanduser().resolve(), Path.cwd().resolve()
        exists, is_folder = real.exists(), real.is_dir()
        entries = sorted(item.name for item in real.iterdir()) if is_folder else []
    except (OSError, RuntimeError, ValueError):
        return target.absolute()  # what is wrong with it is said when it is written to
    if exists and not is_folder:
        raise FolderRefusedError(f"'{target}' is a file; give the name of a folder")
    for kept, name in ((here, "the current folder"), (home, "your home folder")):
        if kept == real or kept.is_relative_to(real):
            what = "is" if kept == real else "holds"
            raise FolderRefusedError(f"'{target}' {what} {name}; give the name of a new folder")
    if entries and not force:
        raise FolderRefusedError(
            f"'{target}' has something in it; give another folder, "
            "or --force to replace earlier results"
        )
    if entries and not _is_ours(real):
        raise FolderRefusedError(
            f"'{target}' has something in it that caseload did not write, so it is not replaced "
            "even with --force; give another folder"
        )
    return real


def _is_ours(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("program") == PROGRAM


@contextmanager
def complete_folder(target: Path) -> Iterator[Path]:
    """Give a temporary folder that becomes `target` when all has been written to it.

    If anything fails, nothing is left behind, and what was there before is as it was.
    """
    made = _make_parents(target.parent)
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            yield draft
            draft.chmod(0o777 & ~_umask(draft))
            _swap(draft, target)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    except BaseException:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
        raise


def _make_parents(folder: Path) -> list[Path]:
    """Make the folders that are missing; list them, the innermost first."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _umask(folder: Path) -> int:
    """Find which permissions new folders are refused here (reading umask would change it)."""
    probe = folder / ".probe"
    probe.mkdir()
    mode = probe.stat().st_mode & 0o777
    probe.rmdir()
    return 0o777 & ~mode


def _swap(draft: Path, target: Path) -> None:
    """Put the new folder in the place of the old one, if there is one."""
    if not target.exists():
        draft.rename(target)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
    old = aside / "old"
    target.rename(old)
    try:
        draft.rename(target)
    except BaseException:
        old.rename(target)
        aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)
