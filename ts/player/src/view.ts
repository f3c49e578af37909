/** View: the stretch of the session that the timeline shows; the whole of it unless somebody zooms. */

import { placed } from "./timeline_drawn";

const LEAST_MS = 2_000; // a stretch shorter than this tells nothing more

export class View {
  private begin = 0;
  private width = Infinity; // ms; Infinity: the whole session, however long it gets

  constructor(private readonly lengthOf: () => number) {}

  get from(): number {
    return this.zoomed ? Math.min(this.begin, this.length - this.width) : 0;
  }

  get span(): number {
    return this.zoomed ? this.width : this.length;
  }

  get zoomed(): boolean {
    return this.width < this.length;
  }

  /** Where a moment lies: 0 at the left edge, 1 at the right, beyond them outside. */
  place(t: number): number {
    return (t - this.from) / this.span;
  }

  /** The moment at a place, held to what is shown. */
  moment(place: number): number {
    return this.from + Math.min(1, Math.max(0, place)) * this.span;
  }

  percent(t: number): string {
    return `${(Math.min(1, Math.max(0, this.place(t))) * 100).toFixed(3)}%`;
  }

  inView(from: number, to: number): boolean {
    return this.place(to) >= 0 && this.place(from) <= 1;
  }

  /** Place what lasts, as far as it is in view. */
  stretch<T extends HTMLElement>(node: T, from: number, to: number): T {
    const left = Math.min(1, Math.max(0, this.place(from)));
    const right = Math.min(1, Math.max(0, this.place(to)));
    return placed(node, `${(left * 100).toFixed(3)}%`, `${((right - left) * 100).toFixed(3)}%`);
  }

  px(from: number, to: number, width: number): number {
    return (Math.min(1, this.place(to)) - Math.max(0, this.place(from))) * width;
  }

  /** Show a `factor`-th of what is shown, `t` staying where it is; less than 1 shows more. */
  zoom(t: number, factor: number): void {
    const place = this.place(t);
    const span = Math.max(Math.min(LEAST_MS, this.length), this.span / factor);
    if (span >= this.length) {
      this.reset();
      return;
    }
    this.width = span;
    this.begin = this.held(t - place * span);
  }

  pan(ms: number): void {
    if (this.zoomed) this.begin = this.held(this.from + ms);
  }

  /** Bring a moment into sight; false if it was. */
  reveal(t: number): boolean {
    if (!this.zoomed || (t >= this.from && t <= this.from + this.span)) return false;
    this.begin = this.held(t - this.span * 0.1);
    return true;
  }

  reset(): void {
    this.begin = 0;
    this.width = Infinity;
  }

  private get length(): number {
    return Math.max(1, this.lengthOf());
  }

  private held(begin: number): number {
    return Math.min(this.length - this.width, Math.max(0, begin));
  }
}
