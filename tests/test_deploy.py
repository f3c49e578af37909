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


def test_a_services_own_variables_do_not_reach_the_pods():
    """A Service called `playhead` gives every pod PLAYHEAD_PORT=tcp://10.0.0.1:80, on which no server would start."""
    names = {one["metadata"]["name"] for one in KUBERNETES if one["kind"] == "Service"}
    taken = {name for name in SETTINGS if any(name.startswith(f"{one.upper()}_PORT") for one in names)}
    assert taken == {"PLAYHEAD_PORT"}
    pods = [one["spec"]["template"]["spec"] for one in KUBERNETES if one["kind"] == "Deployment"]
    assert pods and all(pod["enableServiceLinks"] is False for pod in pods)


def test_an_ingress_lets_whole_recordings_and_streamed_answers_through():
    (ingress,) = (one for one in KUBERNETES if one["kind"] == "Ingress")
    said = {name.rpartition("/")[2]: value for name, value in ingress["metadata"]["annotations"].items()}
    assert said == {"proxy-body-size": "0", "proxy-buffering": "off", "proxy-read-timeout": "600"}
    (snippet,) = re.findall(r"```nginx\n(.*?)```", (ROOT / "docs/operations.md").read_text(), re.S)
    for line in ("client_max_body_size 0;", "proxy_buffering off;", "Host $http_host;", "X-Forwarded-For"):
        assert line in snippet
