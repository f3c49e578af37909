/** The session page: wires the recording, the player and its panels together. */

import { copyText, need, toast } from "../../islands/src/dom";
import { fetchJson, fetchText } from "../../islands/src/http";
import { chaptersIn, followChapters } from "./chapters";
import { Controls } from "./controls";
import { DataPanels } from "./data_panels";
import { divide } from "./divider";
import { Elements } from "./elements";
import { Fit } from "./fit";
import { keepFocus } from "./focus";
import { Insights } from "./insights";
import { Questions } from "./questions";
import { Interactions } from "./interactions";
import { fillHelp, listen, type Key } from "./keys";
import { LivePage } from "./live_page";
import { Broken, load, type Outline, type Recording, Unplayable } from "./loader";
import { star, watchedSoon } from "./marks";
import { type Notes, notesOf } from "./notes";
import { type Change, Player } from "./player";
import type { Words } from "./sentences";
import { shareDialog } from "./share";
import { Stage } from "./stage";
import { Cover } from "./states";
import { next, previous } from "./steps";
import { Tabs } from "./tabs";
import { clock, momentOf, span } from "./time";
import { Timeline } from "./timeline";
import { swipes } from "./touch";
import type { Trace } from "./types";

const JUMP_MS = 5_000;
const FIRST_MS = 1_500; // between looks for the first events of a session that has just begun
const CLIP_SLACK_MS = 2_500; // further on, the person moved there
const CALM = matchMedia("(prefers-reduced-motion: reduce)").matches;

class SessionPage {
  private readonly id: string;
  private readonly startMs: number;
  private readonly embedded: boolean;
  private readonly live: boolean;
  private readonly stage: Stage;
  private readonly fit: Fit;
  private readonly player: Player;
  private readonly cover: Cover;
  private readonly timeline: Timeline;
  private readonly interactions: Interactions;
  private readonly tabs: Tabs;
  private readonly panels: DataPanels;
  private readonly elements: Elements;
  private readonly shared: boolean;
  private readonly notes: Notes | null;
  private clipEnd: number | null = null;
  private readonly insights: Insights;
  private recording: Recording | null = null;
  private trace: Trace | null = null;
  private unresolved: { ref: string; t: number } | null = null; // a link that was followed before the trace was here
  private toggleStar: () => void = () => undefined;

  constructor(private readonly root: HTMLElement) {
    const words = (JSON.parse(need(document, "#words").textContent || "{}") as { signals: Words }).signals;
    this.id = root.dataset["session"] ?? "";
    this.startMs = Number(root.dataset["startMs"]) || 0;
    this.embedded = "embed" in root.dataset;
    this.live = "live" in root.dataset;
    const box = need(root, "[data-stage]");
    this.stage = new Stage(need(root, "[data-stage-fit]"), {
      size: (width, height) => this.resized(width, height),
      address: (href) => this.address(href),
      finish: () => this.player.finish(),
    }, CALM);
    this.fit = new Fit(box, this.stage);
    this.player = new Player(this.stage);
    this.player.expect(this.startMs, (Number(root.dataset["endMs"]) || 0) - this.startMs);
    this.cover = new Cover(need(root, "[data-cover]"));
    this.timeline = new Timeline(need(root, "[data-timeline]"), this.player, words, () => this.recording);
    const panel = need(root, "[data-interactions]");
    this.interactions = new Interactions(panel, this.player, words, (t, nodeId) => this.moveTo(t, nodeId));
    this.tabs = new Tabs(need(root, "[role=tablist]"));
    this.panels = new DataPanels(root, this.player, this.id);
    this.elements = new Elements(need(root, "#panel-elements"), {
      document: () => this.stage.frame?.contentDocument ?? null,
      outline: (node) => void this.fit.outlineOf(node),
    });
    this.player.subscribe((change) => (change === "time" || change === "waiting") && this.elements.changed());
    this.insights = new Insights(need(root, "[data-insights]"), this.id);
    followChapters(need(root, "[data-insights]"), () => this.setChapters());
    new Questions(need(root, "[data-insights]"), this.id, () => this.insights.restore());
    this.shared = "shared" in root.dataset;
    this.notes = notesOf(root, this.player, this.id, this.shared, {
      changed: (notes) => this.timeline.setNotes(notes),
      play: (from, to) => this.playClip(from, to),
    });
    if (!this.embedded && !this.shared) {
      shareDialog(this.id, this.player);
      watchedSoon(this.id);
    }
    keepFocus(box);
    keepFocus(need(root, "[data-timeline]"));
    swipes(box, (forward) => this.stepInteraction(forward));
    this.listen();
  }

  async start(): Promise<void> {
    await this.loadRecording();
    await new Promise((painted) => window.setTimeout(painted, 60));
    await this.loadTrace(); // after the first picture: a long session's trace takes longer to read than a slice
    if (this.live) this.goLive();
  }

