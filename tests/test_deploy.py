"""compose.yaml, deploy/kubernetes.yaml and the Containerfile say what this Playhead understands."""

import argparse
import dataclasses
import re
from pathlib import Path

import pytest
import yaml

from playhead.cli import serve
from playhead.config import Config

ROOT = Path(__file__).parent.parent
SETTINGS = {f"PLAYHEAD_{setting.name.upper()}" for setting in dataclasses.fields(Config)}
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
KUBERNETES = list(yaml.safe_load_all((ROOT / "deploy/kubernetes.yaml").read_text()))
CONTAINERFILE = (ROOT / "Containerfile").read_text()


def containers():
    return [
        c for one in KUBERNETES if one["kind"] == "Deployment" for c in one["spec"]["template"]["spec"]["containers"]
    ]


def commands():
    found = [service["command"] for service in (COMPOSE["services"][name] for name in ("web", "worker"))]
    found += [container["args"] for container in containers()]
    return [*found, yaml.safe_load(re.findall(r"^CMD (.*)$", CONTAINERFILE, re.M)[-1])]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_is_one_that_serve_takes(command):
    name, *rest = command
    assert name == "serve"
    parser = argparse.ArgumentParser()
    serve.add_arguments(parser)
    assert parser.parse_args(rest).host == "0.0.0.0"


def test_every_setting_is_one_of_ours():
    named = set(COMPOSE["services"]["web"]["environment"])
    named |= {name for one in KUBERNETES if one["kind"] == "ConfigMap" for name in one["data"]}
    named |= set(re.findall(r"\b(PLAYHEAD_[A-Z_]+)=", CONTAINERFILE))
    assert {name for name in named if name.startswith("PLAYHEAD_")} <= SETTINGS
    assert {"PLAYHEAD_INDEX", "PLAYHEAD_OBJECTS"} <= named


def test_what_is_named_is_there():
    services = COMPOSE["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in COMPOSE["volumes"]
    for path in re.findall(r"^COPY (?:--from=\S+ )?(\S+) ", CONTAINERFILE, re.M):
        assert path in (".", "/wheels") or (ROOT / path).exists()
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in KUBERNETES if one["kind"] == "Deployment"]
    (service,) = (one for one in KUBERNETES if one["kind"] == "Service")
    assert service["spec"]["selector"] in labels
    probes = {
        container[probe]["httpGet"]["path"]
        for container in containers()
        for probe in ("readinessProbe",)
        if probe in container
    }
    assert probes == {"/readyz"}
