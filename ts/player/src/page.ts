/** Page: wires what stands around the replay to it: timeline, panels, keys, notes. */

import { need } from "../../islands/src/dom";
import { fetchJson, fetchText } from "../../islands/src/http";
import { Address } from "./address";
import { chaptersIn, followChapters } from "./chapters";
import { Controls } from "./controls";
import { DataPanels } from "./data_panels";
import { divide } from "./divider";
import { Elements } from "./elements";
import { Picker } from "./picker";
import type { First } from "./first";
import { keepFocus } from "./focus";
import { Insights } from "./insights";
import { Interactions } from "./interactions";
import { fillHelp, listen } from "./keys";
import { LivePage } from "./live_page";
import { star, watchedSoon } from "./marks";
import { type Notes, notesOf } from "./notes";
import { pageKeys } from "./page_keys";
import type { Player } from "./player";
import { Questions } from "./questions";
import { Says } from "./says";
import { Sheets } from "./sheets";
import type { Words } from "./sentences";
import { shareDialog } from "./share";
import { Tabs } from "./tabs";
import { Timeline } from "./timeline";
import { swipes } from "./touch";
import type { Trace } from "./types";
import { Walk } from "./walk";

export class SessionPage {
  private readonly root: HTMLElement;
  private readonly player: Player;
  private readonly walk: Walk;
  private readonly address: Address;
  private readonly says: Says;
  private readonly timeline: Timeline;
  private readonly interactions: Interactions;
  private readonly tabs: Tabs;
  private readonly panels: DataPanels;
  private readonly elements: Elements;
  private readonly insights: Insights;
  private readonly notes: Notes | null;
  private readonly looksOnly: boolean; // embedded or shared: nothing here can be marked
  private trace: Trace | null = null;

  constructor(private readonly first: First) {
    const { root, player, id, embedded } = first;
    const words = (JSON.parse(need(document, "#words").textContent || "{}") as { signals: Words }).signals;
    const insights = need(root, "[data-insights]");
    const shared = "shared" in root.dataset;
    this.root = root;
    this.player = player;
    this.looksOnly = embedded || shared;
    this.walk = new Walk(first);
    this.address = new Address(first);
    this.timeline = new Timeline(need(root, "[data-timeline]"), player, words, () => first.recording);
    this.says = new Says(first, () => this.timeline.setGaps(player.gaps));
    this.interactions = new Interactions(need(root, "[data-interactions]"), player, words, (t, nodeId) => this.walk.moveTo(t, nodeId));
    this.tabs = new Tabs(need(root, "[role=tablist]"));
    this.panels = new DataPanels(root, player, id);
    this.elements = new Elements(need(root, "#panel-elements"), {
      document: () => first.stage.frame?.contentDocument ?? null,
      outline: (node) => void first.fit.outlineOf(node),
    }, this.looksOnly ? null : this.picker());
    player.subscribe((change) => (change === "time" || change === "waiting") && this.elements.changed());
    this.insights = new Insights(insights, id);
    followChapters(insights, () => this.setChapters());
    new Questions(insights, id, () => this.insights.restore());
    this.notes = notesOf(root, player, id, shared, {
      changed: (notes) => this.timeline.setNotes(notes),
      play: (from, to) => this.walk.playClip(from, to),
    });
    if (!this.looksOnly) {
      shareDialog(id, player);
      watchedSoon(id);
      new Sheets(first, root.dataset["site"] ?? "");
    }
    keepFocus(need(root, "[data-timeline]"));
    swipes(need(root, "[data-stage]"), (forward) => this.walk.interaction(forward));
    divide(root, need(root, "[data-divider]"));
  }

  private picker(): Picker {
    const { first, root } = this;
    return new Picker({
      frame: () => first.stage.frame ?? null,
      stage: need(root, "[data-stage]"),
      outline: (node) => void first.fit.outlineOf(node),
      rulesAt: `${root.dataset["home"] ?? ""}/settings/recording?site=${encodeURIComponent(root.dataset["site"] ?? "")}`,
      pause: () => this.player.pause(),
    });
  }

  /** Take over: show what is known of the recording, and listen. */
  start(): void {
    this.first.onOpened = () => this.opened();
    if (this.first.recording) this.opened();
    this.listen();
    void this.loadTrace().then(() => this.first.live && this.goLive());
  }

  private opened(): void {
    const { wanted, recording } = this.first;
    this.outlined();
    this.says.showGap("waiting");
    if (this.trace) this.setTrace(this.trace);
    const end = Number(this.address.get("end_ms"));
    if (wanted !== null && end > wanted) this.walk.playClip(wanted, end);
    this.says.leftOut(recording?.dropped ?? 0);
  }

