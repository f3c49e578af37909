"""`playhead analyze FILE`: a recording explained, every sentence checked against it."""

import argparse
import os
import sys
from typing import TYPE_CHECKING

from playhead.cli.errors import InputError
from playhead.cli.reading import recording_of

if TYPE_CHECKING:
    from playhead.analyst.config import ModelConfig
    from playhead.core.report import Report
    from playhead.core.trace import Trace

NARRATIVE_TOKENS = 4_000
TEMPLATES = ("general", "bug", "ux", "support", "conversion")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a recording in any shape; - is standard input")
    parser.add_argument(
        "--model",
        default=os.environ.get("PLAYHEAD_MODEL", "none"),
        metavar="PROVIDER:NAME",
        help="who explains: none (rules, the default), openai:…, anthropic:…, google:…, ollama:…, compatible:…",
    )
    parser.add_argument(
        "--base-url",
        default=os.environ.get("PLAYHEAD_MODEL_BASE_URL"),
        metavar="URL",
        help="address of an OpenAI-compatible endpoint",
    )
    parser.add_argument("--format", choices=["md", "json"], default="md", help="Markdown (default) or JSON")
    parser.add_argument("--template", default="general", help="general, bug, ux, support or conversion")
    parser.add_argument("--budget", type=int, default=NARRATIVE_TOKENS, metavar="TOKENS", help="tokens a model is sent")
    parser.epilog = "The API key of a model is read from PLAYHEAD_MODEL_API_KEY, or from the provider's own variable."


def run(args: argparse.Namespace) -> int:
    """Write the report to standard output. Exit code 1 when a model was asked and could not answer."""
    config = _config(args)
    trace = read_trace(args.file)
    report = _by_rules(trace) if config is None else _by_model(trace, config, args)
    if args.template != "general":
        from playhead.analyst.shapes import shape

        report = shape(report, trace, args.template)
    if args.format == "json":
        import msgspec

        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report)).decode() + "\n")
    else:
        from playhead.analyst.render import to_markdown

        sys.stdout.write(to_markdown(report, trace))
    if report.error:
        print(f"playhead analyze: {report.error}", file=sys.stderr)
    return 1 if report.error else 0


def _config(args: argparse.Namespace) -> "ModelConfig | None":
    if args.template not in TEMPLATES:
        raise InputError(f"--template {args.template!r}: choose one of {', '.join(TEMPLATES)}")
    if args.model in ("", "none", "rules"):
        return None
    from playhead.analyst.config import ModelConfig, ModelError

    try:
        return ModelConfig.parse(args.model, base_url=args.base_url, api_key=os.environ.get("PLAYHEAD_MODEL_API_KEY"))
    except ModelError as error:
        raise InputError(str(error)) from None


def read_trace(name: str) -> "Trace":
    recording = recording_of(name)

    from playhead.core.projector import project

    return project(recording.events, coverage=recording.coverage)


def _by_rules(trace: "Trace") -> "Report":
    from playhead.analyst import rules

    return rules.write(trace)


def _by_model(trace: "Trace", config: "ModelConfig", args: argparse.Namespace) -> "Report":
    """Ask the model; what it is doing is shown on a terminal only."""
    import asyncio

    from playhead.analyst.masked import restored_report
    from playhead.analyst.model import explain
    from playhead.analyst.prompt import Request
    from playhead.core.telling.narrative import narrate

    narrative = narrate(trace, budget_tokens=args.budget)
    shown = sys.stderr.isatty()

    async def ask() -> "Report":
        report = None
        async for step in explain(trace, narrative, model=config, request=Request(template=args.template)):
            if shown and step.kind in ("progress", "headline", "sentence"):
                print(step.text, file=sys.stderr)
            report = step.report or report
        assert report is not None
        return restored_report(report)

    return asyncio.run(ask())
