"""Render: a report as GitHub-flavoured Markdown and as safe HTML, every ref a link that moves the player.

Texts of a report come from models and from strangers' pages. In Markdown every character that could mean something is
escaped; in HTML markdown-it runs without raw HTML, and nh3 lets through a short list of tags: no images (an image
address leaks data through every renderer), no links but our own time links.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote as url_quote

from playhead.analyst.text import visible
from playhead.analyst.wording import clock
from playhead.core.report import Finding, Rejected, Report, Section, Sentence
from playhead.core.trace import Trace

MAX_LINKS: Final = 6  # time links after one sentence; a run of forty clicks needs no forty links
OUTCOMES: Final = {
    "completed": "completed",
    "workaround": "completed by a detour",
    "abandoned": "abandoned",
    "failed": "failed",
    "unclear": "unclear",
}
SEVERITIES: Final = {1: "minor", 2: "slows or confuses", 3: "stops the visitor"}
UNANSWERED: Final = "The recording does not tell."
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_LINE_START: Final = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.M)
_AUTOLINK: Final = re.compile(r"\b(https?|ftp|mailto|xmpp|www)([:.])", re.I)
_TAGS: Final = {
    "h1",
    "h2",
    "h3",
    "p",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "blockquote",
    "details",
    "summary",
    "a",
    "code",
    "br",
    "hr",
    "span",
}
_ATTRIBUTES: Final = {
    "a": {"href", "class", "data-t-ms", "data-ref"},
    "details": {"class"},
    "p": {"class"},
    "span": {"class"},
}
_TIME_LINK: Final = re.compile(r'<a href="([^"]*)[?]t_ms=(\d+)#([es]\d+)">')


def to_markdown(report: Report, trace: Trace, *, base_url: str = "") -> str:
    """Return the report as Markdown; refs link to `{base_url}?t_ms=OFFSET#REF`, ms from the session's start."""
    return "\n".join(_lines(report, _Moments(trace, base_url))).rstrip() + "\n"


def to_html(report: Report, trace: Trace) -> str:
    """Return the report as sanitised HTML. Every ref is
    `<a class="time-link" data-t-ms="OFFSET" data-ref="e12" href="?t_ms=OFFSET">‣ 01:23</a>`.
    """
    import nh3
    from markdown_it import MarkdownIt

    markdown = (
        MarkdownIt("commonmark", {"html": False, "linkify": False})
        .enable(["table", "strikethrough"])
        .disable(["image", "autolink"])
    )
    moments = _Moments(trace, "")
    head, tail = _split_rejected(_lines(report, moments))
    html = markdown.render("\n".join(head))
    if tail:
        folded = markdown.render("\n".join(tail))
        html += f'<details class="rejected"><summary>{_rejected_title(report)}</summary>{folded}</details>'
    html = _TIME_LINK.sub(_time_link, html)
    return nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None, url_schemes={"playhead"}, strip_comments=True
    )


def _time_link(match: re.Match[str]) -> str:
    return f'<a class="time-link" data-t-ms="{match[2]}" data-ref="{match[3]}" href="?t_ms={match[2]}">'


def escape(text: str) -> str:
    """Return one line of text in which Markdown and HTML mean nothing."""
    line = " ".join(visible(text).split())
    line = _SPECIAL.sub(r"\\\1", line)
    line = _LINE_START.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", line)
    return _AUTOLINK.sub(r"\1\\\2", line)  # GitHub makes links of bare addresses


class _Moments:
    """Refs as time links."""

    def __init__(self, trace: Trace, base_url: str) -> None:
        self.start_ms = trace.session.start_ms
        self.base = base_url
        self.when = {one.ref: one.t_ms for one in (*trace.interactions, *trace.signals)}

    def links(self, refs: list[str]) -> str:
        """“ [‣ 01:23](…) [‣ 01:40](…)”: one link a moment, at most MAX_LINKS."""
        moments: dict[str, str] = {}
        for ref in refs:
            if ref in self.when:
                moments.setdefault(clock(self.when[ref], self.start_ms), ref)
        ordered = sorted(moments.items(), key=lambda pair: self.when[pair[1]])
        found = [self._link(label, ref) for label, ref in ordered[:MAX_LINKS]]
        if len(ordered) > MAX_LINKS:
            found.append(f"… +{len(ordered) - MAX_LINKS}")
        return "".join(f" {link}" for link in found)

    def _link(self, label: str, ref: str) -> str:
        offset = max(0, round(self.when[ref] - self.start_ms))
        return f"[‣ {label}]({url_quote(self.base, safe='/:%?=&.-_~')}?t_ms={offset}#{ref})"


