"""The npm package: packed, installed from its tarball, type-checked, bundled, and recording in a real browser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from scripts.browser_code import _node_and_npm

ROOT = Path(__file__).resolve().parents[3]
APP = """import { record, type Playhead } from "@playhead/recorder";
const playhead: Playhead = record({ site: "site1", server: "", maskText: true, sample: 1 });
playhead.event("bundled", { n: 1 });
(window as unknown as { again: boolean }).again = record({ site: "site1", server: "" }) === playhead;
"""


def run(argv: list[str], cwd: Path) -> str:
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A project that has the package installed from what `npm pack` made."""
    node, npm = _node_and_npm()
    run([str(node), "build.mjs", "package"], ROOT / "ts")
    folder = tmp_path_factory.mktemp("project")
    packed = json.loads(run([*npm, "pack", str(ROOT / "dist/npm"), "--json"], folder))[0]
    named = {one["path"] for one in packed["files"]}
    assert named == {"package.json", "index.d.ts", "README.md", "LICENSE", "NOTICE", "dist/index.js"}
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    run([*npm, "install", "--offline", "--no-audit", "--no-fund", packed["filename"]], folder)
    (folder / "app.ts").write_text(APP)
    return folder


def test_the_types_fit_what_it_takes_and_gives(project):
    tsc = ROOT / "ts/node_modules/typescript/bin/tsc"
    node = str(_node_and_npm()[0])
    options = ["--noEmit", "--strict", "--moduleResolution", "bundler", "--module", "esnext", "--target", "es2022"]
    run([node, str(tsc), *options, "app.ts"], project)
    (project / "wrong.ts").write_text(
        APP.replace('site: "site1", server: "", maskText', 'site: 1, server: "", maskText')
    )
    wrong = subprocess.run([node, str(tsc), *options, "wrong.ts"], cwd=project, capture_output=True, text=True)
    assert wrong.returncode != 0 and "'number' is not assignable to type 'string'" in wrong.stdout


def test_importing_it_on_a_server_does_no_harm(project):
    script = 'console.log(typeof (await import("@playhead/recorder")).record)'
    said = run([str(_node_and_npm()[0]), "--input-type=module", "-e", script], project)
    assert said.strip() == "function"


def test_a_bundle_of_it_records(page, site, project):
    esbuild = ROOT / "ts/node_modules/esbuild/bin/esbuild"
    run([str(esbuild), "app.ts", "--bundle", "--outfile=app.js"], project)
    code = (project / "app.js").read_text().replace("</script", "<\\/script")
    site.pages["/"] = f"<!doctype html><link rel=icon href='data:,'><h1>Ada Lovelace</h1><script>{code}</script>"
    page.goto(site.url + "/")
    assert site.wait_custom("playhead.event") == [{"name": "bundled", "props": {"n": 1}}]
    assert "Lovelace" not in json.dumps(site.events), "maskText"
    assert page.evaluate("window.again") is True and page.evaluate("window.playhead.sessionId()")
    site.check_lanes()
    assert not page.errors
