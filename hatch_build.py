"""Put the scenarios and the Streamlit entry inside the wheel, beside the code that reads them.

An editable install gets no copies: there the code falls back to the files of the checkout.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = {
    "scenarios": "sim/_scenarios",
    "app.py": "sim/_app/app.py",
    ".streamlit/config.toml": "sim/_app/.streamlit/config.toml",  # read beside the script
    "CHANGELOG.md": "sim/_app/CHANGELOG.md",  # for the About page
    "docs/verification.md": "sim/_app/verification.md",
}


class ShipData(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        for source, target in SHIPPED.items():
            build_data["force_include"][str(Path(self.root, source))] = target
