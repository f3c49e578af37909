/**
 * Outbox: sealed batches, kept until the server answered 2xx.
 *
 * Order     first in, first out: the next batch goes when the one before is durable, so a page's order holds
 * Memory    the bodies of a long backlog stay in the spool only; past the limits `onFull` asks for a pause
 * Leaving   what fits under the browser's 64 KB keepalive allowance is sent at once, everything is in the spool
 */

import type { SealedBatch } from "./batcher";
import type { BatchKey, Spool, StoredBatch } from "./spool";
import { backoff_ms, gzip, post, type Outcome } from "./transport";

/** Browsers cap the bodies of all keepalive requests on their way at 64 KB; the rest is for headers. */
const KEEPALIVE_BYTES = 60 * 1024;
/** Past this the spool is the only copy of what waits behind the head of the queue. */
const MEMORY_BYTES = 1024 * 1024;
const FULL_MEMORY_BYTES = 16 * 1024 * 1024;
const FULL_BYTES = 64 * 1024 * 1024;

type Body = Uint8Array<ArrayBuffer> | string;

interface Item {
  page: string;
  seq: number;
  url: string;
  body: Body | null;
  bytes: number;
  busy: boolean;
  /** "no", on its way there, or safely in the spool. */
  spooled: "no" | "soon" | "yes";
  packing: Promise<unknown> | null;
}

export interface OutboxPorts {
  send: typeof fetch;
  spool: Spool;
  tab: () => string;
  /** URL of `/ingest`. */
  endpoint: string;
  site: string;
}

export interface OutboxEvents {
  /** The server will never take this batch: its page has a hole. */
  onDropped(page: string, status: number): void;
  /** The site may not write here. */
  onRefused(status: number): void;
  onFull(): void;
  onRoom(): void;
}

const sizeOf = (body: Body): number => {
  if (typeof body !== "string") return body.byteLength;
  return body.length > KEEPALIVE_BYTES ? body.length : new TextEncoder().encode(body).byteLength;
};

export class Outbox {
  private queue: Item[] = [];
  private keepaliveBytes = 0;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private notBefore_ms = 0;
  private full = false;
  /** Batches that no server will ever have. */
  private lost = 0;
  private waiters: ((drained: boolean) => void)[] = [];

  constructor(
    private readonly ports: OutboxPorts,
    private readonly events: OutboxEvents,
  ) {}

  get busy(): boolean {
    return this.queue.length > 0;
  }

  add(batch: SealedBatch): void {
    const item = this.enqueue({ page: batch.page, seq: batch.seq, url: this.urlOf(batch), body: batch.text });
    // too large for keepalive: should the page go now, the spool is its only way
    if (item.bytes > KEEPALIVE_BYTES) void this.save(item);
    item.packing = this.pack(item);
    this.checkRoom();
    void item.packing.then(() => this.pump());
  }

  /** Take over a batch of an earlier page load; `spooled` tells whether the spool has it. */
  adopt(row: StoredBatch, spooled = true): void {
    const item = this.enqueue(row);
    if (spooled) item.spooled = "yes";
    else void this.save(item);
    this.economise();
    this.pump();
  }

  /** Forget everything that waits, unsent. */
  discard(): void {
    this.forget(this.queue);
  }

  holds([page, seq]: BatchKey): boolean {
    return this.queue.some((item) => item.page === page && item.seq === seq);
  }

  /**
   * The page hides or goes: now or never for what is small, the spool for all of it. Returns what is in neither for
   * certain.
   */
  leave(): StoredBatch[] {
    let open = true;
    for (const item of this.queue) {
      void this.save(item);
      if (item.busy) continue;
      open = open && item.body !== null && item.bytes <= KEEPALIVE_BYTES - this.keepaliveBytes;
      if (open) void this.deliver(item, item.body);
    }
    return this.queue
      .filter((item) => item.spooled !== "yes" && typeof item.body === "string")
      .map((item) => this.rowOf(item, item.body as string));
  }

  /** The network is back, or the visitor: try now, unless the server said when. */
  wake(): void {
    if (this.timer === undefined || Date.now() < this.notBefore_ms) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.pump();
  }

  /** Resolve once nothing waits any more, or after `timeout_ms`: true if everything there ever was is durable. */
  drained(timeout_ms: number): Promise<boolean> {
    if (!this.busy) return Promise.resolve(this.lost === 0);
    return new Promise((resolve) => {
      this.waiters.push(resolve);
      setTimeout(() => resolve(false), timeout_ms);
    });
  }

  private enqueue(known: Pick<Item, "page" | "seq" | "url" | "body">): Item {
    const { page, seq, url, body } = known;
    const bytes = body === null ? 0 : sizeOf(body);
    const item: Item = { page, seq, url, body, bytes, busy: false, spooled: "no", packing: null };
    this.queue.push(item);
    return item;
  }

