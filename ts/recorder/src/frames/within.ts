/** Within: the side of the frame. It says hello to a page it trusts, and records what that page asks it to. */

import type { FrameScript } from "../capture/frames";
import { FRAME, kindOf, originsOf, PAGE, RECORD, type Order } from "./hello";

/** When the frame says hello; later the page asks it to. */
const HELLOS_MS = [0, 300, 1_000, 3_000, 10_000, 30_000];

/** Whether this is a window around ours: the parent, or a page of its origin that records it. */
function isAround(source: MessageEventSource | null): boolean {
  for (let one: Window = window; one !== one.parent; ) if ((one = one.parent) === source) return true;
  return false;
}

export const within: FrameScript["within"] = (said, side) => {
  const origins = originsOf(said);
  const above = window.parent;
  let port: MessagePort | undefined;
  const parent = location.ancestorOrigins?.[0]; // not in every browser; a wrong address only warns in the console
  const hello = (): void => {
    for (const origin of origins) {
      if (!parent || parent === origin) above.postMessage({ playhead: FRAME }, origin);
    }
  };
  const obey = (order: Order, via: MessagePort): void => {
    if (!order.page) side.rest();
    else side.record(order.session, (json) => via.postMessage([order.page, json]));
  };
  window.addEventListener("message", (event) => {
    if (!isAround(event.source)) return;
    const kind = kindOf(event, origins);
    const [next] = event.ports;
    if (kind === PAGE) hello();
    if (kind !== RECORD || !next) return;
    port?.close();
    port = next;
    next.onmessage = ({ data }) => {
      if (!data) next.postMessage([]); // still here
      else obey(data as Order, next);
    };
  });
  for (const ms of HELLOS_MS) setTimeout(() => port || hello(), ms);
};
