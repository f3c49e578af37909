/**
 * Identity: which visitor and which session this is, shared by every tab and page load of the origin.
 *
 * A session lasts until nobody acted for 30 minutes, until it is 12 hours old, or until `stop()`. The facts live in
 * localStorage under one key a site; where storage is blocked they live in memory, and each page load is a session.
 */

import { quietly } from "./guard";
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
  /** Recording was asked for, or the rules need nobody to ask, and it was not stopped: what `manual` looks at. */
  on: boolean;
  /** Drawn once a session: below the sampling rate it is recorded; -1 once it was let in. */
  luck: number;
  /** What recording waits for has happened. */
  met?: boolean;
  user?: User;
}

export interface KeyValue {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const OUT = "out";

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
    facts.luck ??= -1; // written by an older recorder: it was let in
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
    private readonly random: () => number = Math.random,
  ) {}

  read(): Facts | null {
    return readFacts(this.text());
  }

  /** The visitor asked not to be recorded. */
  get out(): boolean {
    return this.text() === OUT;
  }

  /** Remember that choice, in place of every id; or forget it. */
  optOut(out: boolean): void {
    if (out) this.keep(OUT);
    else if (this.out) this.clear();
  }

  clear(): void {
    this.memory = null;
    quietly(() => this.store?.removeItem(this.key));
  }

  /** Change some of what is known of a session that goes on. */
  change(some: Partial<Facts>): void {
    const known = this.read();
    if (known) this.write({ ...known, ...some });
  }

  private text(): string | null {
    // blocked between two calls: what we remember still holds
    return quietly(() => this.store?.getItem(this.key)) ?? this.memory;
  }

  private write(facts: Facts): Facts {
    if (!this.out) this.keep(JSON.stringify(facts)); // another tab may have opted out a moment ago
    return facts;
  }

  /** Full or blocked storage: this page load still has its session. */
  private keep(text: string): void {
    this.memory = text;
    quietly(() => this.store?.setItem(this.key, text));
  }

  /** Continue the session, or begin one. This alone is no consent: another tab may hold only what waits for the rules. */
  open(): { facts: Facts; fresh: boolean } {
    const known = this.read();
    const now_ms = this.now();
    const goesOn = known !== null && known.session !== "" && expiry(known, now_ms) === "";
    const facts: Facts = goesOn
      ? { ...known, active_ms: now_ms }
      : {
          visitor: known?.visitor ?? randomId("v"),
          session: randomId("s"),
          started_ms: now_ms,
          active_ms: now_ms,
          on: known?.on === true,
          luck: this.random(),
          ...(known?.user ? { user: known.user } : {}),
        };
    return { facts: this.write(facts), fresh: !goesOn };
  }

  /** Recording is on from here, in every tab and after a page load. */
  agree(): void {
    if (this.read()?.on === false) this.change({ on: true });
  }

  /** The visitor did something: the session lives on. */
  touch(): void {
    if (this.read()?.session) this.change({ active_ms: this.now() });
  }

  identify(user: User): void {
    this.change({ user });
  }

  /** End the session; the visitor stays the same one. */
  close(): void {
    this.change({ session: "", on: false, met: false });
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
