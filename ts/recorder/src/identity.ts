/**
 * Identity: which visitor and which session this is, shared by every tab and page load of the origin.
 *
 * A session lasts until nobody acted for 30 minutes, until it is 12 hours old, or until `stop()`. The facts live in
 * localStorage under one key a site; where storage is blocked they live in memory, and each page load is a session.
 */

import { isId, randomId } from "./ids";

export const IDLE_MS = 30 * 60_000;
export const LONGEST_MS = 12 * 3_600_000;
/** A clock that was set back by less than this is taken for the same session. */
const CLOCK_SLACK_MS = 5 * 60_000;

export interface User {
  id: string;
  traits: unknown;
}

export interface Facts {
  visitor: string;
  /** Empty when the last session was stopped. */
  session: string;
  started_ms: number;
  active_ms: number;
  /** Recording was started and not stopped: what `data-start="manual"` looks at after a page load. */
  on: boolean;
  user?: User;
}

export interface KeyValue {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Whether a session must not be continued at `now_ms`; the name of the limit, or "". */
export function expiry(facts: Facts, now_ms: number): "" | "idle" | "limit" {
  const idle_ms = now_ms - facts.active_ms;
  if (idle_ms > IDLE_MS || idle_ms < -CLOCK_SLACK_MS) return "idle";
  return now_ms - facts.started_ms > LONGEST_MS ? "limit" : "";
}

export function readFacts(text: string | null): Facts | null {
  if (!text) return null;
  try {
    const facts = JSON.parse(text) as Facts;
    const sound = isId(facts.visitor) && (facts.session === "" || isId(facts.session));
    return sound && Number.isFinite(facts.started_ms) && Number.isFinite(facts.active_ms) ? facts : null;
  } catch {
    return null;
  }
}

export class Identity {
  private memory: string | null = null;

  constructor(
    private readonly store: KeyValue | null,
    readonly key: string,
    private readonly now: () => number,
  ) {}

  read(): Facts | null {
    let text = this.memory;
    try {
      text = this.store?.getItem(this.key) ?? text;
    } catch {
      // blocked between two calls: what we remember still holds
    }
    return readFacts(text);
  }

  private write(facts: Facts): Facts {
    this.memory = JSON.stringify(facts);
    try {
      this.store?.setItem(this.key, this.memory);
    } catch {
      // full or blocked: this page load still has its session
    }
    return facts;
  }

  /** Continue the session, or begin one; either way recording is on from here, in every tab. */
  open(): { facts: Facts; fresh: boolean } {
    const known = this.read();
    const now_ms = this.now();
    const goesOn = known !== null && known.session !== "" && expiry(known, now_ms) === "";
    const facts: Facts = goesOn
      ? { ...known, active_ms: now_ms, on: true }
      : {
          visitor: known?.visitor ?? randomId("v"),
          session: randomId("s"),
          started_ms: now_ms,
          active_ms: now_ms,
          on: true,
          ...(known?.user ? { user: known.user } : {}),
        };
    return { facts: this.write(facts), fresh: !goesOn };
  }

  /** The visitor did something: the session lives on. */
  touch(): void {
    const known = this.read();
    if (known?.session) this.write({ ...known, active_ms: this.now() });
  }

  identify(user: User): void {
    const known = this.read();
    if (known) this.write({ ...known, user });
  }

  /** End the session; the visitor stays the same one. */
  close(): void {
    const known = this.read();
    if (known) this.write({ ...known, session: "", on: false });
  }
}

/** The browser's storage, or null where even asking for it is refused. */
export function openStorage(name: "localStorage" | "sessionStorage"): Storage | null {
  try {
    return window[name];
  } catch {
    return null;
  }
}
