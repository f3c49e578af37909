/** Delivery: the outbox of this document, that of batches left by earlier page loads, and the spool under both. */

import type { Config } from "../config";
import { quietly } from "../guard";
import { tabId } from "../pages";
import { RULES, type SealedBatch } from "./batcher";
import { handOver, takeOver } from "./handover";
import { resend } from "./leftovers";
import { Outbox, type OutboxEvents } from "./outbox";
import { IndexedSpool } from "./spool";

/** By then what another tab left behind when it was closed is no longer on its way. */
const SECOND_LOOK_MS = 20_000;

export class Delivery {
  /** When batches are sealed. */
  rules = RULES;
  private readonly spool = new IndexedSpool();
  private readonly outbox: Outbox;
  private readonly leftovers: Outbox;
  private readonly own = new Set<string>();
  private looking = false;
  private refused = false;

  constructor(
    config: Config,
    events: Omit<OutboxEvents, "onRefused"> & { onRefused(): void },
  ) {
    // fetch as it is now: what the page puts in its place later is not ours to depend on
    const send = window.fetch.bind(window);
    const ports = { send, spool: this.spool, tab: tabId, endpoint: `${config.server}/ingest`, site: config.site };
    const nothing = (): void => {};
    const refuse = (): void => {
      this.refused = true;
      events.onRefused();
    };
    this.outbox = new Outbox(ports, { ...events, onRefused: refuse });
    this.leftovers = new Outbox(ports, { onDropped: nothing, onRefused: nothing, onFull: nothing, onRoom: nothing });
  }

  /** A request is on its way or waits for its turn. */
  get busy(): boolean {
    return this.outbox.busy;
  }

  /** Batches of this page belong to this document: nobody else here resends them. */
  owns(page: string): void {
    this.own.add(page);
  }

  push(batch: SealedBatch): void {
    if (!this.refused) this.outbox.add(batch);
  }

  /** The visitor wants nothing of this kept: neither what waits here, nor what earlier page loads left. */
  discard(): void {
    this.refused = true;
    takeOver();
    this.outbox.discard();
    this.leftovers.discard();
    void this.spool.clear();
  }

  readmit(): void {
    this.refused = false;
  }

  /** The page hides; `goes`: it is taken down. */
  leave(goes: boolean): void {
    const unsafe = [...this.leftovers.leave(), ...this.outbox.leave()];
    if (goes) handOver(unsafe);
  }

  wake(): void {
    this.outbox.wake();
    this.leftovers.wake();
  }

  drained(timeout_ms: number): Promise<boolean> {
    return this.outbox.drained(timeout_ms);
  }

  /** The page is back from the cache: what it left is its own again. */
  restored(): void {
    takeOver();
  }

  /** Send what earlier page loads could not; called once per document, and again after a while. */
  resendLeftovers(): void {
    if (this.looking) return;
    this.looking = true;
    for (const row of takeOver()) this.leftovers.adopt(row, false);
    const look = (): void => void quietly(() => this.look());
    look();
    setTimeout(look, SECOND_LOOK_MS);
  }

  private look(): void {
    const reader = { spool: this.spool, tab: tabId(), isOwn: (page: string) => this.own.has(page) };
    resend(reader, this.leftovers).catch(() => {});
  }
}
