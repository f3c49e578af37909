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
  complete: boolean; // false: more of it is still being recorded
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

export type Progress = (loadedBytes: number, totalBytes: number | null) => void;

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
    const complete = !this.outline.live || number < this.last;
    const slice = { number, keyframe: keyframe.events, events: events.events, fresh, fromMs, toMs, complete };
    if (this.kept.has(number)) this.held.set(number, slice);
    return slice;
  }

  private async askFor(number: number): Promise<{ keyframe?: unknown; events?: unknown }> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await ask(`${this.path}/${number}?revision=${this.outline.revision}`);
      } catch (error) {
        if (error instanceof Unplayable && error.kind === "corrupt") throw new Broken(error.message);
        if (error instanceof Grown) this.outline = await ask<Outline>(this.path);
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
