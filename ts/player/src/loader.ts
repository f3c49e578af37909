/**
 * Loader: where the events of a moment come from, slice by slice; never the whole recording.
 *
 * A slice begins with a keyframe, so any moment costs one slice. Slices near the player are kept, the others are
 * dropped; a slice that cannot be had is a gap, and playing goes on behind it.
 */

import { accept } from "./accept";
import type { Activity } from "./activity";
import { fetchJson, Refused } from "../../islands/src/http";
import type { RrwebEvent } from "./types";

const KEPT = 6; // slices held beside those on the stage
const SEEK_STRADDLE_MS = 1; // a keyframe shows from 1 ms after its own time on
const RETRIES_MS = [300, 1_200];

export interface Slice {
  number: number;
  keyframe: RrwebEvent[];
  events: RrwebEvent[];
  fresh: boolean; // begins a page: to go on into it takes its keyframe too
  fromMs: number; // epoch
  toMs: number;
  count: number; // of its events as the server counts them, refused ones included
}

export interface Gap {
  fromMs: number;
  toMs: number;
  reason: string;
}

export interface Outline {
  revision: number;
  live: boolean;
  start_ms: number;
  end_ms: number;
  segments: [number, number, number, boolean][]; // from, to, bytes, begins a page
  activity: number[];
  idle: [number, number][];
  gaps: [number, number, string][];
  dropped: number;
  errors: number; // in the console
  requests: number;
  state: "playable" | "no-snapshot" | "corrupt" | "empty";
}

/** What we have of a session that goes on, as the server asks for it (jobs/live.py). */
export interface Cursor {
  revision: number;
  slices: number;
  number: number;
  from_ms: number;
  at: number;
}

export interface News {
  live: boolean;
  ended: boolean;
  revision: number;
  end_ms: number;
  number: number;
  at: number;
  events: unknown[];
  outline: Outline | null;
}

/** Why there is nothing to play; `kind` decides what the person is told. */
export class Unplayable extends Error {
  constructor(
    readonly kind: "missing" | "empty" | "no-snapshot" | "corrupt" | "network",
    detail: string,
  ) {
    super(detail);
  }
}

/** A slice is gone or damaged: what lies in it cannot be shown, what follows can. */
export class Broken extends Error {}

/** Ask what the session is made of; `known` is what the page already brought along. */
export async function load(sessionId: string, known: Outline | null): Promise<Recording> {
  const path = `/api/sessions/${encodeURIComponent(sessionId)}/segments`;
  const recording = new Recording(path, known ?? (await ask<Outline>(path)));
  recording.check();
  return recording;
}

export class Recording {
  private kept = new Map<number, Promise<Slice>>();
  private held = new Map<number, Slice>();
  private broken = new Map<number, Gap>();

  constructor(
    private readonly path: string,
    private outline: Outline,
  ) {}

  check(): void {
    const { state, segments } = this.outline;
    if (state !== "playable" || !segments.length) throw new Unplayable(state === "playable" ? "empty" : state, state);
  }

  get startMs(): number {
    return this.outline.start_ms;
  }

  get endMs(): number {
    return this.outline.end_ms;
  }

  get dropped(): number {
    return this.outline.dropped;
  }

  get counts(): { console: number; network: number } {
    return { console: this.outline.errors || 0, network: this.outline.requests || 0 };
  }

  get live(): boolean {
    return this.outline.live;
  }

  get last(): number {
    return this.outline.segments.length - 1;
  }

  get activity(): Activity {
    const start = this.startMs;
    return { buckets: this.outline.activity, idle: this.outline.idle.map(([from, to]) => ({ from: from - start, to: to - start })) };
  }

  get gaps(): Gap[] {
    const told = this.outline.gaps.map(([fromMs, toMs, reason]) => ({ fromMs, toMs, reason }));
    return [...told, ...this.broken.values()].sort((a, b) => a.fromMs - b.fromMs);
  }

  get cursor(): Cursor {
    const number = this.last;
    const at = this.held.get(number)?.count ?? -1;
    return { revision: this.outline.revision, slices: number + 1, number, from_ms: this.outline.segments[number]?.[0] ?? 0, at };
  }

  /** Take what was recorded since; the events that are new to the slice they belong to, if we hold it. */
  grow(news: News): RrwebEvent[] {
    const slice = this.held.get(news.number);
    const fresh = slice && news.at >= 0 && slice.count >= news.at ? news.events.slice(slice.count - news.at) : [];
    const { events } = accept(fresh);
    if (slice) {
      slice.count += fresh.length;
      slice.events.push(...events);
      slice.toMs = Math.max(slice.toMs, events[events.length - 1]?.timestamp ?? 0);
    }
    this.outline.revision = Math.max(this.outline.revision, news.revision);
    this.outline.end_ms = Math.max(this.outline.end_ms, news.end_ms);
    return events;
  }

