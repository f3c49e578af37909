/** Extras: what a site asks for beyond the page itself, each by a script of its own: canvases, frames of other origins, bodies. */

import { quietly, type Stop } from "../guard";
import { idOf, newId, type RawEvent } from "../rrweb";
import type { Rules } from "../rules";
import { captureBodies } from "./bodies";
import { captureCanvas, type CanvasHooks } from "./canvas";
import { captureFrames, type FrameHooks } from "./frames";

/** What the recorder lends to those scripts; `take` has an event that is not scrubbed yet, `takeIn` one that a frame has scrubbed. */
interface Lent
  extends Pick<CanvasHooks, "custom" | "page" | "isHidden" | "isBusy">, Pick<FrameHooks, "session"> {
  take(event: RawEvent): void;
  takeIn(event: RawEvent): void;
}

/** Begin what the rules ask for, its ends into `stops`; what is returned has the frames begin anew. */
export function captureExtras(server: string, rules: Rules, stops: Stop[], lent: Lent): () => void {
  const [rate = ""] = rules.canvas;
  let ask = (): void => {};
  quietly(() => {
    if (Number(rate) > 0) stops.push(captureCanvas(server, rate, { ...lent, emit: lent.take, idOf }));
    if (rules.bodies.length > 0) stops.push(captureBodies(server, rules.bodies, rules.redact));
    if (rules.frames.length > 0) {
      const frames = captureFrames(server, { ...lent, origins: rules.frames, emit: lent.takeIn, idOf, newId });
      stops.push(frames.stop);
      ask = frames.ask;
    }
  });
  return ask;
}
