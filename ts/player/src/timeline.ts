/** Timeline: activity, idle time, pages and signals over the session's length; a click or drag moves the player. */

import { make } from "../../islands/src/dom";
import type { Activity } from "./activity";
import { clusters, type Cluster, type Mark } from "./markers";
import type { Gap } from "./loader";
import type { Player } from "./player";
import { cut, pathOf, plainSentence, signalText, type Words } from "./sentences";
import { clock, preciseClock, span } from "./time";
import type { Interaction, Note, PageView, Signal, Span, Trace } from "./types";

const SVG = "http://www.w3.org/2000/svg";
const NEAR_PX = 9; // a marker this near the pointer is meant by it
const MIN_LABEL_PX = 46; // narrower pages and idle stretches show no text
const STEP_MS = 5_000;

interface Facts {
  signals: Signal[];
  interactions: Interaction[];
  pages: PageView[];
}

export class Timeline {
  private readonly track = make("div", { class: "track" });
  private readonly strip = make("div", {
    class: "track-activity",
    role: "slider",
    tabindex: 0,
    "aria-label": "Moment",
    "aria-valuemin": 0,
    "aria-valuemax": 0,
    "aria-valuenow": 0,
  });
  private readonly markers = make("div", { class: "track-markers" });
  private readonly noted = make("div", { class: "track-notes" });
  private readonly played = make("div", { class: "played" });
  private readonly pages = make("div", { class: "track-pages" });
  private readonly playhead = make("div", { class: "playhead" });
  private readonly ghost = make("div", { class: "ghost", hidden: true });
  private known: number | null = null; // while a session goes on: how far what is drawn here reaches
  private readonly card = make("div", { class: "hover-card", role: "tooltip", hidden: true });
  private facts: Facts = { signals: [], interactions: [], pages: [] };
  private idle: Span[] = [];
  private gaps: Gap[] = [];
  private notes: Note[] = [];
  private shown: Cluster[] = [];

  constructor(
    root: HTMLElement,
    private readonly player: Player,
    private readonly words: Words,
  ) {
    this.track.append(this.strip, this.markers, this.noted, this.pages, this.ghost, this.playhead, this.card);
    root.append(this.track);
    this.listen();
    new ResizeObserver(() => this.layout()).observe(this.track);
    player.subscribe((change) => change === "time" && this.follow());
  }

  setActivity(activity: Activity, known: number | null = null): void {
    this.known = known;
    this.idle = activity.idle;
    this.strip.replaceChildren(bars(activity.buckets), this.played);
    this.played.replaceChildren(bars(activity.buckets));
    this.layout();
    this.follow();
  }

  setGaps(gaps: Gap[]): void {
    if (gaps.length === this.gaps.length) return;
    this.gaps = gaps;
    this.layout();
  }

  setTrace(trace: Trace): void {
    this.facts = { signals: trace.signals, interactions: trace.interactions, pages: trace.session.pages };
    this.layout();
  }

  setNotes(notes: Note[]): void {
    this.notes = notes;
    this.layout();
  }

  private layoutNotes(): void {
    this.noted.replaceChildren(
      ...this.notes.map((note) => {
        const clip = note.end_ms !== null;
        const node = make("button", { class: clip ? "noted clip" : "noted", type: "button", tabindex: -1, title: cut(note.text, 120), "aria-label": note.text });
        node.dataset["t"] = String(note.t_ms);
        return placed(node, this.percent(note.t_ms), clip ? this.percent((note.end_ms ?? 0) - note.t_ms) : "");
      }),
    );
  }

  private get length(): number {
    return Math.max(1, this.known ?? this.player.length);
  }

  private offset(epochMs: number): number {
    return epochMs - this.player.startMs;
  }

  private percent(t: number): string {
    return `${(Math.min(1, Math.max(0, t / this.length)) * 100).toFixed(3)}%`;
  }

  private follow(): void {
    const { t } = this.player;
    this.playhead.style.left = this.percent(t);
    this.played.style.setProperty("--played", this.percent(t));
    this.strip.setAttribute("aria-valuenow", String(Math.round(t)));
    this.strip.setAttribute("aria-valuetext", `${preciseClock(t)} of ${clock(this.length)}`);
    const here = this.pageAt(t);
    for (const node of this.pages.children) node.toggleAttribute("aria-current", node === here);
  }

