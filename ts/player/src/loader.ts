/**
 * Loader: where the events of a moment come from, slice by slice; never the whole recording.
 *
 * A slice begins with a keyframe, so any moment costs one slice. Slices near the player are kept as the bytes that came,
 * and read when they are needed: read, a page of 25,000 nodes takes ten times as much. The others are dropped; a slice
 * that cannot be had is a gap, and playing goes on behind it.
 */

import { accept } from "./accept";
import type { Activity } from "./activity";
import { fetchBytes, fetchJson, Refused } from "../../islands/src/http";
import type { RrwebEvent } from "./types";

const KEPT = 6; // slices, as bytes
const KEPT_BYTES = 16 << 20;
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

/** A tab of a session that has several: its documents (lane, first, last event), and when it was in front; epoch ms. */
export interface Tab {
  id: string;
  pages: [string, number, number][];
  front: [number, number][];
}

export interface Outline {
  revision: number;
  key?: string; // under which the browser may keep slices
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
  tabs?: Tab[]; // none where there is one
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
  private kept = new Map<number, Promise<ArrayBuffer>>();
  private bytes = new Map<number, ArrayBuffer>(); // of those that are here
  private held: Slice | null = null; // the one that was read last
  private growing: Slice | null = null; // the last one of a session that is being recorded
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

  get tabs(): Tab[] {
    return this.outline.tabs ?? [];
  }

  /** The page of one lane at a moment, as a slice that stands by itself. */
  async lane(lane: string, epochMs: number): Promise<Slice> {
    const path = this.path.replace(/segments$/, `lanes/${encodeURIComponent(lane)}`);
    const raw = await ask<{ keyframe: unknown; events: unknown }>(`${path}?t_ms=${epochMs}`);
    const { events } = accept(raw.keyframe);
    return { number: -1, keyframe: events, events: [], fresh: true, fromMs: epochMs, toMs: epochMs, count: 0 };
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
    const at = this.read(number)?.count ?? -1;
    return { revision: this.outline.revision, slices: number + 1, number, from_ms: this.outline.segments[number]?.[0] ?? 0, at };
  }

  /** Take what was recorded since; the events that are new to the slice they belong to, if we hold it. */
  grow(news: News): RrwebEvent[] {
    const slice = this.growing?.number === news.number ? this.growing : null;
    const fresh = slice && news.at >= 0 && slice.count >= news.at ? news.events.slice(slice.count - news.at) : [];
    const { events } = accept(fresh);
    if (slice) {
      slice.count += fresh.length;
      slice.events.push(...events);
      slice.toMs = Math.max(slice.toMs, events[events.length - 1]?.timestamp ?? 0);
      if (fresh.length) this.forget(slice.number); // what came as bytes is less than this
    }
    this.outline.revision = Math.max(this.outline.revision, news.revision);
    this.outline.end_ms = Math.max(this.outline.end_ms, news.end_ms);
    return events;
  }

