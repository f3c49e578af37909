/**
 * Hand-over: what a leaving page could neither send nor be sure to have spooled goes to the tab's next document.
 *
 * IndexedDB writes in the background, which a page that is being taken down does not have; sessionStorage is written at
 * once. It holds a few MB of text, so this is the last resort and not the spool.
 */

import { quietly } from "../guard";
import { openStorage } from "../identity";
import type { StoredBatch } from "./spool";

const KEY = "playhead.left";

export function handOver(rows: StoredBatch[]): void {
  const store = openStorage("sessionStorage");
  // oldest first, as many as fit: a page without its beginning is worth nothing
  for (let count = rows.length; count > 0; count--) {
    const json = JSON.stringify(rows.slice(0, count));
    if (quietly(() => store?.setItem(KEY, json) ?? true)) return;
  }
}

/** Take what the tab's last document left. */
export function takeOver(): StoredBatch[] {
  const store = openStorage("sessionStorage");
  const rows = quietly(() => JSON.parse(store?.getItem(KEY) ?? "[]") as StoredBatch[]);
  quietly(() => store?.removeItem(KEY));
  return Array.isArray(rows) ? rows : [];
}
