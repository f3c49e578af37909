/**
 * Loader: where the events of a moment come from.
 *
 * The player asks for the slice that holds a moment and never looks behind this interface; fetching only the window
 * that is watched replaces `WholeRecording` and nothing else.
 */

import { accept } from "./accept";
import { measure, type Activity } from "./activity";
import { fetchJson, Refused } from "../../islands/src/http";
import type { RrwebEvent } from "./types";

export interface Slice {
  events: RrwebEvent[]; // sorted by time, playable in one Replayer
  fromMs: number; // epoch
  toMs: number;
}

export interface Recording {
  startMs: number; // epoch, the recorder's clock
  endMs: number;
  activity: Activity;
  dropped: number; // events nobody can replay
  sliceAt(epochMs: number): Slice | null;
}

export type Progress = (loadedBytes: number, totalBytes: number | null) => void;

/** Why there is nothing to play; `kind` decides what the person is told. */
export class Unplayable extends Error {
  constructor(
    readonly kind: "missing" | "empty" | "no-snapshot" | "corrupt" | "network",
    detail: string,
  ) {
    super(detail);
  }
}

export async function load(sessionId: string, startMs: number, progress: Progress): Promise<Recording> {
  const raw = await fetchEvents(sessionId, startMs, progress);
  return whole(raw);
}

async function fetchEvents(sessionId: string, startMs: number, progress: Progress): Promise<unknown> {
  const from = Math.floor(startMs) || 0;
  try {
    return await fetchJson(`/api/sessions/${encodeURIComponent(sessionId)}/events?from_ms=${from}`, { progress });
  } catch (error) {
    if (error instanceof Refused) throw new Unplayable(error.status === 404 ? "missing" : "network", error.message);
    if (error instanceof SyntaxError) throw new Unplayable("corrupt", error.message);
    throw new Unplayable("network", error instanceof Error ? error.message : String(error));
  }
}

/** Hold the whole recording: one slice from its first event to its last. */
export function whole(raw: unknown): Recording {
  const { events, dropped, hasSnapshot } = accept(raw);
  if (!events.length) throw new Unplayable(dropped ? "corrupt" : "empty", `${dropped} events could not be read`);
  if (!hasSnapshot) throw new Unplayable("no-snapshot", `${events.length} events, none of them a snapshot`);
  events.sort((a, b) => a.timestamp - b.timestamp);
  const startMs = events[0]?.timestamp ?? 0;
  const endMs = events[events.length - 1]?.timestamp ?? startMs;
  const slice: Slice = { events, fromMs: startMs, toMs: endMs };
  return { startMs, endMs, dropped, activity: measure(events, startMs, endMs), sliceAt: () => slice };
}