  private layout(): void {
    const width = this.track.clientWidth;
    if (!width || this.player.status === "loading") return;
    this.strip.setAttribute("aria-valuemax", String(Math.round(this.length)));
    this.layoutIdle(width);
    this.layoutGaps();
    this.layoutPages(width);
    this.layoutMarkers(width);
    this.layoutNotes();
    this.follow();
  }

  private layoutIdle(width: number): void {
    this.strip.querySelectorAll(".idle").forEach((node) => node.remove());
    for (const { from, to } of this.idle) {
      const px = ((to - from) / this.length) * width;
      if (px < 4) continue;
      const label = px > 70 ? `idle ${span(to - from)}` : "";
      this.strip.append(placed(make("div", { class: "idle" }, label), this.percent(from), this.percent(to - from)));
    }
  }

  private layoutGaps(): void {
    this.strip.querySelectorAll(".lost").forEach((node) => node.remove());
    for (const { fromMs, toMs } of this.gaps) {
      const from = this.offset(fromMs);
      this.strip.append(placed(make("div", { class: "lost", title: "Nothing to show" }), this.percent(from), this.percent(toMs - fromMs)));
    }
  }

  private layoutPages(width: number): void {
    const pages = this.facts.pages;
    this.pages.replaceChildren(
      ...pages.flatMap((page, index) => {
        const from = Math.max(0, this.offset(page.start_ms));
        const next = pages[index + 1];
        const to = next ? this.offset(next.start_ms) : this.length;
        const px = ((to - from) / this.length) * width;
        if (px < 2) return [];
        const path = pathOf(page.url);
        const node = make("button", { class: "track-page", type: "button", tabindex: -1, title: page.title || path }, px > MIN_LABEL_PX ? path : "");
        node.dataset["t"] = String(from);
        return [placed(node, this.percent(from), this.percent(to - from))];
      }),
    );
  }

  private layoutMarkers(width: number): void {
    const marks: Mark[] = this.facts.signals.map((signal) => ({
      signal,
      tone: this.words[signal.kind]?.tone ?? "violet",
      x: (Math.min(this.length, Math.max(0, this.offset(signal.t_ms))) / this.length) * width,
    }));
    this.shown = clusters(marks.filter((mark) => mark.signal.kind !== "idle_gap"));
    this.markers.replaceChildren(...this.shown.map((cluster) => this.marker(cluster, width)));
  }

  private marker(cluster: Cluster, width: number): HTMLElement {
    const first = cluster.marks[0]?.signal;
    const label = first ? signalText(first, this.words) : "";
    const node = make("button", {
      class: `marker ${cluster.tone}`,
      type: "button",
      tabindex: -1,
      "aria-label": cluster.marks.length > 1 ? `${cluster.marks.length} signals: ${label}` : label,
    });
    node.append(shape(cluster.tone));
    if (cluster.marks.length > 1) node.append(make("span", { class: "many num" }, String(cluster.marks.length)));
    node.style.left = `${((cluster.x / width) * 100).toFixed(3)}%`;
    if (first) node.dataset["t"] = String(this.offset(first.t_ms));
    return node;
  }

