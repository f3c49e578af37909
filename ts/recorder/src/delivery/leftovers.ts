/** Leftovers: find batches of page loads that are gone and hand them to an outbox, oldest page order kept. */

import type { Outbox } from "./outbox";
import type { Spool } from "./spool";

/** Another tab's batch this young is on its way there; resending it would only make a duplicate. */
const OTHER_TAB_MS = 15_000;
const OLDEST_MS = 7 * 24 * 3_600_000;
/** How long one tab keeps the others from resending the same batches. */
const HOLD_MS = 60_000;

export interface Reader {
  spool: Spool;
  tab: string;
  /** Whether this document recorded that page: its batches are in its own outbox. */
  isOwn(page: string): boolean;
}

/** Move what may be resent into `outbox`; return how many batches that were. */
export async function adopt(reader: Reader, outbox: Outbox, now_ms: number): Promise<number> {
  let adopted = 0;
  for (const key of await reader.spool.keys()) {
    if (reader.isOwn(key[0]) || outbox.holds(key)) continue;
    const row = await reader.spool.get(key);
    if (!row) continue;
    const age_ms = now_ms - row.saved_ms;
    if (age_ms > OLDEST_MS) await reader.spool.remove(key);
    else if (row.tab === reader.tab || age_ms > OTHER_TAB_MS || age_ms < 0) {
      outbox.adopt(row);
      adopted++;
    }
  }
  return adopted;
}

/** The same, by one tab of the origin at a time where the browser has locks (elsewhere duplicates are harmless). */
export async function resend(reader: Reader, outbox: Outbox): Promise<void> {
  const work = async (): Promise<void> => {
    if (await adopt(reader, outbox, Date.now())) await outbox.drained(HOLD_MS);
  };
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return work();
  await locks.request("playhead.resend", { ifAvailable: true }, (lock) => (lock ? work() : undefined));
}
