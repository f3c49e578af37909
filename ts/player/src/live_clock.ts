/**
 * Live clock: what time it is where the visitor is, as far as what arrives tells, and how far behind that to play so
 * that nothing stutters. The two machines' clocks need not agree: only differences between arrivals count.
 */

const MARGIN_MS = 100; // between the latest arrival and its turn to be shown
const LEAST_DELAY_MS = 250;
const MOST_DELAY_MS = 1_600; // later arrivals are shown at once instead
const REMEMBERED = 8; // arrivals whose lateness decides

export class LiveClock {
  private skew: number; // the least time an event took to get here, the clocks' difference included
  private late: number[] = [];
  private shown = 0;
  private heldAt: number | null = null;

  /** `endMs`: the last moment that is known, on the recorder's clock. */
  constructor(endMs: number, nowMs: number) {
    this.skew = nowMs - endMs;
  }

  /** Events from `firstMs` to `lastMs` arrived together. */
  heard(firstMs: number, lastMs: number, nowMs: number): void {
    this.skew = Math.min(this.skew, nowMs - lastMs);
    this.late = [...this.late, nowMs - firstMs - this.skew].slice(-REMEMBERED);
  }

  /** Stand still from `nowMs` on: the visitor is quiet; null: go on. */
  hold(nowMs: number | null): void {
    this.heldAt = nowMs;
  }

  /** What time it is for the visitor. */
  edge(nowMs: number): number {
    return (this.heldAt ?? nowMs) - this.skew;
  }

  get delay(): number {
    return Math.min(MOST_DELAY_MS, Math.max(LEAST_DELAY_MS, ...this.late.map((ms) => ms + MARGIN_MS)));
  }

  /** The moment to show now; never one before the last. */
  position(nowMs: number): number {
    return (this.shown = Math.max(this.shown, this.edge(nowMs) - this.delay));
  }
}