  private goLive(): void {
    new LivePage(this.root, this.first.id, {
      player: this.player,
      follow: this.first.wanted === null && !matchMedia("(prefers-reduced-motion: reduce)").matches,
      recording: () => this.first.recording,
      outlined: () => this.outlined(),
      retrace: () => void this.reread(),
      finished: () => void this.finished(),
      say: (text) => this.says.flash(text),
    });
  }

  /** A session that was live is over: its report and facts are there now, and take their places without a reload. */
  private async finished(): Promise<void> {
    await Promise.all([this.loadTrace(), this.insights.refresh()]);
    this.panels.stale();
    const facts = await this.facts();
    if (facts) document.querySelector(".facts")?.replaceWith(document.importNode(facts, true));
  }

  /** A live session went on: what is said of it is said of more; nothing is taken from under whoever is at it. */
  private async reread(): Promise<void> {
    await Promise.all([this.loadTrace(), this.insights.busy ? null : this.insights.refresh()]);
    this.panels.stale();
    const now = document.querySelectorAll(".facts li:not(:has([data-live-chip]))");
    const then = (await this.facts())?.querySelectorAll("li:not(:has([data-live-chip]))") ?? [];
    if (now.length === then.length) now.forEach((fact, at) => fact.replaceWith(document.importNode(then[at] as Element, true)));
  }

  private async facts(): Promise<Element | null> {
    const text = await fetchText(location.pathname, { headers: { accept: "text/html" } }).catch(() => "");
    return new DOMParser().parseFromString(text, "text/html").querySelector(".facts");
  }

  /** Show what the list of slices tells: activity, gaps, how much the panels hold. */
  private outlined(): void {
    const { recording } = this.first;
    if (!recording) return;
    this.timeline.setActivity(recording.activity, this.player.live ? recording.endMs - this.player.startMs : null);
    this.timeline.setGaps(recording.gaps);
    this.timeline.setTabs(recording.tabs);
    for (const [name, count] of Object.entries(recording.counts)) this.count(name, count);
  }

  private count(name: string, count: number): void {
    need(this.root, `[data-count=${name}]`).textContent = count ? String(count) : "";
  }

  private setChapters(): void {
    this.timeline.setChapters(chaptersIn(need(this.root, "[data-insights]"), this.player.length));
  }

  private async loadTrace(): Promise<void> {
    try {
      this.setTrace(await fetchJson<Trace>(`/api/sessions/${encodeURIComponent(this.first.id)}/trace`));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      need(this.root, "[data-interactions]").replaceChildren(`What happened could not be read: ${why}`);
    }
  }

  private setTrace(trace: Trace): void {
    this.trace = trace;
    this.interactions.setTrace(trace);
    this.timeline.setTrace(trace);
    this.setChapters();
    this.walk.setTrace(trace);
    this.count("interactions", trace.interactions.length);
  }

  private listen(): void {
    const { player, walk, timeline, address } = this;
    const dialog = need<HTMLDialogElement>(document.body, "[data-keys]");
    const toggleStar = star(this.first.id);
    const table = pageKeys({
      player,
      walk,
      timeline,
      live: this.first.live,
      marking: this.looksOnly ? null : { comment: () => this.comment(), star: toggleStar },
      copyLink: () => address.copyLink(),
      fullscreen: () => this.fullscreen(),
      help: () => (dialog.open ? dialog.close() : dialog.showModal()),
    });
    listen(table);
    fillHelp(dialog, table);
    document.querySelector("[data-copy-link]")?.addEventListener("click", () => address.copyLink());
    document.addEventListener("visibilitychange", () => this.seen());
    this.tabs.onShow = (name) => this.shownTab(name);
    const tab = address.get("tab");
    if (tab) this.tabs.show(tab);
    new Controls(need(this.root, ".player"), player, {
      "previous-signal": () => walk.signal(false),
      "next-signal": () => walk.signal(true),
      "previous-step": () => walk.interaction(false),
      "next-step": () => walk.interaction(true),
      live: () => player.goLive(),
      "zoom-in": () => timeline.zoom(1),
      "zoom-out": () => timeline.zoom(-1),
      fullscreen: () => this.fullscreen(),
      help: () => dialog.showModal(),
    });
  }

  private wasLive = false;

  /** A hidden page does not play; one that followed the visitor does again when it shows. */
  private seen(): void {
    if (document.hidden) {
      this.wasLive = this.player.following;
      this.player.pause();
    } else if (this.wasLive) this.player.goLive();
  }

  private comment(): void {
    this.tabs.show("notes");
    this.notes?.focus();
  }

  private fullscreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void need(this.root, ".player").requestFullscreen?.();
  }

  private shownTab(name: string): void {
    this.address.set("tab", name === "insights" ? "" : name);
    if (name === "interactions") this.interactions.reveal();
    if (name === "elements") this.elements.open();
    else this.panels.open(name);
  }
}
