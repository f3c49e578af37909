/** Runs of a model over many sessions: their progress is fetched again while one is under way. */

import { fetchText } from "./http";

const EVERY_MS = 2000;

export function batchProgress(): void {
  const list = document.querySelector<HTMLElement>("[data-batches]");
  if (!list) return;
  const isRunning = (): boolean => list.querySelector("[data-state=running]") !== null;
  const renew = async (): Promise<void> => {
    try {
      const html = await fetchText("/digest/batches");
      if (!list.contains(document.activeElement)) list.replaceChildren(document.createRange().createContextualFragment(html));
    } catch {
      // the server is busy or restarting: the next round asks again
    }
    if (isRunning()) window.setTimeout(() => void renew(), EVERY_MS);
  };
  if (isRunning()) window.setTimeout(() => void renew(), EVERY_MS);
}
