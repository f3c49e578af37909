/** rrweb, started with our options: the one place that knows its names. */

import { record } from "@rrweb/record";
import type { Stop } from "./guard";
import { isShown, maskText, type Masking } from "./privacy/fields";

export interface RawEvent {
  type: number;
  data: unknown;
  timestamp: number;
}

/** rrweb's event types and incremental sources that are looked at here. */
export const TYPE = { DOM_CONTENT_LOADED: 0, LOAD: 1, FULL_SNAPSHOT: 2, INCREMENTAL: 3, META: 4, CUSTOM: 5, PLUGIN: 6 };
/** Sources that only a visitor causes: mouse moves, mouse and touch actions, touch moves, drags. */
const VISITORS_SOURCES = [1, 2, 6, 12];
const INPUT = 5;

/** Whether the event shows that somebody is there. */
export function isActivity(event: RawEvent): boolean {
  if (event.type !== TYPE.INCREMENTAL) return false;
  const { source, userTriggered } = event.data as { source: number; userTriggered?: boolean };
  return VISITORS_SOURCES.includes(source) || (source === INPUT && userTriggered === true);
}

export function startRrweb(emit: (event: RawEvent) => void, masking: Masking): Stop {
  const stop = record({
    emit: emit as Parameters<typeof record>[0] extends { emit?: infer E } | undefined ? E : never,
    recordAfter: "DOMContentLoaded",
    // by tag: also the types rrweb leaves out (hidden, file, checkbox); the function decides field by field
    maskInputOptions: { input: true, textarea: true, select: true } as object,
    maskInputFn: (text, field) => (isShown(field, masking) ? text : maskText(text)),
    blockSelector: "[data-playhead-block]",
    ignoreSelector: "[data-playhead-ignore]",
    // scripts do not run in a replay; comments and csrf tokens are nobody's business
    slimDOMOptions: true as never,
    sampling: { mousemove: 50, mousemoveCallback: 500, scroll: 150, media: 800 },
    userTriggeredOnInput: true,
    errorHandler: () => true,
  });
  return () => stop?.();
}

/** Meta and a full snapshot, now. */
export const takeSnapshot = (): void => record.takeFullSnapshot(true);

export const nodeOf = (id: number): Node | null => record.mirror.getNode(id);

export const idOf = (node: Node | null): number => (node ? record.mirror.getId(node) : -1);
