/** Live page: the page of a session that is being recorded: follows it, says so, and turns into a finished one's. */

import { make, need } from "../../islands/src/dom";
import { Live, type LiveState } from "./live";
import { LiveClock } from "./live_clock";
import type { News, Recording } from "./loader";
import type { Player } from "./player";

const TRACE_MS = 8_000; // between readings of what the visitor did; a long session's take longer, and come seldomer
const TRACE_SHARE = 30;

export interface LiveParts {
  player: Player;
  /** Whoever opened the page asked for no moment: they see what the visitor does now. */
  follow: boolean;
  recording(): Recording | null;
  /** Activity, gaps and counts may have changed. */
  outlined(): void;
  /** Read what the visitor did, and what is said of it, again. */
  retrace(): void;
  /** The session is over: show what is known of it now. */
  finished(): void;
  say(text: string): void;
}

const CHIPS: Record<LiveState, { text: string; title: string }> = {
  live: { text: "Live", title: "This session is being recorded right now" },
  quiet: { text: "Quiet", title: "Nothing has come for half a minute; the visitor may be reading, or gone" },
  lost: { text: "No connection", title: "The server does not answer; it is asked again" },
  ended: { text: "Ended", title: "This session has ended" },
};

export class LivePage {
  private clock: LiveClock | null = null;
  private tracedAt = Date.now();
  private readonly button: HTMLButtonElement;

  constructor(
    root: HTMLElement,
    sessionId: string,
    private readonly parts: LiveParts,
  ) {
    this.button = need(root, "[data-do=live]");
    this.button.hidden = false;
    parts.player.subscribe((change) => change === "live" && this.showButton());
    this.showButton();
    new Live(sessionId, {
      cursor: () => parts.recording()?.cursor ?? { revision: -1, slices: -1, number: -1, from_ms: 0, at: -1 },
      news: (news) => this.hear(news),
      state: (state) => this.become(state),
    }).start();
  }

  private hear(news: News): void {
    const { player } = this.parts;
    const recording = this.parts.recording();
    if (!recording || news.ended) return;
    if (!this.clock) this.begin(recording);
    const before = recording.endMs;
    const fresh = recording.grow(news);
    if (news.end_ms > before) this.clock?.heard(fresh[0]?.timestamp ?? news.end_ms, news.end_ms, Date.now());
    player.grew(news.number, fresh);
    if (news.outline) {
      if (!recording.replace(news.outline)) player.restage();
      this.parts.outlined();
    }
    if (Date.now() - this.tracedAt > Math.max(TRACE_MS, player.length / TRACE_SHARE)) {
      this.tracedAt = Date.now();
      this.parts.retrace();
    }
  }

  private begin(recording: Recording): void {
    const { player, follow } = this.parts;
    this.clock = new LiveClock(recording.endMs, Date.now());
    player.setLive(this.clock);
    if (follow && player.status === "paused" && player.t === 0) player.goLive();
  }

  private become(state: LiveState): void {
    const chip = document.querySelector<HTMLElement>("[data-live-chip]");
    const { text, title } = CHIPS[state];
    chip?.replaceChildren(text);
    chip?.setAttribute("title", title);
    chip?.classList.toggle("live", state === "live");
    chip?.classList.toggle("accent", state === "live");
    this.clock?.hold(state === "live" ? null : Date.now());
    if (state === "ended") void this.end();
    else if (state === "quiet") this.parts.retrace();
  }

  private async end(): Promise<void> {
    const { player } = this.parts;
    this.button.hidden = true;
    const same = await this.parts.recording()?.refresh().catch(() => true);
    player.setLive(null);
    if (same === false) player.restage();
    this.parts.outlined();
    this.parts.finished();
    this.parts.say("The session has ended");
  }

  private showButton(): void {
    const { following } = this.parts.player;
    this.button.setAttribute("aria-pressed", String(following));
    this.button.title = following ? "You see what the visitor does, as they do it" : "Jump to what the visitor does now (l)";
    this.button.replaceChildren(make("i", { class: "live-dot", "aria-hidden": "true" }), following ? "Live" : "Jump to live");
  }
}
