/** First: the recorded page at the moment in the address; nothing else of the session page runs before it is drawn. */

import { need } from "../../islands/src/dom";
import { Fit } from "./fit";
import { keepFocus } from "./focus";
import { Broken, load, type Outline, type Recording, Unplayable } from "./loader";
import { Player } from "./player";
import { Stage } from "./stage";
import { Cover } from "./states";
import type { Still } from "./still";
import { momentOf } from "./time";

const AGAIN_MS = 1_500; // between looks for the first events of a session that has just begun
const PATIENCE_MS = 2_000;
const CALM = matchMedia("(prefers-reduced-motion: reduce)").matches;

export class First {
  readonly id: string;
  readonly embedded: boolean;
  readonly live: boolean;
  readonly stage: Stage;
  readonly fit: Fit;
  readonly player: Player;
  readonly cover: Cover;
  recording: Recording | null = null;
  wanted: number | null = null; // the moment that the address asks for, ms from the start
  onOpened: () => void = () => undefined; // a recording is here, the first or after another try
  private readonly startMs: number;
  private readonly endMs: number;

  constructor(
    readonly root: HTMLElement,
    private still: Still | null = null, // the first picture, where one is shown already
  ) {
    this.id = root.dataset["session"] ?? "";
    this.startMs = Number(root.dataset["startMs"]) || 0;
    this.endMs = Number(root.dataset["endMs"]) || 0;
    this.embedded = "embed" in root.dataset;
    this.live = "live" in root.dataset;
    this.stage = new Stage(need(root, "[data-stage-fit]"), {
      size: (width, height) => this.resized(width, height),
      address: (href) => this.address(href),
      finish: () => this.player.finish(),
    }, CALM);
    const box = need(root, "[data-stage]");
    keepFocus(box); // before the recorded page is there, which may take it
    this.fit = new Fit(box, this.stage);
    this.player = new Player(this.stage);
    this.player.expect(this.startMs, this.endMs - this.startMs);
    this.cover = new Cover(need(root, "[data-cover]"));
  }

  /** Fetch and draw; where there is nothing to draw the cover says why, and offers to try again. */
  async load(): Promise<void> {
    if (!this.still) this.cover.waiting();
    try {
      const recording = await load(this.id, brought());
      const base = this.startMs || recording.startMs;
      this.wanted = momentOf(location.search, base);
      await recording.slice(recording.numberAt(base + (this.wanted ?? 0))).catch((error: unknown) => {
        if (!(error instanceof Broken)) throw error; // a damaged stretch: the player says so, and plays the rest
      });
      await loaded();
      this.open(recording, base);
    } catch (error) {
      this.unveil();
      if (this.live && error instanceof Unplayable && error.kind === "empty") window.setTimeout(() => void this.load(), AGAIN_MS);
      this.player.fail();
      this.cover.explain(error, { live: this.live, retry: () => void this.load() });
    }
  }

  private open(recording: Recording, base: number): void {
    this.recording = recording;
    this.player.open(recording, base, (this.endMs || recording.endMs) - base, this.wanted ?? 0);
    this.cover.done();
    need(this.root, "[data-big-play]").hidden = this.wanted !== null || this.live;
    need(this.root, "[data-stage]").toggleAttribute("data-shown", true);
    this.unveil(); // in one task: the next picture is the Replayer's
    if (this.embedded && this.wanted === null && !CALM) this.player.play(); // "Stop & replay" was pressed a moment ago
    this.onOpened();
  }

  /** Take the first picture away: the Replayer's page stands, or there is something to say. */
  private unveil(): void {
    this.still?.remove();
    this.still = null;
  }

  private resized(width: number, height: number): void {
    need(this.root, "[data-viewport]").textContent = width && height ? `${width}×${height}` : "";
    this.fit.apply();
  }

  private address(href: string): void {
    const node = need(this.root, "[data-address]");
    if (node.textContent !== href) node.textContent = href;
  }
}

/**
 * This page's load event is over, or long in coming. rrweb opens the document of its frame and never closes it: opened
 * before that event it held it up for good in one load of forty, and the tab went on spinning.
 */
function loaded(): Promise<void> {
  if (document.readyState === "complete") return Promise.resolve();
  return new Promise((go) => {
    window.addEventListener("load", () => go(), { once: true });
    window.setTimeout(go, PATIENCE_MS);
  });
}

/** What the page brought along of the recording, so that the first picture needs one request less. */
function brought(): Outline | null {
  const text = document.querySelector("#outline")?.textContent;
  return text ? (JSON.parse(text) as Outline | null) : null;
}
