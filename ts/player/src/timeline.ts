/** Timeline: activity, idle time, pages and signals over the session's length; a click or drag moves the player. */

import { make } from "../../islands/src/dom";
import type { Activity } from "./activity";
import type { Chapter } from "./chapters";
import { HoverCard } from "./hover_card";
import { Lanes } from "./lanes";
import { clusters, type Cluster, type Mark } from "./markers";
import type { Gap, Recording, Tab } from "./loader";
import type { Player } from "./player";
import { cut, pathOf, signalText, type Words } from "./sentences";
import { clock, preciseClock, span } from "./time";
import { bars, placed, shape } from "./timeline_drawn";
import { Gestures } from "./timeline_gestures";
import type { Interaction, Note, PageView, Signal, Span, Trace } from "./types";
import { View } from "./view";

const MIN_LABEL_PX = 46; // narrower pages and idle stretches show no text
const ZOOM = 1.6; // of one key or button

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
  private readonly chapters = make("div", { class: "track-chapters" });
  private readonly map = make("div", { class: "track-map", hidden: true, title: "Drag to move along the session" });
  private readonly seen = make("i", {});
  private readonly whole = make("button", { class: "track-whole", type: "button", hidden: true, title: "Show the whole session (0)" }, "Whole session");
  private readonly view = new View(() => this.length);
  readonly lanes: Lanes;
  private readonly card: HoverCard;
  private stretches: Chapter[] = [];
  private known: number | null = null; // while a session goes on: how far what is drawn here reaches
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
    this.card = new HoverCard(player, words, recording, () => ({ ...this.facts, idle: this.idle, shown: this.shown }));
    this.map.append(this.seen);
    this.track.append(this.strip, this.markers, this.chapters, this.noted, this.pages, this.map, this.whole, this.card.ghost, this.playhead, this.card.node);
    this.lanes = new Lanes(player, this.view, words);
    root.append(this.track, this.lanes.node);
    this.whole.addEventListener("click", () => this.showWhole());
    const { track, strip, map, view, card } = this;
    new Gestures({ track, strip, map, player, view, card, length: () => this.length, width: () => this.width, layout: () => this.layout() });
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

  setTabs(tabs: Tab[]): void {
    this.lanes.setTabs(tabs);
    this.layout();
  }

  setGaps(gaps: Gap[]): void {
    if (gaps.length === this.gaps.length) return;
    this.gaps = gaps;
    this.layout();
  }

  setTrace(trace: Trace): void {
    this.facts = { signals: trace.signals, interactions: trace.interactions, pages: trace.session.pages };
    this.lanes.setFacts(trace.session.pages, trace.signals);
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
        node.hidden = !this.view.inView(note.t_ms, note.end_ms ?? note.t_ms);
        return clip ? this.view.stretch(node, note.t_ms, note.end_ms ?? 0) : placed(node, this.view.percent(note.t_ms), "");
      }),
    );
  }

  private get length(): number {
    return Math.max(1, this.known ?? this.player.length);
  }

  private offset(epochMs: number): number {
    return epochMs - this.player.startMs;
  }

  private follow(): void {
    const { t, status } = this.player;
    if (status === "playing" && this.view.reveal(t)) this.layout();
    this.playhead.style.left = this.view.percent(t);
    this.playhead.hidden = !this.view.inView(t, t);
    this.played.style.setProperty("--played", this.view.percent(t));
    this.strip.setAttribute("aria-valuenow", String(Math.round(t)));
    this.strip.setAttribute("aria-valuetext", `${preciseClock(t)} of ${clock(this.length)}`);
    if (this.lanes.any) this.lanes.follow();
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
    this.lanes.layout(width);
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
      ...this.stretches.filter(({ from, to }) => this.view.inView(from, to)).map(({ from, to, title, severity }) => {
        const label = this.view.px(from, to, width) > MIN_LABEL_PX ? title : "";
        const node = make("button", { class: `chapter severity-${severity}`, type: "button", tabindex: -1, title, "aria-label": title }, label);
        node.dataset["t"] = String(from);
        return this.view.stretch(node, from, to);
      }),
    );
  }

  private layoutIdle(width: number): void {
    this.strip.querySelectorAll(".idle").forEach((node) => node.remove());
    for (const { from, to } of this.idle) {
      const px = this.view.px(from, to, width);
      if (px < 4) continue;
      const label = px > 70 ? `idle ${span(to - from)}` : "";
      this.strip.append(this.view.stretch(make("div", { class: "idle" }, label), from, to));
    }
  }

  private layoutGaps(): void {
    this.strip.querySelectorAll(".lost").forEach((node) => node.remove());
    for (const { fromMs, toMs } of this.gaps) {
      const from = this.offset(fromMs);
      const to = this.offset(toMs);
      if (this.view.inView(from, to)) this.strip.append(this.view.stretch(make("div", { class: "lost", title: "Nothing to show" }), from, to));
    }
  }

  private layoutPages(width: number): void {
    const pages = this.facts.pages;
    this.pages.replaceChildren(
      ...pages.flatMap((page, index) => {
        const from = Math.max(0, this.offset(page.start_ms));
        const next = pages[index + 1];
        const to = next ? this.offset(next.start_ms) : this.length;
        const px = this.view.px(from, to, width);
        if (px < 2) return [];
        const path = pathOf(page.url);
        const node = make("button", { class: "track-page", type: "button", tabindex: -1, title: page.title || path }, px > MIN_LABEL_PX ? path : "");
        node.dataset["t"] = String(from);
        return [this.view.stretch(node, from, to)];
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

  private pageAt(t: number): Element | null {
    let here: Element | null = null;
    for (const node of this.pages.children) if (Number((node as HTMLElement).dataset["t"]) <= t) here = node;
    return here;
  }
}