  private goLive(): void {
    new LivePage(this.root, this.id, {
      player: this.player,
      recording: () => this.recording,
      outlined: () => this.outlined(),
      retrace: () => void this.loadTrace(),
      finished: () => void this.finished(),
      say: (text) => this.flash(text),
    });
  }

  /** A session that was live is over: its report and facts are there now, and take their places without a reload. */
  private async finished(): Promise<void> {
    await Promise.all([this.loadTrace(), this.insights.refresh()]);
    this.panels.stale();
    const text = await fetchText(location.pathname, { headers: { accept: "text/html" } }).catch(() => "");
    const facts = new DOMParser().parseFromString(text, "text/html").querySelector(".facts");
    if (facts) document.querySelector(".facts")?.replaceWith(document.importNode(facts, true));
  }

  private async loadRecording(): Promise<void> {
    this.cover.waiting();
    try {
      const recording = await load(this.id, brought());
      const base = this.startMs || recording.startMs;
      const wanted = momentOf(location.search, base);
      await recording.slice(recording.numberAt(base + (wanted ?? 0))).catch((error: unknown) => {
        if (!(error instanceof Broken)) throw error; // a damaged stretch: the player says so, and plays the rest
      });
      this.open(recording, base, wanted);
    } catch (error) {
      if (this.live && error instanceof Unplayable && error.kind === "empty") window.setTimeout(() => void this.loadRecording(), FIRST_MS);
      this.player.fail();
      this.cover.explain(error, { live: this.live, retry: () => void this.loadRecording() });
    }
  }

  private open(recording: Recording, base: number, wanted: number | null): void {
    this.recording = recording;
    const length = (Number(this.root.dataset["endMs"]) || recording.endMs) - base;
    this.player.open(recording, base, length, wanted ?? 0);
    this.cover.done();
    this.outlined();
    if (this.trace) this.setTrace(this.trace);
    need(this.root, "[data-big-play]").hidden = wanted !== null || this.live;
    const end = Number(new URLSearchParams(location.search).get("end_ms"));
    if (wanted !== null && end > wanted) this.playClip(wanted, end);
    if (this.embedded && wanted === null && !CALM) this.player.play(); // "Stop & replay" was pressed a moment ago
    this.tellGaps(recording.dropped);
  }

  /** Show what the list of slices tells: activity, gaps, how much the panels hold. */
  private outlined(): void {
    const { recording } = this;
    if (!recording) return;
    this.timeline.setActivity(recording.activity, this.player.live ? recording.endMs - this.player.startMs : null);
    this.timeline.setGaps(recording.gaps);
    for (const [name, count] of Object.entries(recording.counts)) need(this.root, `[data-count=${name}]`).textContent = count ? String(count) : "";
  }

  private setChapters(): void {
    this.timeline.setChapters(chaptersIn(need(this.root, "[data-insights]"), this.player.length));
  }

