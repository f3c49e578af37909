"""Build hook: the wheel carries the browser code, so that running Playhead needs no Node.js."""

import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))
import browser_code


class BrowserCodeHook(BuildHookInterface):
    def dependencies(self) -> list[str]:
        return [] if browser_code.machine_node() else [browser_code.NODE_WHEEL]

    def initialize(self, version: str, build_data: dict) -> None:
        root = Path(self.root)
        out = root / "src/playhead/web/static/build"
        if (root / "ts").is_dir():
            browser_code.build(root / "ts", out)
        missing = [name for name in browser_code.BUNDLES if not (out / name).is_file()]
        if missing:
            raise RuntimeError(f"browser code is not built: no {', '.join(missing)} in {out.relative_to(root)}")