  /** Take another list of slices; false if those we hold are no longer among them. */
  replace(outline: Outline): boolean {
    const before = this.outline;
    this.outline = outline;
    const ours = [...this.kept.keys(), ...[this.held, this.growing].flatMap((slice) => slice?.number ?? [])];
    const same = ours.every((number) => before.segments[number]?.[0] === outline.segments[number]?.[0]);
    if (!same) {
      this.kept.clear();
      this.bytes.clear();
      this.held = this.growing = null;
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
    const read = this.read(number);
    if (read) return read;
    const bytes = this.bytes.get(number);
    if (!bytes) return null;
    try {
      return this.hold(this.sliceOf(number, bytes));
    } catch (error) {
      if (error instanceof Broken) return null; // `isBroken` says so from now on
      throw error;
    }
  }

  /** Fetch a slice, or give the one that is here; rejects with Broken or Unplayable. */
  async slice(number: number): Promise<Slice> {
    return this.read(number) ?? (await this.fetched(number).then((bytes) => this.read(number) ?? this.hold(this.sliceOf(number, bytes))));
  }

  /** A slice whose events nobody else has: the Replayer writes into those it is given. */
  async copy(number: number): Promise<Slice> {
    const { growing } = this;
    if (growing?.number === number) return structuredClone(growing);
    return this.sliceOf(number, await this.fetched(number));
  }

  /** Have the slice at hand soon; a failure shows when it is needed. */
  prefetch(number: number): void {
    if (number < 0 || number > this.last || this.broken.has(number) || this.kept.has(number)) return;
    this.fetched(number).catch(() => undefined);
  }

  private read(number: number): Slice | null {
    return [this.growing, this.held].find((slice) => slice?.number === number) ?? null;
  }

  private hold(slice: Slice): Slice {
    this.held = slice;
    if (this.live && slice.number === this.last) this.growing = slice;
    return slice;
  }

  private fetched(number: number): Promise<ArrayBuffer> {
    const kept = this.kept.get(number);
    if (kept) {
      this.kept.delete(number);
      this.kept.set(number, kept); // used last, dropped last
      return kept;
    }
    const fetched: Promise<ArrayBuffer> = this.fetch(number).then(
      (bytes) => {
        if (this.kept.get(number) === fetched) this.bytes.set(number, bytes);
        if (this.live && number === this.last) this.ready(number); // it grows from here on
        this.dropFar();
        return bytes;
      },
      (error: unknown) => {
        this.kept.delete(number);
        throw error;
      },
    );
    this.kept.set(number, fetched);
    this.dropFar();
    return fetched;
  }

  private async fetch(number: number): Promise<ArrayBuffer> {
    try {
      return await this.askFor(number);
    } catch (error) {
      if (error instanceof Broken) this.giveUp(number, error.message);
      throw error;
    }
  }

  private sliceOf(number: number, bytes: ArrayBuffer): Slice {
    const [fromMs, toMs, , fresh] = this.outline.segments[number] ?? [0, 0, 0, false];
    const raw = parsed(bytes);
    const keyframe = accept(raw.keyframe);
    const events = accept(raw.events);
    if (!keyframe.hasSnapshot) {
      this.giveUp(number, "it cannot be read");
      throw new Broken("it cannot be read");
    }
    const count = events.events.length + events.dropped;
    return { number, keyframe: keyframe.events, events: events.events, fresh, fromMs, toMs, count };
  }

  private giveUp(number: number, reason: string): void {
    const [fromMs, toMs] = this.outline.segments[number] ?? [0, 0];
    this.broken.set(number, { fromMs, toMs: Math.max(toMs, this.startOf(number + 1)), reason });
    this.forget(number);
  }

  private async askFor(number: number): Promise<ArrayBuffer> {
    for (let attempt = 0; ; attempt++) {
      try {
        const [fromMs = 0] = this.outline.segments[number] ?? [];
        const key = this.outline.key ? `&key=${this.outline.key}` : "";
        return await ask(`${this.path}/${number}?revision=${this.outline.revision}&from_ms=${fromMs}${key}`, fetchBytes);
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
    const size = (): number => [...this.bytes.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    for (const number of [...this.kept.keys()]) {
      if (this.kept.size <= KEPT && (this.kept.size <= 2 || size() <= KEPT_BYTES)) return;
      this.forget(number);
    }
  }

  private forget(number: number): void {
    this.kept.delete(number);
    this.bytes.delete(number);
  }
}

function parsed(bytes: ArrayBuffer): { keyframe?: unknown; events?: unknown } {
  try {
    return (JSON.parse(new TextDecoder().decode(bytes)) ?? {}) as { keyframe?: unknown; events?: unknown };
  } catch {
    return {};
  }
}

/** The session got more batches since: its slices were made anew. */
class Grown extends Error {}

async function ask<T>(path: string, how: (path: string) => Promise<T> = fetchJson): Promise<T> {
  try {
    return await how(path);
  } catch (error) {
    if (error instanceof Refused && error.status === 409) throw new Grown(error.message);
    if (error instanceof Refused && error.status === 410) throw new Unplayable("corrupt", error.message);
    if (error instanceof Refused) throw new Unplayable(error.status === 404 ? "missing" : "network", error.message);
    if (error instanceof SyntaxError) throw new Unplayable("corrupt", error.message);
    throw new Unplayable("network", error instanceof Error ? error.message : String(error));
  }
}
