/** Frames of other origins: fetch the script that joins a page and its frames, where both sides name each other. */

import { fetchScript, quietly, type Stop } from "../guard";
import type { RawEvent } from "../rrweb";

/** What the page's recorder lends to the script. */
export interface FrameHooks {
  /** Origins whose frames are believed. */
  origins: string[];
  emit(event: RawEvent): void;
  idOf(node: Node): number;
  /** An id that no node of the page has. */
  newId(): number;
  /** Names the page's current recording: after a new snapshot a frame begins anew as well. "" while nothing is recorded. */
  page(): string;
  session(): string | null;
  /** Whether the rules mask or block this place. */
  isHidden(frame: Element): boolean;
}

/** What the recorder inside a frame lends to it. */
export interface FrameSide {
  /** Record from a snapshot on, as part of this session, and hand over every event as JSON. */
  record(session: string, send: (json: string) => void): void;
  rest(): void;
}

export interface FrameScript {
  above(hooks: FrameHooks): { ask(): void; stop: Stop };
  within(origins: string[], side: FrameSide): void;
}

const script = (): FrameScript | undefined => (window as Window & { playheadFrames?: FrameScript }).playheadFrames;

/** Take in what frames of other origins record; `ask` has them begin anew. */
export function captureFrames(server: string, hooks: FrameHooks): { ask(): void; stop: Stop } {
  let above: { ask(): void; stop: Stop } | undefined;
  let gone = false;
  fetchScript(`${server}/recorder-frames.js`, () => {
    if (!gone) above = script()?.above(hooks);
  });
  return {
    ask: () => void quietly(() => above?.ask()),
    stop: () => {
      gone = true;
      above?.stop();
    },
  };
}

/** Whether this document is a frame of a page that it cannot look into. */
export const isForeignFrame = (): boolean => window.parent !== window && !quietly(() => window.parent.document);

/** Have the page around this frame record it. */
export function joinAbove(server: string, origins: string[], side: FrameSide): void {
  fetchScript(`${server}/recorder-frames.js`, () => script()?.within(origins, side));
}
