/**
 * Above: the side of the page. It believes frames of the origins it was told, each through a port of its own, and puts
 * what they record into its own recording.
 */

import type { FrameHooks, FrameScript } from "../capture/frames";
import { elementsIn, isHiddenIn, rootsOf, type Root } from "../roots";
import { FRAME, kindOf, originsOf, PAGE, RECORD, type Order } from "./hello";
import { Translation } from "./translation";

/** A frame that was just added has no id yet: asked again so often. */
const MOST_TRIES = 20;
const TRY_MS = 250;
/** Another document has loaded in the frame's place if the one we know does not answer within this. */
const ANSWER_MS = 2_000;
const FRAMES = "iframe,frame";

class Frame {
  /** The recording it was asked for. */
  private page = "";
  private here = true;
  private readonly translation: Translation;

  constructor(
    readonly element: Element,
    private readonly port: MessagePort,
    private readonly hooks: FrameHooks,
    origin: string,
  ) {
    this.translation = new Translation(hooks.newId, origin);
    port.onmessage = ({ data }) => {
      try {
        // only the answer counts: what a document said while it was left may arrive after the next one has loaded
        if ((data as unknown[]).length === 0) this.here = true;
        else this.take(data as [page: string, json: string]);
      } catch {
        // no recorder of ours writes that
      }
    };
  }

  /** Have it begin anew, where the page's recording has. */
  ask(tries = MOST_TRIES): void {
    const { element, hooks } = this;
    if (!element.isConnected) return;
    const page = hooks.page();
    const hidden = hooks.isHidden(element);
    if (page && !hidden && hooks.idOf(element) < 0) {
      if (tries > 0) setTimeout(() => this.ask(tries - 1), TRY_MS);
      return;
    }
    this.page = hidden ? "" : page;
    this.translation.begin();
    this.port.postMessage({ page: this.page, session: hooks.session() ?? "" } satisfies Order);
  }

  private take([page, json]: [string, string]): void {
    const { element, hooks } = this;
    if (!page || page !== this.page || page !== hooks.page() || typeof json !== "string") return;
    const frame = element.isConnected && !hooks.isHidden(element) ? hooks.idOf(element) : -1;
    if (frame < 0) return;
    for (const event of JSON.parse(json) as unknown[]) {
      const told = this.translation.translate(event, frame);
      if (told) hooks.emit(told);
    }
  }

  /** The element has loaded: the document it shows may be another one. */
  loaded(): void {
    this.here = false;
    this.port.postMessage(0);
    setTimeout(() => {
      const { element, hooks, page } = this;
      if (this.here || !page) return;
      this.close();
      const frame = element.isConnected && page === hooks.page() ? hooks.idOf(element) : -1;
      if (frame >= 0) hooks.emit(this.translation.blank(frame));
    }, ANSWER_MS);
  }

  rest(): void {
    this.port.postMessage({ page: "", session: "" } satisfies Order);
    this.close();
  }

  close(): void {
    this.page = "";
    this.port.close();
  }
}

export const above: FrameScript["above"] = (lent) => {
  const hooks: FrameHooks = { ...lent, isHidden: (element) => isHiddenIn(element, lent.isHidden) };
  const origins = originsOf(hooks.origins);
  const heard = new Set<Root>();
  const frames = new Map<Element, Frame>();

  const meet = (event: MessageEvent): void => {
    if (kindOf(event, origins) !== FRAME) return;
    const element = elementsIn<HTMLIFrameElement>(look(), FRAMES).find((one) => one.contentWindow === event.source);
    if (!element || hooks.isHidden(element)) return;
    const { port1, port2 } = new MessageChannel();
    frames.get(element)?.close();
    const frame = new Frame(element, port1, hooks, event.origin);
    frames.set(element, frame);
    element.contentWindow?.postMessage({ playhead: RECORD }, event.origin, [port2]);
    frame.ask();
  };
  const loaded = ({ target }: Event): void => {
    frames.get(target as Element)?.loaded();
    if ((target as HTMLIFrameElement).contentDocument) setTimeout(greet); // of this origin: there may be frames in it
  };
  /** Listen in every place where there may be frames; return those places. */
  const look = (): Root[] => {
    const roots = rootsOf(document);
    for (const root of roots) {
      if (heard.has(root)) continue;
      heard.add(root);
      // neither what a frame says to the document it stands in, nor that it has loaded, is heard in the one around
      (root as Document).defaultView?.addEventListener("message", meet);
      root.addEventListener("load", loaded, true);
    }
    for (const root of heard) if (!roots.includes(root)) heard.delete(root);
    return roots;
  };
  const greet = (): void => {
    for (const element of elementsIn<HTMLIFrameElement>(look(), FRAMES)) {
      // by its address: a message to another origin than the frame has would be an error in the page's console
      const [origin = ""] = originsOf([element.src]);
      if (origins.includes(origin) && !frames.has(element)) element.contentWindow?.postMessage({ playhead: PAGE }, origin);
    }
  };
  greet();
  return {
    ask: () => {
      for (const [element, frame] of frames) {
        if (element.isConnected) frame.ask();
        else frames.delete(element);
      }
    },
    stop: () => {
      for (const root of heard) {
        (root as Document).defaultView?.removeEventListener("message", meet);
        root.removeEventListener("load", loaded, true);
      }
      for (const frame of frames.values()) frame.rest();
      frames.clear();
    },
  };
};
