/**
 * Batcher: one page's events on their way to becoming batches, numbered from 0 without a hole.
 *
 * An event is serialised when it arrives (it can no longer change, and its size is known); a batch is sealed after a
 * second, at 64 KB, or when the page leaves.
 */

export interface SealedBatch {
  session: string;
  visitor: string;
  page: string;
  seq: number;
  n: number;
  first_ms: number;
  last_ms: number;
  end: boolean;
  /** JSON array of rrweb events. */
  text: string;
}

export interface Owner {
  session: string;
  visitor: string;
  page: string;
}

export interface BatchRules {
  first_ms: number;
  every_ms: number;
  /** Characters of JSON that seal at once when nothing is on its way. */
  size: number;
  /** The same while a request is on its way: a burst makes few large batches, not a queue of small ones. */
  size_busy: number;
}

export const RULES: BatchRules = { first_ms: 150, every_ms: 1_000, size: 64 * 1024, size_busy: 1024 * 1024 };

/** The server refuses larger ones; no batch can carry it. */
export const LARGEST_EVENT = 16 * 1024 * 1024;

export class Batcher {
  private events: string[] = [];
  private size = 0;
  private seq = 0;
  private first_ms = 0;
  private last_ms = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly owner: Owner,
    private readonly onSealed: (batch: SealedBatch) => void,
    private readonly busy: () => boolean = () => false,
    private readonly rules: BatchRules = RULES,
  ) {}

  /** Take one event in; false if it is larger than any server takes. */
  push(json: string, timestamp: number): boolean {
    if (json.length > LARGEST_EVENT) return false;
    // two events of this size would make a batch that no server takes
    if (this.size + json.length > LARGEST_EVENT) this.seal();
    if (this.events.length === 0) {
      this.first_ms = this.last_ms = timestamp;
      this.timer = setTimeout(() => this.seal(), this.seq === 0 ? this.rules.first_ms : this.rules.every_ms);
    }
    this.events.push(json);
    this.size += json.length + 1;
    this.first_ms = Math.min(this.first_ms, timestamp);
    this.last_ms = Math.max(this.last_ms, timestamp);
    if (this.size >= (this.busy() ? this.rules.size_busy : this.rules.size)) this.seal();
    return true;
  }

  /** Seal what is there; with `end`, even nothing makes a batch: it carries the goodbye. */
  seal(end = false): void {
    clearTimeout(this.timer);
    if (this.events.length === 0 && !end) return;
    const batch: SealedBatch = {
      ...this.owner,
      seq: this.seq++,
      n: this.events.length,
      first_ms: this.first_ms,
      last_ms: this.last_ms,
      end,
      text: `[${this.events.join(",")}]`,
    };
    this.events = [];
    this.size = 0;
    this.onSealed(batch);
  }
}
