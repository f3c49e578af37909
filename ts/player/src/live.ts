/** Live: asks what was recorded since, over and over, while a session goes on and somebody looks. */

import { fetchJson } from "../../islands/src/http";
import type { Cursor, News } from "./loader";

const AGAIN_MS = [500, 1_500, 4_000]; // after a failure; the server may be restarting
const WHOLE_MS = 5_000; // between lists of all slices, with activity and idle time

/** `quiet`: nothing came for a while, but the visitor did not say goodbye; `lost`: we cannot ask. */
export type LiveState = "live" | "quiet" | "ended" | "lost";

export interface Watched {
  cursor(): Cursor;
  news(news: News): void;
  state(state: LiveState): void;
}

export class Live {
  private state: LiveState = "live";
  private failures = 0;
  private wholeAt = 0;

  constructor(
    private readonly sessionId: string,
    private readonly watched: Watched,
  ) {}

  start(): void {
    void this.ask();
  }

  private async ask(): Promise<void> {
    while (this.state !== "ended") {
      await visible();
      try {
        this.hear(await this.question());
        this.failures = 0;
      } catch {
        this.become("lost");
        await pause(AGAIN_MS[Math.min(this.failures++, AGAIN_MS.length - 1)] ?? 0);
      }
    }
  }

  private question(): Promise<News> {
    const query = new URLSearchParams(Object.entries(this.watched.cursor()).map(([name, value]) => [name, String(value)]));
    query.set("live", String(this.state === "live"));
    if (Date.now() - this.wholeAt > WHOLE_MS && this.state === "live") {
      query.set("whole", "true");
      this.wholeAt = Date.now();
    }
    return fetchJson<News>(`/api/sessions/${encodeURIComponent(this.sessionId)}/live?${query}`);
  }

  private hear(news: News): void {
    this.watched.news(news);
    this.become(news.ended ? "ended" : news.live ? "live" : "quiet");
  }

  private become(state: LiveState): void {
    if (state === this.state) return;
    this.state = state;
    this.watched.state(state);
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => window.setTimeout(done, ms));

/** Nobody looks at a hidden page: wait until it shows. */
async function visible(): Promise<void> {
  while (document.hidden) await new Promise((shown) => document.addEventListener("visibilitychange", shown, { once: true }));
}
