/** rrweb, started with our options: the one place that knows its names. */

import { record } from "@rrweb/record";
import { listen, quietly, type Stop } from "./guard";
import { findBoxes } from "./light";
import { isShown, maskText, type Masking } from "./privacy/fields";

export interface RawEvent {
  type: number;
  data: unknown;
  timestamp: number;
  /** Ours: the page the event belongs to. */
  page?: string;
}

/** rrweb's event types and incremental sources that are looked at here. */
export const TYPE = { FULL_SNAPSHOT: 2, INCREMENTAL: 3, META: 4, CUSTOM: 5, PLUGIN: 6 };
/** Sources that only a visitor causes: mouse moves, mouse and touch actions, touch moves, drags. */
const VISITORS_SOURCES = [1, 2, 6, 12];
const INPUT = 5;

/** Whether the event shows that somebody is there. */
export function isActivity(event: RawEvent): boolean {
  if (event.type !== TYPE.INCREMENTAL) return false;
  const { source, userTriggered } = event.data as { source: number; userTriggered?: boolean };
  return VISITORS_SOURCES.includes(source) || (source === INPUT && userTriggered === true);
}

/** Of the site's rules, beside the marks in the page; "" is none. */
export interface Selectors {
  block: string;
  ignore: string;
}

const either = (mark: string, selector: string): string => (selector ? `${mark},${selector}` : mark);

const BLOCK_MARK = "[data-playhead-block]";

/** Whether nothing inside leaves the browser; rrweb itself asks only about what it writes down. */
export const isBlocked = (element: Element, selectors: Selectors | null): boolean =>
  element.closest(either(`${BLOCK_MARK},.rr-block`, selectors?.block ?? "")) !== null;

/** Of a path of the mouse only where it ended. */
export function thin(event: RawEvent): void {
  const data = event.data as { source: number; positions?: unknown[] };
  if (data.positions) data.positions = data.positions.slice(-1);
}

/** Begin to observe as soon as the document can be; `emit` sees Meta and a full snapshot first. */
export function startRrweb(emit: (event: RawEvent) => void, masking: Masking, selectors: Selectors): Stop {
  let stop: Stop | undefined;
  const begin = (): void => {
    stop = record({
      emit: emit as Parameters<typeof record>[0] extends { emit?: infer E } | undefined ? E : never,
      // by tag: also the types rrweb leaves out (hidden, file, checkbox); the function decides field by field
      maskInputOptions: { input: true, textarea: true, select: true } as object,
      maskInputFn: (text, field) => (quietly(() => isShown(field, masking)) ? text : maskText(text)),
      blockSelector: either(BLOCK_MARK, selectors.block),
      ignoreSelector: either("[data-playhead-ignore]", selectors.ignore),
      // scripts do not run in a replay; comments and csrf tokens are nobody's business
      slimDOMOptions: true as never,
      sampling: { mousemove: 50, mousemoveCallback: 500, scroll: 150, media: 800 },
      userTriggeredOnInput: true,
      errorHandler: () => true,
    });
  };
  // rrweb would wait by itself, but whatever fails in its listener would be the page's uncaught error
  const waiting = document.readyState === "loading" && listen(document, "DOMContentLoaded", begin, { once: true });
  if (!waiting) begin();
  return () => {
    if (waiting) waiting();
    stop?.();
  };
}

/** What slim.mjs adds to rrweb: see light.ts. */
interface Light {
  boxes: Set<Element>;
  spent(ms: number): void;
  flood(): void;
}

const { light, thaw, genId } = record as unknown as { light: Light; thaw(): void; genId(): number };

/** Tell what recording costs, and of more nodes added at once than can be recorded. */
export function watchCost(spent: (ms: number) => void, flood: () => void): void {
  Object.assign(light, { spent, flood });
}

/** Leave out what makes the document too large; false if it is too large all the same. */
export const lighten = (): boolean => findBoxes(document.documentElement, light.boxes);
export const boxCount = (): number => light.boxes.size;

const GATHER_MS = 1_000;
let gathering = false;

/** Gather changes for a while, and record what is left of them. */
export function gather(): void {
  if (gathering) return;
  gathering = true;
  record.freezePage();
  setTimeout(() => {
    gathering = false;
    quietly(thaw);
  }, GATHER_MS);
}

/** Meta and a full snapshot, now. */
export const takeSnapshot = (): void => record.takeFullSnapshot(true);

/** An id that no node has. */
export const newId = genId;

export const nodeOf = (id: number): Node | null => record.mirror.getNode(id);

export const idOf = (node: Node | null): number => (node ? record.mirror.getId(node) : -1);
