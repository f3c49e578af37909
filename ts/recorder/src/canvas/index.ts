/** The canvas script's entry: fetched by the recorder where a site asks for canvases, nobody else pays for it. */

import type { CanvasHooks, Start } from "../capture/canvas";
import { Painter } from "./painter";

const start: Start = (hooks: CanvasHooks) => {
  const painter = new Painter(hooks);
  let stopped = false;
  let timer = 0;
  const again = (): void => {
    // asked for now, this runs behind what the page itself draws in the next frame
    timer = window.setTimeout(() => requestAnimationFrame(round), 1_000 / hooks.rate);
  };
  const round = (): void => {
    if (stopped) return;
    try {
      if (!hooks.isBusy()) painter.look();
    } catch {
      // whatever it was, it is not the page's problem
    }
    again();
  };
  again();
  return () => {
    stopped = true;
    window.clearTimeout(timer);
  };
};

(window as Window & { playheadCanvas?: Start }).playheadCanvas = start;