  /** Take another list of slices; false if those we hold are no longer among them. */
  replace(outline: Outline): boolean {
    const before = this.outline;
    this.outline = outline;
    const same = [...this.kept.keys()].every((number) => before.segments[number]?.[0] === outline.segments[number]?.[0]);
    if (!same) {
      this.kept.clear();
      this.held.clear();
      this.broken.clear();
    }
    return same;
  }

  /** Ask for the list of slices anew; as `replace`. */
  async refresh(): Promise<boolean> {
    return this.replace(await ask<Outline>(this.path));
  }

  /** The slice that shows this moment. */
  numberAt(epochMs: number): number {
    const { segments } = this.outline;
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((segments[middle]?.[0] ?? 0) + SEEK_STRADDLE_MS <= epochMs) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  startOf(number: number): number {
    return this.outline.segments[number]?.[0] ?? this.endMs;
  }

  /** Bytes of the slice's JSON. */
  sizeOf(number: number): number {
    return this.outline.segments[number]?.[2] ?? 0;
  }

  isBroken(number: number): boolean {
    return this.broken.has(number);
  }

  /** The slice if it is here already. */
  ready(number: number): Slice | null {
    return this.held.get(number) ?? null;
  }

  /** Fetch a slice, or give the one that is here; rejects with Broken or Unplayable. */
  slice(number: number): Promise<Slice> {
    const kept = this.kept.get(number);
    if (kept) {
      this.kept.delete(number);
      this.kept.set(number, kept); // used last, dropped last
      return kept;
    }
    const fetched = this.fetch(number).catch((error: unknown) => {
      this.kept.delete(number);
      throw error;
    });
    this.kept.set(number, fetched);
    this.dropFar();
    return fetched;
  }

  /** Have the slice at hand soon; a failure shows when it is needed. */
  prefetch(number: number): void {
    if (number < 0 || number > this.last || this.broken.has(number) || this.kept.has(number)) return;
    this.slice(number).catch(() => undefined);
  }

  private async fetch(number: number): Promise<Slice> {
    const [fromMs, toMs, , fresh] = this.outline.segments[number] ?? [0, 0, 0, false];
    let raw: { keyframe?: unknown; events?: unknown };
    try {
      raw = await this.askFor(number);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      this.broken.set(number, { fromMs, toMs: Math.max(toMs, this.startOf(number + 1)), reason: error.message });
      throw error;
    }
    const keyframe = accept(raw.keyframe);
    const events = accept(raw.events);
    if (!keyframe.hasSnapshot) {
      this.broken.set(number, { fromMs, toMs, reason: "it cannot be read" });
      throw new Broken("it cannot be read");
    }
    const count = events.events.length + events.dropped;
    const slice = { number, keyframe: keyframe.events, events: events.events, fresh, fromMs, toMs, count };
    if (this.kept.has(number)) this.held.set(number, slice);
    return slice;
  }

  private async askFor(number: number): Promise<{ keyframe?: unknown; events?: unknown }> {
    for (let attempt = 0; ; attempt++) {
      try {
        const [fromMs = 0] = this.outline.segments[number] ?? [];
        return await ask(`${this.path}/${number}?revision=${this.outline.revision}&from_ms=${fromMs}`);
      } catch (error) {
        if (error instanceof Unplayable && error.kind === "corrupt") throw new Broken(error.message);
        if (error instanceof Grown) await this.refresh();
        else if (attempt >= RETRIES_MS.length || !(error instanceof Unplayable && error.kind === "network")) throw error;
        await new Promise((done) => window.setTimeout(done, RETRIES_MS[attempt] ?? 0));
        if (attempt > RETRIES_MS.length) throw error;
      }
    }
  }

  private dropFar(): void {
    for (const number of this.kept.keys()) {
      if (this.kept.size <= KEPT) return;
      this.kept.delete(number);
      this.held.delete(number);
    }
  }
}

/** The session got more batches since: its slices were made anew. */
class Grown extends Error {}

async function ask<T>(path: string): Promise<T> {
  try {
    return (await fetchJson(path)) as T;
  } catch (error) {
    if (error instanceof Refused && error.status === 409) throw new Grown(error.message);
    if (error instanceof Refused && error.status === 410) throw new Unplayable("corrupt", error.message);
    if (error instanceof Refused) throw new Unplayable(error.status === 404 ? "missing" : "network", error.message);
    if (error instanceof SyntaxError) throw new Unplayable("corrupt", error.message);
    throw new Unplayable("network", error instanceof Error ? error.message : String(error));
  }
}
