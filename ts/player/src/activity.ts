/** Activity: how much the visitor did, when; and the stretches in which they did nothing. */

import type { RrwebEvent, Span } from "./types";

export const BUCKETS = 240;
export const IDLE_MS = 5_000; // shorter pauses are reading, and skipping them would feel like a stutter

const INCREMENTAL = 3;
const CUSTOM = 5;
const WEIGHTS: Record<number, number> = { 1: 0.3, 2: 3, 3: 1, 4: 1, 5: 3, 6: 0.5, 7: 1, 12: 1, 14: 0.5 };
const USER_TAGS = new Set(["playhead.key", "playhead.submit", "playhead.navigate", "playhead.copy"]);

export interface Activity {
  buckets: number[]; // 0–1, BUCKETS of them over the whole session
  idle: Span[];
}

/** Measure a recording that runs from `startMs` to `endMs` (epoch). */
export function measure(events: RrwebEvent[], startMs: number, endMs: number): Activity {
  const length = Math.max(1, endMs - startMs);
  const sums = new Array<number>(BUCKETS).fill(0);
  const moments: number[] = [];
  for (const event of events) {
    const weight = weigh(event);
    if (!weight) continue;
    const t = event.timestamp - startMs;
    moments.push(t);
    const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.floor((t / length) * BUCKETS)));
    sums[bucket] = (sums[bucket] ?? 0) + weight;
  }
  return { buckets: smooth(sums), idle: gaps(moments, length) };
}

function weigh(event: RrwebEvent): number {
  const data = event.data as { source?: number; tag?: string } | null;
  if (event.type === INCREMENTAL && data) return WEIGHTS[data.source ?? -1] ?? 0;
  if (event.type === CUSTOM && data && USER_TAGS.has(data.tag ?? "")) return 2;
  return event.type === 4 ? 1 : 0; // a Meta event: a page was opened
}

/** Height is the square root of the sum, so that one click still shows beside a minute of mouse travel. */
function smooth(sums: number[]): number[] {
  const roots = sums.map(Math.sqrt);
  const top = Math.max(1, ...roots);
  return roots.map((value) => value / top);
}

/** Stretches of IDLE_MS and more between two moments of activity, or before the end. */
export function gaps(moments: number[], length: number): Span[] {
  const sorted = [...moments].sort((a, b) => a - b);
  const spans: Span[] = [];
  let last = 0;
  for (const moment of [...sorted, length]) {
    if (moment - last >= IDLE_MS) spans.push({ from: last, to: moment });
    last = Math.max(last, moment);
  }
  return spans;
}