  private async loadTrace(): Promise<void> {
    try {
      this.setTrace(await fetchJson<Trace>(`/api/sessions/${encodeURIComponent(this.id)}/trace`));
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
    const asked = this.unresolved;
    if (asked && Math.abs(this.player.t - asked.t) < 1) this.moveTo(asked.t, this.nodeOf(asked.ref));
    this.unresolved = null;
    const count = need(this.root, "[data-count=interactions]");
    count.textContent = trace.interactions.length ? String(trace.interactions.length) : "";
  }

  /** Move the player and outline what the moment is about. */
  private moveTo(t: number, nodeId: number | null): void {
    this.player.moveTo(t);
    need(this.root, "[data-big-play]").hidden = true;
    if (nodeId) requestAnimationFrame(() => requestAnimationFrame(() => void this.fit.show(nodeId)));
  }

  /** Play a stretch and stop at its end; moving elsewhere forgets the end. */
  private playClip(from: number, to: number): void {
    this.moveTo(from, null);
    this.player.play();
    this.clipEnd = to;
  }

  private stopAtClipEnd(change: Change): void {
    if (this.clipEnd === null || change !== "time") return;
    if (this.player.t >= this.clipEnd) {
      if (this.player.t < this.clipEnd + CLIP_SLACK_MS) this.player.pause();
      this.clipEnd = null;
    }
  }

  private step(moments: number[], forward: boolean, none: string): void {
    const { t, status, speed } = this.player;
    const target = forward ? next(moments, t) : previous(moments, t, status === "playing" ? speed : 0);
    if (target === null) toast(none);
    else this.moveTo(target, this.targetAt(target));
  }

  private targetAt(t: number): number | null {
    const at = (item: { t_ms: number }): boolean => Math.abs(item.t_ms - this.player.startMs - t) < 1;
    const found = this.trace?.signals.find(at) ?? this.trace?.interactions.find(at);
    return found?.target?.node_id ?? null;
  }

  private stepInteraction(forward: boolean): void {
    const moments = this.trace?.interactions.map(({ t_ms }) => t_ms - this.player.startMs) ?? [];
    this.step(moments, forward, forward ? "No later interaction" : "No earlier interaction");
  }

  private stepSignal(forward: boolean): void {
    const moments = this.trace?.signals.map(({ t_ms }) => t_ms - this.player.startMs) ?? [];
    const none = moments.length ? `No ${forward ? "later" : "earlier"} signal` : "This session has no signals";
    this.step(moments, forward, none);
  }

  private listen(): void {
    const dialog = need<HTMLDialogElement>(document.body, "[data-keys]");
    this.toggleStar = star(this.id);
    const table = this.keys(dialog);
    listen(table);
    fillHelp(dialog, table);
    new Controls(need(this.root, ".player"), this.player, {
      "previous-signal": () => this.stepSignal(false),
      "next-signal": () => this.stepSignal(true),
      "previous-step": () => this.stepInteraction(false),
      "next-step": () => this.stepInteraction(true),
      live: () => this.player.goLive(),
      "zoom-in": () => this.timeline.zoom(1),
      "zoom-out": () => this.timeline.zoom(-1),
      fullscreen: () => this.fullscreen(),
      help: () => dialog.showModal(),
    });
    this.player.onSkip = ({ from, to }) => this.flash(`Skipped ${span(to - from)} of idle time`);
    this.player.onGapPassed = ({ from, to }) => this.flash(`Left out ${span(to - from)} that cannot be read`);
    this.player.onStalled = (error) => this.cover.explain(error, { live: this.live, retry: () => this.goOn() });
    this.player.subscribe((change) => (change === "status" || change === "time") && this.rememberSoon());
    this.player.subscribe((change) => this.showGap(change));
    this.player.subscribe((change) => this.stopAtClipEnd(change));
    this.tabs.onShow = (name) => this.shownTab(name);
    const tab = new URLSearchParams(location.search).get("tab");
    if (tab) this.tabs.show(tab);
    document.addEventListener("click", (event) => this.timeLink(event));
    document.querySelector("[data-copy-link]")?.addEventListener("click", () => this.copyLink());
    document.addEventListener("visibilitychange", () => this.seen());
    divide(this.root, need(this.root, "[data-divider]"));
  }

  private wasLive = false;

  /** A hidden page does not play; one that followed the visitor does again when it shows. */
  private seen(): void {
    if (document.hidden) {
      this.wasLive = this.player.following;
      this.player.pause();
    } else if (this.wasLive) this.player.goLive();
  }

  private keys(dialog: HTMLDialogElement): Key[] {
    const { player } = this;
    const marking = this.embedded || this.shared ? [] : this.marking();
    const by = (ms: number) => () => this.moveTo(player.t + ms, null);
    return [
      { keys: [" "], shown: ["space"], does: "Play or pause", run: () => player.toggle() },
      { keys: ["ArrowLeft"], shown: ["←"], does: "Back 5 seconds", run: by(-JUMP_MS) },
      { keys: ["ArrowRight"], shown: ["→"], does: "Forward 5 seconds", run: by(JUMP_MS) },
      { keys: [","], shown: [","], does: "Previous interaction", run: () => this.stepInteraction(false) },
      { keys: ["."], shown: ["."], does: "Next interaction", run: () => this.stepInteraction(true) },
      { keys: ["p"], shown: ["p"], does: "Previous signal", run: () => this.stepSignal(false) },
      { keys: ["n"], shown: ["n"], does: "Next signal", run: () => this.stepSignal(true) },
      { keys: ["["], shown: ["["], does: "Slower", run: () => player.faster(-1) },
      { keys: ["]"], shown: ["]"], does: "Faster", run: () => player.faster(1) },
      { keys: ["+", "="], shown: ["+"], does: "Timeline: closer", run: () => this.timeline.zoom(1) },
      { keys: ["-", "_"], shown: ["-"], does: "Timeline: further away", run: () => this.timeline.zoom(-1) },
      { keys: ["0"], shown: ["0"], does: "Timeline: the whole session", run: () => this.timeline.showWhole() },
      { keys: ["s"], shown: ["s"], does: "Skip idle time", run: () => player.setSkipIdle(!player.skipIdle) },
      { keys: ["c"], shown: ["c"], does: "Copy a link to this moment", run: () => this.copyLink() },
      ...(this.live ? [{ keys: ["l"], shown: ["l"], does: "Jump to live", run: () => player.goLive() }] : []),
      ...marking,
      { keys: ["f"], shown: ["f"], does: "Full screen", run: () => this.fullscreen() },
      { keys: ["?"], shown: ["?"], does: "These keys", run: () => (dialog.open ? dialog.close() : dialog.showModal()) },
    ];
  }

  private marking(): Key[] {
    return [
      { keys: ["m"], shown: ["m"], does: "Comment on this moment", run: () => this.comment() },
      { keys: ["b"], shown: ["b"], does: "Star this session", run: this.toggleStar },
      { keys: ["j"], shown: ["j"], does: "Next session in the list", run: () => document.querySelector<HTMLElement>("[data-next-session]")?.click() },
    ];
  }

  private comment(): void {
    this.tabs.show("notes");
    this.notes?.focus();
  }

  /** `a.time-link` anywhere on the page moves the player instead of loading the page again. */
  private timeLink(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a.time-link[data-t-ms]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const t = Number(link.dataset["tMs"]);
    if (!Number.isFinite(t)) return;
    event.preventDefault();
    if (event.detail) link.blur();
    const ref = link.dataset["ref"] ?? "";
    this.moveTo(t, this.nodeOf(ref));
    this.unresolved = this.trace ? null : { ref, t: this.player.t };
  }

  private nodeOf(ref: string): number | null {
    const found = this.trace?.interactions.find((item) => item.ref === ref) ?? this.trace?.signals.find((item) => item.ref === ref);
    return found?.target?.node_id ?? null;
  }

  private copyLink(): void {
    const url = new URL(`/sessions/${encodeURIComponent(this.id)}`, location.origin);
    url.searchParams.set("t_ms", String(Math.round(this.player.t)));
    void copyText(url.href, "Link to this moment copied");
  }

  private fullscreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void need(this.root, ".player").requestFullscreen?.();
  }

