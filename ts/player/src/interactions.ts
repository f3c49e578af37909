/** Interactions: everything the visitor did, in step with the player; a click on a row moves the player there. */

import { icon, make } from "../../islands/src/dom";
import type { Player } from "./player";
import { effectText, iconOf, isBad, pathOf, plainSentence, sentenceOf, signalText, type Words } from "./sentences";
import { clock } from "./time";
import type { Effect, Interaction, PageView, Signal, Trace } from "./types";

const AT_ONCE = 300; // interactions
const MAX_EFFECTS = 4; // a row stays a row; the rest is counted
const SAME_MOMENT_MS = 1_500; // a page begins this long before or after the interaction that says it was opened
const HANDS_OFF_MS = 4_000; // after the person scrolled the list it is theirs for a while
const QUIET_EFFECTS = new Set(["value", "scroll"]); // the replay shows them; as text they only repeat the sentence

export interface Row {
  t: number; // ms from the session's start
  kind: "page" | "interaction" | "signal";
  ref: string;
  nodeId: number | null;
  node: HTMLElement;
  text: string;
}

export class Interactions {
  private rows: Row[] = [];
  private trace: Trace | null = null; // that has no rows yet
  private current: Row | null = null;
  private theirsUntil = 0;
  private readonly list = make("ol", { class: "rows" });
  private readonly nothing = make("p", { class: "nothing muted", hidden: true }, "Nothing here contains these words.");

  constructor(
    private readonly panel: HTMLElement,
    private readonly player: Player,
    private readonly words: Words,
    private readonly moveTo: (t: number, nodeId: number | null) => void,
  ) {
    this.panel.addEventListener("wheel", () => this.handsOff(), { passive: true });
    this.panel.addEventListener("touchmove", () => this.handsOff(), { passive: true });
    this.list.addEventListener("click", (event) => this.click(event));
    player.subscribe((change) => change === "time" && this.follow());
  }

  /** Take a trace; a long session has thousands of rows: they are made when the panel is first looked at. */
  setTrace(trace: Trace): void {
    this.trace = trace;
    if (!this.panel.hidden || trace.interactions.length <= AT_ONCE) this.fill();
  }

  private fill(): void {
    const { trace } = this;
    if (!trace) return;
    this.trace = null;
    this.rows = rowsOf(trace, this.player.startMs || trace.session.start_ms, this.words);
    this.list.replaceChildren(...this.rows.map((row) => row.node));
    if (!this.rows.some((row) => row.kind === "interaction")) {
      const nobody = "The visitor did nothing that was recorded: no click, no key, no scroll.";
      this.panel.replaceChildren(make("p", { class: "nothing muted" }, nobody), this.list);
      return;
    }
    this.panel.replaceChildren(this.finder(), this.nothing, this.list);
    this.current = null;
    this.follow();
  }

  /** Bring the current row into view, for when the panel is opened. */
  reveal(): void {
    this.fill();
    this.theirsUntil = 0;
    if (this.current) this.scrollTo(this.current.node);
  }

  private finder(): HTMLElement {
    const input = make("input", { class: "input", type: "search", placeholder: "Find in interactions", "aria-label": "Find in interactions" });
    input.addEventListener("input", () => this.filter(input.value));
    return make("div", { class: "finder" }, icon("search"), input);
  }

  private filter(text: string): void {
    const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const row of this.rows) {
      const match = wanted.every((word) => row.text.includes(word));
      row.node.hidden = !match;
      found += Number(match);
    }
    this.nothing.hidden = found > 0;
  }

  private click(event: MouseEvent): void {
    const button = (event.target as Element).closest("button");
    const row = button && this.rows.find(({ node }) => node.contains(button));
    if (!row) return;
    if (event.detail) button.blur(); // space belongs to the player again
    this.moveTo(row.t, row.nodeId);
  }

  private follow(): void {
    const row = lastAt(this.rows, this.player.t + 1);
    if (row === this.current) return;
    this.current?.node.removeAttribute("aria-current");
    this.current = row;
    row?.node.setAttribute("aria-current", "true");
    if (row && Date.now() > this.theirsUntil) this.scrollTo(row.node);
  }

  private scrollTo(node: HTMLElement): void {
    const { panel } = this;
    if (panel.hidden || panel.scrollHeight <= panel.clientHeight) return;
    const top = node.offsetTop - panel.offsetTop;
    const inView = top > panel.scrollTop + 60 && top + node.offsetHeight < panel.scrollTop + panel.clientHeight - 20;
    if (!inView) panel.scrollTop = top - panel.clientHeight * 0.35;
  }

  private handsOff(): void {
    this.theirsUntil = Date.now() + HANDS_OFF_MS;
  }
}