  private urlOf(batch: SealedBatch): string {
    const query = new URLSearchParams({
      v: "1",
      site: this.ports.site,
      session: batch.session,
      page: batch.page,
      seq: String(batch.seq),
      visitor: batch.visitor,
      first_ms: String(Math.floor(batch.first_ms)),
      last_ms: String(Math.ceil(batch.last_ms)),
      n: String(batch.n),
      ...(batch.end ? { end: "1" } : {}),
    });
    return `${this.ports.endpoint}?${query}`;
  }

  private async pack(item: Item): Promise<void> {
    const packed = typeof item.body === "string" ? await gzip(item.body) : null;
    item.packing = null;
    if (packed && !item.busy && typeof item.body === "string") {
      item.body = packed;
      item.bytes = packed.byteLength;
    }
    void this.save(item);
  }

  private async save(item: Item): Promise<void> {
    if (item.body === null || item.spooled !== "no") return;
    item.spooled = "soon";
    const kept = await this.ports.spool.put(this.rowOf(item, item.body));
    item.spooled = kept ? "yes" : "no";
    // acknowledged while the put was on its way: the remove came first and found nothing
    if (!this.queue.includes(item)) void this.ports.spool.remove([item.page, item.seq]);
    this.economise();
  }

  private rowOf({ page, seq, url }: Item, body: Body): StoredBatch {
    return { page, seq, url, body, tab: this.ports.tab(), saved_ms: Date.now() };
  }

  private economise(): void {
    let memory = this.queue.reduce((sum, item) => sum + (item.body === null ? 0 : item.bytes), 0);
    for (const item of this.queue.slice(1).reverse()) {
      if (memory <= MEMORY_BYTES) break;
      if (item.spooled !== "yes" || item.busy || item.packing || item.body === null) continue;
      item.body = null;
      memory -= item.bytes;
    }
  }

  private pump(): void {
    const head = this.queue[0];
    if (!head || head.busy || head.packing || this.timer !== undefined) return;
    if (head.body !== null) {
      void this.deliver(head, head.body);
      return;
    }
    head.busy = true;
    void this.ports.spool.get([head.page, head.seq]).then((row) => this.deliver(head, row?.body ?? null));
  }

  private async deliver(item: Item, body: Body | null): Promise<void> {
    item.busy = true;
    let outcome: Outcome = { kind: "drop", status: 0 };
    if (body !== null) {
      const keepalive = item.bytes <= KEEPALIVE_BYTES - this.keepaliveBytes;
      const reserved = keepalive ? item.bytes : 0;
      this.keepaliveBytes += reserved;
      outcome = await post(this.ports.send, `${item.url}&sent_ms=${Date.now()}`, body, keepalive);
      this.keepaliveBytes -= reserved;
    }
    item.busy = false;
    this.settle(item, outcome);
  }

  private settle(item: Item, outcome: Outcome): void {
    if (outcome.kind === "retry") {
      this.retryLater(outcome.after_ms);
      return;
    }
    this.attempt = 0;
    if (outcome.kind !== "ok") this.lost += outcome.kind === "refused" ? this.queue.length : 1;
    this.forget(outcome.kind === "refused" ? [...this.queue] : [item]);
    if (outcome.kind === "drop") this.events.onDropped(item.page, outcome.status);
    if (outcome.kind === "refused") this.events.onRefused(outcome.status);
    this.checkRoom();
    this.pump();
  }

  private retryLater(after_ms: number): void {
    if (this.timer !== undefined) return;
    this.notBefore_ms = Date.now() + after_ms;
    const wait_ms = Math.max(after_ms, backoff_ms(this.attempt++, Math.random()));
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.pump();
    }, wait_ms);
  }

  private forget(items: Item[]): void {
    this.queue = this.queue.filter((item) => !items.includes(item));
    for (const item of items) if (item.spooled !== "no") void this.ports.spool.remove([item.page, item.seq]);
    if (this.queue.length > 0) return;
    for (const resolve of this.waiters.splice(0)) resolve(this.lost === 0);
  }

  private checkRoom(): void {
    const total = this.queue.reduce((sum, item) => sum + item.bytes, 0);
    const memory = this.queue.reduce((sum, item) => sum + (item.body === null ? 0 : item.bytes), 0);
    if (!this.full && (total > FULL_BYTES || memory > FULL_MEMORY_BYTES)) {
      this.full = true;
      this.events.onFull();
    } else if (this.full && total < FULL_BYTES / 2 && memory < FULL_MEMORY_BYTES / 2) {
      this.full = false;
      this.events.onRoom();
    }
  }
}
