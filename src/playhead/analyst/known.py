"""Known: findings that the team knows of already: marked, or set aside; never taken out of a report."""

from __future__ import annotations

import msgspec

from playhead.analyst.text import fold, plain
from playhead.core.report import Finding, Report, Sentence
from playhead.core.site_context import KnownIssue, SiteContext

NOTHING_ELSE = "Only known issues, which the team set aside, were found."


def mark_known(report: Report, context: SiteContext) -> Report:
    """Return the report with known issues marked; ignored ones go last, and do not make the headline."""
    if not context.known:
        return report
    findings = [_marked(finding, context.known) for finding in report.findings]
    shown, aside = [one for one in findings if not one.ignored], [one for one in findings if one.ignored]
    headline = report.headline
    gone = {ref for one in aside for ref in one.refs} - {ref for one in shown for ref in one.refs}
    if aside and headline.refs and set(headline.refs) <= gone:
        top = max(shown, key=lambda one: one.severity, default=None)
        headline = Sentence(f"{top.title.rstrip('.')}.", top.refs) if top else Sentence(NOTHING_ELSE, headline.refs)
    return msgspec.structs.replace(report, headline=headline, findings=[*shown, *aside])


def _marked(finding: Finding, known: tuple[KnownIssue, ...]) -> Finding:
    text = _folded(" ".join((finding.title, finding.text, *finding.quotes)))
    issue = next((one for one in known if _folded(one.match) in text), None)
    if issue is None:
        return finding
    return msgspec.structs.replace(finding, known=issue.match, ignored=issue.treat == "ignore")


def _folded(text: str) -> str:
    return fold(plain(text)).translate(str.maketrans("“”„", '"""'))
