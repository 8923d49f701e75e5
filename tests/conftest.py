import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("MPLBACKEND", "Agg")  # charts are drawn without a screen

# The same examples on every machine and every run; nothing depends on how fast it is.
settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")


@pytest.fixture(autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with an empty run store, and leaves the user's alone."""
    monkeypatch.setenv("CASELOAD_STORE", str(tmp_path_factory.mktemp("store")))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The published data beside the repository, which is not part of it."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data folder (../shared/data beside the repository) is absent")
    return folder