  private remembering = 0;

  private rememberSoon(): void {
    window.clearTimeout(this.remembering);
    this.remembering = window.setTimeout(() => this.remember(), 200); // browsers limit how often it may change
  }

  /** The address bar holds the moment and the panel, so that reloading and sharing keep them. */
  private remember(): void {
    if (this.embedded || this.player.status === "loading" || this.player.status === "playing") return;
    if (!this.player.t && !location.search.includes("t_ms")) return;
    this.setParameter("t_ms", String(Math.round(this.player.t)));
  }

  private shownTab(name: string): void {
    this.setParameter("tab", name === "insights" ? "" : name);
    if (name === "interactions") this.interactions.reveal();
    if (name === "elements") this.elements.open();
    else this.panels.open(name);
  }

  private setParameter(name: string, value: string): void {
    const url = new URL(location.href);
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
    history.replaceState(null, "", url);
  }

  private resized(width: number, height: number): void {
    need(this.root, "[data-viewport]").textContent = width && height ? `${width}×${height}` : "";
    this.fit.apply();
  }

  private address(href: string): void {
    const node = need(this.root, "[data-address]");
    if (node.textContent !== href) node.textContent = href;
  }

  private goOn(): void {
    this.cover.done();
    this.player.moveTo(this.player.t);
  }

  private shownGap = "";

  /** Say why the picture may be old or missing while the moment lies in a gap. */
  private showGap(change: Change): void {
    if (change === "waiting") need(this.root, "[data-stage]").toggleAttribute("data-waiting", this.player.waiting);
    if (change === "speed" || change === "skip-idle") return;
    const gap = this.player.gap;
    const said = gap ? `Nothing to show from ${clock(gap.fromMs - this.player.startMs)} to ${clock(gap.toMs - this.player.startMs)}: ${gapReason(gap.reason)}` : "";
    if (said === this.shownGap) return;
    this.shownGap = said;
    const node = need(this.root, "[data-gap]");
    node.textContent = said;
    node.hidden = !said;
    this.timeline.setGaps(this.player.gaps);
  }

  private flashing = 0;

  private flash(text: string): void {
    const node = need(this.root, "[data-flash]");
    node.textContent = text;
    node.hidden = false;
    window.clearTimeout(this.flashing);
    this.flashing = window.setTimeout(() => (node.hidden = true), 1_800);
  }

  private tellGaps(dropped: number): void {
    if (dropped) toast(`${dropped} damaged event${dropped === 1 ? " was" : "s were"} left out of this replay`);
  }

}

/** What the page brought along of the recording, so that the first picture needs one request less. */
function brought(): Outline | null {
  const text = document.querySelector("#outline")?.textContent;
  return text ? (JSON.parse(text) as Outline | null) : null;
}

function gapReason(reason: string): string {
  const known: Record<string, string> = {
    "no snapshot": "the page was recorded without a picture to begin with",
    "never received": "this part of the recording never arrived",
  };
  return known[reason] ?? "this part of the recording is damaged";
}

const root = document.querySelector<HTMLElement>("[data-session]");
if (root) void new SessionPage(root).start();
