/** Lanes: a session's tabs, one under the other: when each was open, when in front, what happened there. */

import { make } from "../../islands/src/dom";
import type { Tab } from "./loader";
import type { Player } from "./player";
import { cut, pathOf, signalText, type Words } from "./sentences";
import { clock, span } from "./time";
import type { PageView, Signal } from "./types";
import type { View } from "./view";

const MARK_PX = 3; // ticks nearer than this to one before are not drawn
const NAME_LENGTH = 60;

interface Row {
  tab: Tab;
  node: HTMLElement;
  name: HTMLElement;
  bars: HTMLElement;
}

export class Lanes {
  readonly node = make("div", { class: "lanes", role: "listbox", "aria-label": "Tabs of this session", hidden: true });
  private rows: Row[] = [];
  private pages: PageView[] = [];
  private signals: Signal[] = [];

  constructor(
    private readonly player: Player,
    private readonly view: View,
    private readonly words: Words,
  ) {
    this.node.addEventListener("click", (event) => this.clicked(event));
    player.subscribe((change) => change === "tab" && this.follow());
  }

  get any(): boolean {
    return this.rows.length > 0;
  }

  setTabs(tabs: Tab[]): void {
    if (tabs.length === this.rows.length && tabs.every((tab, at) => tab.id === this.rows[at]?.tab.id)) {
      tabs.forEach((tab, at) => this.rows[at] && (this.rows[at].tab = tab));
      return;
    }
    this.rows = tabs.map((tab) => {
      const name = make("span", { class: "lane-name" });
      const bars = make("span", { class: "lane-bars" });
      return { tab, name, bars, node: make("div", { class: "lane", role: "option", "data-lane": tab.id }, bars, name) };
    });
    this.node.replaceChildren(...this.rows.map(({ node }) => node));
    this.node.hidden = !this.any;
  }

  setFacts(pages: PageView[], signals: Signal[]): void {
    this.pages = pages;
    this.signals = signals.filter(({ kind }) => kind !== "idle_gap");
  }

  /** Draw what is in view; `width` is the track's, in px. */
  layout(width: number): void {
    for (const [at, row] of this.rows.entries()) {
      const { tab, bars, node, name } = row;
      const [from, to] = this.openOf(tab);
      const marks = this.marks(tab, width);
      bars.replaceChildren(this.view.stretch(make("i", { class: "lane-open" }), from, to), ...tab.front
        .map(([start, end]): [number, number] => [this.offset(start), this.offset(end)])
        .filter(([start, end]) => this.view.inView(start, end))
        .map(([start, end]) => this.view.stretch(make("i", { class: "lane-front" }), start, end)), ...marks);
      name.textContent = this.nameOf(tab, this.player.t);
      name.style.left = this.view.percent(from);
      const inFront = tab.front.reduce((sum, [start, end]) => sum + end - start, 0);
      const count = marks.length ? `, ${marks.length} ${marks.length === 1 ? "signal" : "signals"} in sight` : "";
      node.title = node.ariaLabel = `Tab ${at + 1}: ${this.nameOf(tab, this.player.t)}. Open ${clock(from)}–${clock(to)}, in front ${span(inFront)}${count}`;
    }
    this.follow();
  }

  /** Mark the tab that is shown, and the one in front where that is another. */
  follow(): void {
    const shown = this.shownAt();
    const front = this.frontAt(this.player.t);
    for (const { tab, node, name } of this.rows) {
      node.setAttribute("aria-selected", String(tab === shown));
      node.toggleAttribute("data-front", tab === front);
      const text = this.nameOf(tab, this.player.t);
      if (name.textContent !== text) name.textContent = text;
    }
  }

  /** Show the next tab that is open at this moment, or the one before; what was shown, "" where there is no other. */
  step(forward: boolean): string {
    const { t } = this.player;
    const open = this.rows.map(({ tab }) => tab).filter((tab) => this.laneAt(tab, t) !== null);
    const here = this.shownAt();
    const next = open[(open.findIndex((tab) => tab === here) + (forward ? 1 : -1) + open.length) % open.length];
    if (!next || next === here) return "";
    this.show(next, t);
    return this.nameOf(next, t);
  }

  private clicked(event: MouseEvent): void {
    const row = this.rows.find(({ node }) => node.contains(event.target as Node));
    if (!row) return;
    const box = this.node.getBoundingClientRect();
    this.show(row.tab, this.view.moment((event.clientX - box.left) / box.width));
  }

  private show(tab: Tab, t: number): void {
    const lane = this.laneAt(tab, t);
    if (lane === null || this.frontAt(t) === tab) this.player.moveTo(t);
    else this.player.peek(lane, t);
  }

  private shownAt(): Tab | undefined {
    const { peeked, t } = this.player;
    return peeked === null ? this.frontAt(t) : this.rows.find(({ tab }) => tab.pages.some(([lane]) => lane === peeked))?.tab;
  }

  private frontAt(t: number): Tab | undefined {
    const last = this.player.length;
    return this.rows.find(({ tab }) => tab.front.some(([from, to]) => t >= this.offset(from) && (t < this.offset(to) || (t >= last && this.offset(to) >= last))))?.tab;
  }

  /** The tab's document at a moment; null where it was not open. */
  private laneAt(tab: Tab, t: number): string | null {
    const [from, to] = this.openOf(tab);
    if (t < from || t > to) return null;
    let found: string | null = null;
    for (const [lane, start] of tab.pages) if (found === null || t >= this.offset(start)) found = lane;
    return found;
  }

  private openOf(tab: Tab): [number, number] {
    const times = tab.pages.flatMap(([, from, to]) => [from, to]);
    return [this.offset(Math.min(...times)), this.offset(Math.max(...times))];
  }

  private nameOf(tab: Tab, t: number): string {
    const lanes = new Set(tab.pages.map(([lane]) => lane));
    const own = this.pages.filter(({ page }) => lanes.has(page ?? ""));
    const here = own.filter((page) => this.offset(page.start_ms) <= t).pop() ?? own[0];
    return here ? cut(here.title || pathOf(here.url), NAME_LENGTH) : "A tab";
  }

  /** A tick for each signal of the tab: told by the address it happened at, or by what was in front then. */
  private marks(tab: Tab, width: number): HTMLElement[] {
    const lanes = new Set(tab.pages.map(([lane]) => lane));
    let last = -Infinity;
    return this.signals.flatMap((signal) => {
      const t = this.offset(signal.t_ms);
      const x = this.view.place(t) * width;
      if (!this.view.inView(t, t) || x - last < MARK_PX || this.ownerOf(signal, lanes, tab) !== tab) return [];
      last = x;
      const tone = this.words[signal.kind]?.tone ?? "violet";
      const mark = make("i", { class: `lane-mark ${tone}`, title: signalText(signal, this.words) });
      mark.style.left = this.view.percent(t);
      return [mark];
    });
  }

  private ownerOf(signal: Signal, lanes: Set<string>, tab: Tab): Tab | undefined {
    const there = this.pages.filter(({ url, start_ms, end_ms }) => url === signal.page_url && signal.t_ms >= start_ms && signal.t_ms <= end_ms + 1);
    if (there.length === 1) return lanes.has(there[0]?.page ?? "") ? tab : undefined;
    return this.frontAt(this.offset(signal.t_ms));
  }

  private offset(epochMs: number): number {
    return epochMs - this.player.startMs;
  }
}
