/** Canvas: fetch the script that takes pictures of canvases, where the site asks for them. */

import { fetchScript, type Stop } from "../guard";
import type { RawEvent } from "../rrweb";
import type { Context } from "./context";

export interface CanvasHooks {
  /** Pictures a second. */
  rate: number;
  emit(event: RawEvent): void;
  custom: Context["custom"];
  idOf(node: Node): number;
  /** Names the page's current recording: after a new snapshot every picture is news. "" while nothing is recorded. */
  page(): string;
  /** Whether the rules mask or block this place. */
  isHidden(canvas: Element): boolean;
  /** Recording costs too much already. */
  isBusy(): boolean;
}

export type Start = (hooks: CanvasHooks) => Stop;

const MOST_RATE = 4;

export function captureCanvas(server: string, said: string, hooks: Omit<CanvasHooks, "rate">): Stop {
  const rate = Math.min(MOST_RATE, Number(said) || 1);
  let stop: Stop | undefined;
  let gone = false;
  fetchScript(`${server}/recorder-canvas.js`, () => {
    const start = (window as Window & { playheadCanvas?: Start }).playheadCanvas;
    if (!gone) stop = start?.({ ...hooks, rate });
  });
  return () => {
    gone = true;
    stop?.();
  };
}
