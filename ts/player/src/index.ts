/** The session page: the recorded page first, everything around it once that is painted. */

import { First } from "./first";

const PATIENCE_MS = 500; // a recording that takes longer than this to come does not hold up the rest

async function start(root: HTMLElement): Promise<void> {
  const first = new First(root);
  await Promise.race([first.load().then(painted), pause(PATIENCE_MS)]);
  try {
    const { SessionPage } = await import("./page");
    new SessionPage(first).start();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const ways = [{ text: "Reload", run: () => location.reload() }];
    first.cover.say({ icon: "alert", title: "The player did not arrive whole", text: why, ways });
  }
}

/** Once the browser has painted what there is; at once in a page that is hidden, which is never painted. */
function painted(): Promise<void> {
  if (document.hidden) return Promise.resolve();
  return new Promise((done) => requestAnimationFrame(() => window.setTimeout(done)));
}

const pause = (ms: number): Promise<void> => new Promise((done) => window.setTimeout(done, ms));

const root = document.querySelector<HTMLElement>("[data-session]");
if (root) void start(root);
