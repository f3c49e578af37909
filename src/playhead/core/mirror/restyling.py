"""Restyling: what scripts do to style sheets, one event at a time: rules, declarations, constructed sheets."""

from typing import TYPE_CHECKING

from playhead.core import events as E
from playhead.core.mirror.nodes import DOCUMENT, NOTHING, Changes
from playhead.core.mirror.payloads import AdoptedStyleSheet, StyleDeclaration, StyleSheetRule
from playhead.core.mirror.plant import count
from playhead.core.mirror.sheets import (
    MAX_SHEETS,
    RuleList,
    Sheet,
    apply_additions,
    apply_declaration,
    apply_removals,
    has_rules,
)

if TYPE_CHECKING:
    from playhead.core.mirror.dom import Mirror


def change_rules(mirror: "Mirror", payload: StyleSheetRule, event: E.Event) -> Changes:
    rules = _rules_of(mirror, payload.id, payload.style_id)
    if rules is None:
        return NOTHING
    refused = apply_additions(rules, payload.adds or []) + apply_removals(rules, payload.removes or [])
    if refused:
        count(mirror.skipped, "rule_refused", refused)
    if payload.style_id:  # `replace` throws on the sheet of an element
        for text in (payload.replace, payload.replace_sync):
            if text is not None:
                mirror.sheets[payload.style_id].replace(text)
    return Changes(styles=True)


def change_declaration(mirror: "Mirror", payload: StyleDeclaration, event: E.Event) -> Changes:
    rules = _rules_of(mirror, payload.id, payload.style_id)
    if rules is None or not apply_declaration(rules, payload.index, payload.set, payload.remove):
        count(mirror.skipped, "rule_refused")
        return NOTHING
    return Changes(styles=True)


def _rules_of(mirror: "Mirror", node_id: int | None, style_id: int | None) -> RuleList | None:
    if style_id:
        sheet = mirror.sheets.get(style_id)
        if sheet is None:
            count(mirror.skipped, "sheet_not_found")
        return sheet.rules if sheet is not None else None
    node = mirror.nodes.get(node_id or 0)
    if node is None or node.tag not in ("style", "link"):
        count(mirror.skipped, "sheet_not_found")
        return None
    rules = mirror.rules.get(node.id)
    if rules is None:
        rules = mirror.rules[node.id] = RuleList(parsed=has_rules(mirror.css_of(node)))
    return rules


def adopt_sheets(mirror: "Mirror", payload: AdoptedStyleSheet, event: E.Event) -> Changes:
    host = mirror.nodes.get(payload.id)
    if host is None or not (host.kind == DOCUMENT or host.is_shadow_host):
        count(mirror.skipped, "node_not_found")
        return NOTHING
    document = mirror.document_of(host)
    for style in payload.styles or ():
        if len(mirror.sheets) >= MAX_SHEETS and style.style_id not in mirror.sheets:
            count(mirror.skipped, "sheet_refused")
            continue
        sheet = mirror.sheets[style.style_id] = Sheet(document)
        if refused := apply_additions(sheet.rules, style.rules):
            count(mirror.skipped, "rule_refused", refused)
    before = mirror.adopted.get(host.id)
    mirror.adopted[host.id] = payload.style_ids
    # Components adopt the very same sheets anew whenever they draw: nothing looks otherwise then.
    return NOTHING if before == payload.style_ids and not payload.styles else Changes(styles=True)