_REJECTED_MARK: Final = "<details>"


def _lines(report: Report, moments: _Moments) -> list[str]:
    found = [f"# {escape(report.headline.text)}", ""]
    facts = [f"**Outcome:** {OUTCOMES.get(report.outcome, 'unclear')}"]
    if report.goal.text:
        facts.append(f"**Goal:** {escape(report.goal.text)}{moments.links(report.goal.refs)}")
    found += [" · ".join(facts), ""]
    if report.error:
        found += [
            f"> **The model could not answer.** {escape(report.error)} This report was written by the rules instead.",
            "",
        ]
    for section in report.sections:
        found += _section(section, moments)
    for answer in report.answers:
        lines = [_sentence(one, moments) for one in answer.sentences]
        found += [f"## {escape(answer.question)}", "", *(lines or [f"*{UNANSWERED}*"]), ""]
    if report.summary:
        found += ["## What happened", "", *[_sentence(one, moments) for one in report.summary], ""]
    if report.findings:
        found += ["## Findings", ""]
        for number, finding in enumerate(sorted(report.findings, key=lambda one: (one.ignored, -one.severity)), 1):
            found += _finding(number, finding, moments)
    found += ["---", "", f"*{_byline(report)}*", ""]
    if report.rejected:
        found += [
            _REJECTED_MARK,
            f"<summary>{_rejected_title(report)}</summary>",
            "",
            *[_refused(one) for one in report.rejected],
            "",
            "</details>",
            "",
        ]
    return found


def _split_rejected(lines: list[str]) -> tuple[list[str], list[str]]:
    """HTML is off in the parser, so the folded section is made around it."""
    if _REJECTED_MARK not in lines:
        return lines, []
    at = lines.index(_REJECTED_MARK)
    return lines[:at], [line for line in lines[at + 2 :] if line != "</details>"]


def _rejected_title(report: Report) -> str:
    count = len(report.rejected)
    return f"{count} sentence{'s were' if count != 1 else ' was'} not supported by the recording"


def _section(section: Section, moments: _Moments) -> list[str]:
    lines = [f"{escape(one.text)}{moments.links(one.refs)}" for one in section.lines]
    marks = (f"{number}." for number in range(1, len(lines) + 1)) if section.ordered else ("-" for _ in lines)
    return [f"## {escape(section.title)}", "", *[f"{mark} {line}" for mark, line in zip(marks, lines, strict=True)], ""]


def _sentence(sentence: Sentence, moments: _Moments) -> str:
    guess = "*Perhaps:* " if sentence.hypothesis else ""
    return f"- {guess}{escape(sentence.text)}{moments.links(sentence.refs)}"


def _finding(number: int, finding: Finding, moments: _Moments) -> list[str]:
    severity = SEVERITIES.get(finding.severity, "")
    found = [
        f"### {number}. {escape(finding.title)}",
        "",
        f"*Severity {finding.severity} of 3: {severity}*{moments.links(finding.refs)}",
        "",
    ]
    if finding.known:
        aside = ", set aside by the team" if finding.ignored else ""
        found += [f"*Known issue{aside}: {escape(finding.known)}*", ""]
    if finding.text:
        found += [escape(finding.text), ""]
    for quote in finding.quotes:
        found += [f"> {escape(quote)}", ""]
    if finding.hypothesis:
        found += [f"*Perhaps (not checked):* {escape(finding.hypothesis)}", ""]
    if finding.suggestion:
        found += [f"**Suggestion:** {escape(finding.suggestion)}", ""]
    return found


def _refused(one: Rejected) -> str:
    return f"- “{escape(one.text)}”: {escape(one.reason)}"


def _byline(report: Report) -> str:
    if report.analyst == "rules":
        return "Written by Playhead’s rules from the recording: no model was used."
    usage = report.usage
    spent = [f"{usage.input_tokens + usage.output_tokens} tokens"] if usage.input_tokens or usage.output_tokens else []
    if usage.cost_usd is not None:
        spent.append(f"${usage.cost_usd:.4f}")
    tail = f" ({', '.join(spent)})" if spent else ""
    return f"Written by {escape(report.analyst)}{tail}; every sentence was checked against the recording."
