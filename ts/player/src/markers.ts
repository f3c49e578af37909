/** Markers: signals on the timeline, those that would overlap joined into one. */

import type { Signal, Tone } from "./types";

const NEAR_PX = 22; // a marker's own width and room for a count
const RANK: Record<Tone, number> = { red: 0, amber: 1, violet: 2 };

export interface Mark {
  signal: Signal;
  tone: Tone;
  x: number; // px from the left
}

export interface Cluster {
  x: number;
  tone: Tone; // of its most serious signal
  marks: Mark[]; // most serious first, then by time
}

/** Join marks nearer than a marker's width to the first of their cluster. */
export function clusters(marks: Mark[]): Cluster[] {
  const sorted = [...marks].sort((a, b) => a.x - b.x);
  const made: Cluster[] = [];
  for (const mark of sorted) {
    const last = made[made.length - 1];
    if (last && mark.x - last.x < NEAR_PX) last.marks.push(mark);
    else made.push({ x: mark.x, tone: mark.tone, marks: [mark] });
  }
  for (const cluster of made) {
    cluster.marks.sort((a, b) => RANK[a.tone] - RANK[b.tone] || a.signal.t_ms - b.signal.t_ms);
    cluster.tone = cluster.marks[0]?.tone ?? cluster.tone;
  }
  return made;
}
