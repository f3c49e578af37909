/** Timeline: activity, idle time, pages and signals over the session's length; a click or drag moves the player. */

import { make } from "../../islands/src/dom";
import type { Activity } from "./activity";
import type { Chapter } from "./chapters";
import { clusters, type Cluster, type Mark } from "./markers";
import type { Gap, Recording } from "./loader";
import { Picture } from "./picture";
import type { Player } from "./player";
import { cut, pathOf, plainSentence, signalText, type Words } from "./sentences";
import { clock, preciseClock, span } from "./time";
import { touchTimeline } from "./touch";
import type { Interaction, Note, PageView, Signal, Span, Trace } from "./types";
import { View } from "./view";

const SVG = "http://www.w3.org/2000/svg";
const NEAR_PX = 9; // a marker this near the pointer is meant by it
const MIN_LABEL_PX = 46; // narrower pages and idle stretches show no text
const STEP_MS = 5_000;
const ZOOM = 1.6; // of one key or button
const WHEEL_PX = 240; // of wheel that double what is seen of a moment

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
  private readonly chapters = make("div", { class: "track-chapters" });
  private readonly map = make("div", { class: "track-map", hidden: true, title: "Drag to move along the session" });
  private readonly seen = make("i", {});
  private readonly whole = make("button", { class: "track-whole", type: "button", hidden: true, title: "Show the whole session (0)" }, "Whole session");
  private readonly view = new View(() => this.length);
  private readonly told = make("div", {});
  private readonly picture: Picture;
  private stretches: Chapter[] = [];
  private known: number | null = null; // while a session goes on: how far what is drawn here reaches
  private readonly card = make("div", { class: "hover-card", role: "tooltip", hidden: true });
  private facts: Facts = { signals: [], interactions: [], pages: [] };
  private idle: Span[] = [];
  private gaps: Gap[] = [];
  private notes: Note[] = [];
  private shown: Cluster[] = [];
  private width = 0; // of the track, px; 0 until it was laid out

  constructor(
    root: HTMLElement,
    private readonly player: Player,
    private readonly words: Words,
    recording: () => Recording | null,
  ) {
    this.picture = new Picture(player, recording);
    this.card.append(this.picture.node, this.told);
    this.map.append(this.seen);
    this.track.append(this.strip, this.markers, this.chapters, this.noted, this.pages, this.map, this.whole, this.ghost, this.playhead, this.card);
    root.append(this.track);
    this.listen();
    new ResizeObserver(() => {
      this.width = this.track.clientWidth; // read here only: elsewhere the whole page would be laid out for the answer
      this.layout();
    }).observe(this.track);
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

  setChapters(chapters: Chapter[]): void {
    this.stretches = chapters;
    this.layout();
  }

  /** Show more or less of the session around a moment, the present one unless said otherwise. */
  zoom(steps: number, t: number = this.player.t): void {
    this.view.zoom(t, ZOOM ** steps);
    this.layout();
  }

  showWhole(): void {
    this.view.reset();
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
        node.hidden = !this.inView(note.t_ms, note.end_ms ?? note.t_ms);
        return clip ? this.stretch(node, note.t_ms, note.end_ms ?? 0) : placed(node, this.percent(note.t_ms), "");
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
    return `${(Math.min(1, Math.max(0, this.view.place(t))) * 100).toFixed(3)}%`;
  }

  private inView(from: number, to: number): boolean {
    return this.view.place(to) >= 0 && this.view.place(from) <= 1;
  }

  /** Place what lasts, as far as it is in view. */
  private stretch<T extends HTMLElement>(node: T, from: number, to: number): T {
    const left = Math.min(1, Math.max(0, this.view.place(from)));
    const right = Math.min(1, Math.max(0, this.view.place(to)));
    return placed(node, `${(left * 100).toFixed(3)}%`, `${((right - left) * 100).toFixed(3)}%`);
  }

  private px(from: number, to: number, width: number): number {
    return (Math.min(1, this.view.place(to)) - Math.max(0, this.view.place(from))) * width;
  }

  private follow(): void {
    const { t, status } = this.player;
    if (status === "playing" && this.view.reveal(t)) this.layout();
    this.playhead.style.left = this.percent(t);
    this.playhead.hidden = !this.inView(t, t);
    this.played.style.setProperty("--played", this.percent(t));
    this.strip.setAttribute("aria-valuenow", String(Math.round(t)));
    this.strip.setAttribute("aria-valuetext", `${preciseClock(t)} of ${clock(this.length)}`);
    const here = this.pageAt(t);
    for (const node of this.pages.children) node.toggleAttribute("aria-current", node === here);
  }

  private layout(): void {
    const { width } = this;
    if (!width || this.player.status === "loading") return;
    this.strip.setAttribute("aria-valuemax", String(Math.round(this.length)));
    this.layoutView();
    this.layoutIdle(width);
    this.layoutGaps();
    this.layoutChapters(width);
    this.layoutPages(width);
    this.layoutMarkers(width);
    this.layoutNotes();
    this.follow();
  }

  private layoutView(): void {
    const { zoomed, from, span: shown } = this.view;
    const left = `${((-from / shown) * 100).toFixed(3)}%`;
    const width = `${((this.length / shown) * 100).toFixed(3)}%`;
    for (const svg of this.strip.querySelectorAll("svg")) Object.assign(svg.style, { left, width });
    this.map.hidden = this.whole.hidden = !zoomed;
    placed(this.seen, `${((from / this.length) * 100).toFixed(3)}%`, `${((shown / this.length) * 100).toFixed(3)}%`);
  }

  private layoutChapters(width: number): void {
    this.chapters.replaceChildren(
      ...this.stretches.filter(({ from, to }) => this.inView(from, to)).map(({ from, to, title, severity }) => {
        const label = this.px(from, to, width) > MIN_LABEL_PX ? title : "";
        const node = make("button", { class: `chapter severity-${severity}`, type: "button", tabindex: -1, title, "aria-label": title }, label);
        node.dataset["t"] = String(from);
        return this.stretch(node, from, to);
      }),
    );
  }

  private layoutIdle(width: number): void {
    this.strip.querySelectorAll(".idle").forEach((node) => node.remove());
    for (const { from, to } of this.idle) {
      const px = this.px(from, to, width);
      if (px < 4) continue;
      const label = px > 70 ? `idle ${span(to - from)}` : "";
      this.strip.append(this.stretch(make("div", { class: "idle" }, label), from, to));
    }
  }

  private layoutGaps(): void {
    this.strip.querySelectorAll(".lost").forEach((node) => node.remove());
    for (const { fromMs, toMs } of this.gaps) {
      const from = this.offset(fromMs);
      const to = this.offset(toMs);
      if (this.inView(from, to)) this.strip.append(this.stretch(make("div", { class: "lost", title: "Nothing to show" }), from, to));
    }
  }

  private layoutPages(width: number): void {
    const pages = this.facts.pages;
    this.pages.replaceChildren(
      ...pages.flatMap((page, index) => {
        const from = Math.max(0, this.offset(page.start_ms));
        const next = pages[index + 1];
        const to = next ? this.offset(next.start_ms) : this.length;
        const px = this.px(from, to, width);
        if (px < 2) return [];
        const path = pathOf(page.url);
        const node = make("button", { class: "track-page", type: "button", tabindex: -1, title: page.title || path }, px > MIN_LABEL_PX ? path : "");
        node.dataset["t"] = String(from);
        return [this.stretch(node, from, to)];
      }),
    );
  }

  private layoutMarkers(width: number): void {
    const marks: Mark[] = this.facts.signals.map((signal) => ({
      signal,
      tone: this.words[signal.kind]?.tone ?? "violet",
      x: this.view.place(Math.min(this.length, Math.max(0, this.offset(signal.t_ms)))) * width,
    }));
    this.shown = clusters(marks.filter(({ signal, x }) => signal.kind !== "idle_gap" && x >= 0 && x <= width));
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
    this.whole.addEventListener("click", () => this.showWhole());
    this.track.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || (event.target as Element).closest(".track-whole, .track-map")) return;
      const jump = (event.target as Element).closest<HTMLElement>("[data-t]");
      if (jump) {
        this.player.moveTo(Number(jump.dataset["t"]));
        return;
      }
      if (event.pointerType === "touch") return;
      dragging = true;
      this.track.setPointerCapture(event.pointerId);
      this.player.moveTo(this.timeAt(event.clientX));
    });
    this.track.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      if (dragging) this.player.moveTo(this.timeAt(event.clientX));
      this.hover(event.clientX);
    });
    const stop = (): void => void (dragging = false);
    this.track.addEventListener("pointerup", stop);
    this.track.addEventListener("pointercancel", stop);
    this.track.addEventListener("pointerleave", () => this.unhover());
    this.strip.addEventListener("keydown", (event) => this.key(event));
    this.track.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.map.addEventListener("pointerdown", (event) => this.map.setPointerCapture(event.pointerId));
    this.map.addEventListener("pointermove", (event) => {
      if (this.map.hasPointerCapture(event.pointerId)) this.pan((event.movementX / this.width) * this.length);
    });
    touchTimeline(this.track, {
      move: (x) => this.player.moveTo(this.timeAt(x)),
      look: (x) => this.hover(x),
      unlook: () => this.unhover(),
      pinch: (x, factor, panPx) => {
        this.view.zoom(this.timeAt(x), factor);
        this.pan((panPx / this.width) * this.view.span);
      },
    });
  }

  private pan(ms: number): void {
    this.view.pan(ms);
    this.layout();
  }

  /** Wheel and trackpad: up and down zoom around the pointer, sideways moves along. A page that scrolls keeps its wheel. */
  private wheel(event: WheelEvent): void {
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const scrolls = document.documentElement.scrollHeight > window.innerHeight + 1;
    if (scrolls && !event.ctrlKey && !sideways) return;
    event.preventDefault();
    const by = sideways ? event.deltaX || event.deltaY : event.deltaY;
    if (sideways) this.pan((by / this.width) * this.view.span);
    else this.view.zoom(this.timeAt(event.clientX), 2 ** (-by / WHEEL_PX));
    this.layout();
    this.hover(event.clientX);
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
    return this.view.moment((clientX - box.left) / box.width);
  }

  private hover(clientX: number): void {
    if (this.player.status === "loading" || this.player.status === "failed") return;
    const box = this.track.getBoundingClientRect();
    const x = Math.min(box.width, Math.max(0, clientX - box.left));
    this.ghost.hidden = false;
    this.ghost.style.left = `${x}px`;
    this.card.hidden = false;
    this.told.replaceChildren(...this.describe(x));
    this.picture.show(this.timeAt(clientX));
    const half = this.card.offsetWidth / 2;
    this.card.style.left = `${Math.min(box.width - half * 2, Math.max(0, x - half))}px`;
  }

  private unhover(): void {
    this.ghost.hidden = true;
    this.card.hidden = true;
    this.picture.hide();
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
