"""Hatch's build hook: a wheel carries compiled translations and the browser files, which git does not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


class RecoupBuildHook(BuildHookInterface[Any]):
    """Compiles the catalogues and refuses a wheel without browser files; an editable install needs neither yet."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatch's signature
        """Called by hatch before it collects the files of the wheel."""
        if version == "editable":
            return
        from tools import messages

        messages.compile_all()
        vendor = Path(self.root) / "src/recoup/desk/static/vendor"
        if not any(vendor.glob("*.js")):
            raise RuntimeError(f"no browser files in {vendor}: run `make setup` first")
