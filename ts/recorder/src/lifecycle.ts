/** Lifecycle: what the browser says about the document, turned into what the recorder and the delivery do. */

import type { Control } from "./control";
import type { Delivery } from "./delivery/delivery";
import { listen } from "./guard";
import { leaveTab, takeTab } from "./pages";
import type { Recorder } from "./recorder";

export function followLifecycle(control: Control, recorder: Recorder, delivery: Delivery, storageKey: string): void {
  let leaving = false;
  listen(window, "pagehide", () => {
    leaving = true;
    recorder.leave(true);
    leaveTab();
  });
  listen<PageTransitionEvent>(window, "pageshow", (event) => {
    leaving = false;
    if (event.persisted) {
      takeTab();
      delivery.restored();
      recorder.restored();
    }
    delivery.wake();
  });
  listen(document, "visibilitychange", () => {
    // a document that is being left says so a second time: that is no choice of the visitor's
    if (!leaving) recorder.visibility(document.visibilityState);
    if (document.visibilityState === "hidden") recorder.leave();
    else delivery.wake();
  });
  listen(document, "freeze", () => recorder.leave());
  listen(window, "online", () => delivery.wake());
  listen<StorageEvent>(window, "storage", (event) => {
    if (event.key === storageKey) control.reconcile(event.newValue);
  });
}

/** Run `begin` once a visitor can see the document: a page loaded ahead of a click was not visited yet. */
export function whenVisited(begin: () => void): void {
  const page = document as Document & { prerendering?: boolean };
  if (page.prerendering) listen(page, "prerenderingchange", begin, { once: true });
  else begin();
}