  private listen(): void {
    let dragging = false;
    this.track.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const jump = (event.target as Element).closest<HTMLElement>("[data-t]");
      if (jump) {
        this.player.moveTo(Number(jump.dataset["t"]));
        return;
      }
      dragging = true;
      this.track.setPointerCapture(event.pointerId);
      this.player.moveTo(this.timeAt(event.clientX));
    });
    this.track.addEventListener("pointermove", (event) => {
      if (dragging) this.player.moveTo(this.timeAt(event.clientX));
      this.hover(event.clientX);
    });
    const stop = (): void => void (dragging = false);
    this.track.addEventListener("pointerup", stop);
    this.track.addEventListener("pointercancel", stop);
    this.track.addEventListener("pointerleave", () => this.unhover());
    this.strip.addEventListener("keydown", (event) => this.key(event));
  }

  private key(event: KeyboardEvent): void {
    const jumps: Record<string, number> = {
      Home: 0,
      End: this.length,
      PageUp: this.player.t - 10 * STEP_MS,
      PageDown: this.player.t + 10 * STEP_MS,
    };
    const target = jumps[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.player.moveTo(target);
  }

  private timeAt(clientX: number): number {
    const box = this.track.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientX - box.left) / box.width)) * this.length;
  }

  private hover(clientX: number): void {
    if (this.player.status === "loading" || this.player.status === "failed") return;
    const box = this.track.getBoundingClientRect();
    const x = Math.min(box.width, Math.max(0, clientX - box.left));
    this.ghost.hidden = false;
    this.ghost.style.left = `${x}px`;
    this.card.hidden = false;
    this.card.replaceChildren(...this.describe(x));
    const half = this.card.offsetWidth / 2;
    this.card.style.left = `${Math.min(box.width - half * 2, Math.max(0, x - half))}px`;
  }

  private unhover(): void {
    this.ghost.hidden = true;
    this.card.hidden = true;
  }

  private describe(x: number): Node[] {
    const t = this.timeAt(this.track.getBoundingClientRect().left + x);
    const near = this.shown.filter((cluster) => Math.abs(cluster.x - x) <= NEAR_PX);
    const nearest = near.sort((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0];
    if (nearest) {
      return nearest.marks.slice(0, 4).flatMap(({ signal, tone }) => [
        make("b", {}, make("span", { class: `chip ${tone}` }, this.words[signal.kind]?.tag ?? signal.kind), clock(this.offset(signal.t_ms))),
        make("div", {}, signalText(signal, this.words)),
      ]);
    }
    const idle = this.idle.find(({ from, to }) => t >= from && t <= to);
    const last = lastBefore(this.facts.interactions, t + this.player.startMs);
    const what = idle ? `Nothing for ${span(idle.to - idle.from)}` : last ? plainSentence(last) : "";
    const page = lastBefore(this.facts.pages, t + this.player.startMs);
    return [
      make("b", { class: "num" }, preciseClock(t)),
      what && make("div", {}, cut(what, 90)),
      page && make("small", {}, cut(page.title || pathOf(page.url))),
    ].filter((node): node is HTMLElement => node instanceof HTMLElement);
  }

  private pageAt(t: number): Element | null {
    let here: Element | null = null;
    for (const node of this.pages.children) if (Number((node as HTMLElement).dataset["t"]) <= t) here = node;
    return here;
  }
}

function placed<T extends HTMLElement>(node: T, left: string, width: string): T {
  node.style.left = left;
  node.style.width = width;
  return node;
}

function lastBefore<T extends { t_ms: number } | { start_ms: number }>(items: T[], epochMs: number): T | null {
  const at = (item: T): number => ("t_ms" in item ? item.t_ms : item.start_ms);
  let found: T | null = null;
  for (const item of items) {
    if (at(item) > epochMs) break;
    found = item;
  }
  return found;
}

function bars(buckets: number[]): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${buckets.length} 100`);
  svg.setAttribute("preserveAspectRatio", "none");
  const path = document.createElementNS(SVG, "path");
  const d = buckets.map((value, i) => (value > 0 ? `M${i + 0.12} 100v-${Math.max(6, value * 92).toFixed(1)}h0.76V100z` : ""));
  path.setAttribute("d", d.join(""));
  svg.append(path);
  return svg;
}

/** Colour is never the only difference: a square broke, a triangle did not answer, a circle hesitated. */
function shape(tone: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 14 14");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  const outlines: Record<string, string> = {
    red: "M2.5 1h9A1.5 1.5 0 0 1 13 2.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 1 11.5v-9A1.5 1.5 0 0 1 2.5 1z",
    amber: "M7 1.2c.5 0 .9.2 1.1.7l5 9.3c.4.8-.2 1.8-1.1 1.8H2c-.9 0-1.5-1-1.1-1.8l5-9.3c.2-.5.6-.7 1.1-.7z",
    violet: "M7 1a6 6 0 1 1 0 12A6 6 0 0 1 7 1z",
  };
  path.setAttribute("d", outlines[tone] ?? outlines["violet"] ?? "");
  svg.append(path);
  return svg;
}
