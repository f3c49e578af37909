/** The session page: a picture of the recorded page first, then the player, then everything around it. */

import { painted } from "./painted";
import { Still } from "./still";

const PATIENCE_MS = 500; // a recording that takes longer than this to come does not hold up the rest

async function start(root: HTMLElement): Promise<void> {
  const still = await firstPicture(root);
  try {
    const { First } = await import("./first");
    const first = new First(root, still);
    await Promise.race([first.load().then(painted), pause(PATIENCE_MS)]);
    const { SessionPage } = await import("./page");
    new SessionPage(first).start();
  } catch (error) {
    still?.remove();
    const { Cover } = await import("./states");
    const why = error instanceof Error ? error.message : String(error);
    const ways = [{ text: "Reload", run: () => location.reload() }];
    const cover = root.querySelector<HTMLElement>("[data-cover]");
    if (cover) new Cover(cover).say({ icon: "alert", title: "The player did not arrive whole", text: why, ways });
  }
}

/** Show what the server drew of the moment, if it did. */
async function firstPicture(root: HTMLElement): Promise<Still | null> {
  const at = root.querySelector<HTMLElement>("[data-stage-fit]")?.dataset["still"];
  if (!at) return null;
  const still = new Still(root, at);
  const drawn = await Promise.race([still.draw(), pause(PATIENCE_MS)]);
  if (drawn) {
    await painted();
    return still;
  }
  still.remove();
  return null;
}

const pause = (ms: number): Promise<void> => new Promise((done) => window.setTimeout(done, ms));

const root = document.querySelector<HTMLElement>("[data-session]");
if (root) void start(root);