export function rowsOf(trace: Trace, startMs: number, vocabulary: Words): Row[] {
  const seen = new Set(trace.interactions.map((interaction) => interaction.ref));
  const chips = new Map<string, Signal[]>();
  const alone: Signal[] = [];
  for (const signal of trace.signals) {
    const at = [...signal.refs].reverse().find((ref) => seen.has(ref));
    if (at && signal.kind !== "idle_gap") chips.set(at, [...(chips.get(at) ?? []), signal]);
    else alone.push(signal);
  }
  const opened = openings(trace);
  const rows = [
    ...trace.session.pages.map((page) => pageRow(page, opened.get(page), chips, startMs, vocabulary)),
    ...without(trace.interactions, [...opened.values()]).map((one) => interactionRow(one, chips, startMs, vocabulary)),
    ...alone.map((signal) => signalRow(signal, startMs, vocabulary)),
  ];
  const order = { page: 0, interaction: 1, signal: 2 };
  return rows.sort((a, b) => a.t - b.t || order[a.kind] - order[b.kind]);
}

/** Which interaction opened which page: two rows that say the same become one. */
function openings(trace: Trace): Map<PageView, Interaction> {
  const found = new Map<PageView, Interaction>();
  const free = trace.interactions.filter(({ kind }) => kind === "navigate");
  for (const page of trace.session.pages) {
    const index = free.findIndex(({ t_ms }) => Math.abs(t_ms - page.start_ms) <= SAME_MOMENT_MS);
    const [one] = index < 0 ? [] : free.splice(index, 1);
    if (one) found.set(page, one);
  }
  return found;
}

const without = <T>(items: T[], left: T[]): T[] => items.filter((item) => !left.includes(item));

type Chips = Map<string, Signal[]>;

function pageRow(page: PageView, opened: Interaction | undefined, chips: Chips, startMs: number, vocabulary: Words): Row {
  const path = pathOf(page.url);
  const t = Math.max(0, page.start_ms - startMs);
  const body = make("button", { type: "button", class: "row page-row" }, icon("page"), make("b", {}, page.title || path || "A page without an address"));
  if (page.title) body.append(make("span", { class: "muted" }, path));
  body.append(make("time", { class: "at" }, clock(t)));
  if (opened) answers(body, opened, chips, vocabulary);
  return row("page", t, opened?.ref ?? "", null, body);
}

function interactionRow(interaction: Interaction, chips: Chips, startMs: number, vocabulary: Words): Row {
  const { verb, object, extra } = sentenceOf(interaction);
  const t = Math.max(0, interaction.t_ms - startMs);
  const what = make("span", { class: "what" }, `${verb} `, object && make("b", {}, object), extra && make("span", { class: "extra num" }, ` ${extra}`));
  const body = make("button", { type: "button", class: "row" }, icon(iconOf(interaction.kind)), what, make("time", { class: "at" }, clock(t)));
  answers(body, interaction, chips, vocabulary);
  body.title = plainSentence(interaction);
  return row("interaction", t, interaction.ref, interaction.target?.node_id ?? null, body);
}

/** What the page answered, and the signals that rest on it. */
function answers(body: HTMLElement, { ref, effects }: Interaction, chips: Chips, vocabulary: Words): void {
  const lines = effects.filter((effect) => !QUIET_EFFECTS.has(effect.kind));
  for (const effect of lines.slice(0, MAX_EFFECTS)) body.append(effectLine(effect));
  if (lines.length > MAX_EFFECTS) body.append(make("span", { class: "effect muted" }, `and ${lines.length - MAX_EFFECTS} more`));
  const signals = chips.get(ref) ?? [];
  if (signals.length) body.append(make("span", { class: "row-chips" }, ...signals.map((signal) => chip(signal, vocabulary))));
}

function signalRow(signal: Signal, startMs: number, vocabulary: Words): Row {
  const t = Math.max(0, signal.t_ms - startMs);
  const words = vocabulary[signal.kind];
  const idle = signal.kind === "idle_gap";
  const body = make(
    "button",
    { type: "button", class: `row signal-row ${idle ? "idle-row" : (words?.tone ?? "violet")}` },
    icon(idle ? "clock" : "alert"),
    make("span", { class: "what" }, signalText(signal, vocabulary)),
    make("time", { class: "at" }, clock(t)),
  );
  return row("signal", t, signal.ref, signal.target?.node_id ?? null, body);
}

function row(kind: Row["kind"], t: number, ref: string, nodeId: number | null, body: HTMLElement): Row {
  const node = make("li", { class: `is-${kind}`, "data-ref": ref || null }, body);
  return { t, kind, ref, nodeId, node, text: (node.textContent ?? "").toLowerCase() };
}

function effectLine(effect: Effect): HTMLElement {
  return make("span", { class: isBad(effect) ? "effect bad" : "effect" }, effectText(effect));
}

function chip(signal: Signal, vocabulary: Words): HTMLElement {
  const words = vocabulary[signal.kind];
  return make("span", { class: `chip ${words?.tone ?? "violet"}`, title: signalText(signal, vocabulary) }, words?.tag ?? signal.kind);
}

function lastAt(rows: Row[], t: number): Row | null {
  let found: Row | null = null;
  for (const row of rows) {
    if (row.t > t) break;
    found = row;
  }
  return found;
}
