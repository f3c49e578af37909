/** Steps: from one moment of interest to the next, forward or back. */

const BACK_SLACK_MS = 700; // pressing "previous" just after a moment means the one before it

/** The first of `moments` after `t`, or null. */
export function next(moments: number[], t: number): number | null {
  return ascending(moments).find((moment) => moment > t + 1) ?? null;
}

/** The last of `moments` clearly before `t`, or null; `playing` allows for the time a hand needs. */
export function previous(moments: number[], t: number, playing: boolean): number | null {
  const before = t - (playing ? BACK_SLACK_MS : 1);
  return ascending(moments).reverse().find((moment) => moment < before) ?? null;
}

const ascending = (moments: number[]): number[] => [...new Set(moments)].sort((a, b) => a - b);
