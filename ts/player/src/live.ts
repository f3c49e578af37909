/** Live: a session that is still being recorded; says when there is more to see. */

import { fetchJson } from "../../islands/src/http";

const POLL_MS = 4_000;

interface Facts {
  session: { live: boolean; event_count: number; duration_ms: number };
}

export interface LiveChange {
  live: boolean;
  grown: boolean;
}

/** Ask now and then whether the session has grown or ended; stops by itself once it has ended. */
export function watch(sessionId: string, eventCount: number, tell: (change: LiveChange) => void): void {
  const ask = async (): Promise<void> => {
    let live = true;
    try {
      const { session } = await fetchJson<Facts>(`/api/sessions/${encodeURIComponent(sessionId)}`);
      live = session.live;
      tell({ live, grown: session.event_count > eventCount });
    } catch {
      // the server may be restarting: ask again
    }
    if (live) window.setTimeout(() => void ask(), POLL_MS);
  };
  window.setTimeout(() => void ask(), POLL_MS);
}
