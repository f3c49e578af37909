/** Steps: from one moment of interest to the next, forward or back. */

const HAND_MS = 700; // while playing, "previous" within this time of a moment means the one before it

/** The first of `moments` after `t`, or null. */
export function next(moments: number[], t: number): number | null {
  return ascending(moments).find((moment) => moment > t + 1) ?? null;
}

/** The last of `moments` clearly before `t`, or null; `speed` is how fast it plays, 0 while paused. */
export function previous(moments: number[], t: number, speed: number): number | null {
  const before = t - Math.max(1, HAND_MS * speed);
  return ascending(moments).reverse().find((moment) => moment < before) ?? null;
}

const ascending = (moments: number[]): number[] => [...new Set(moments)].sort((a, b) => a - b);
