/**
 * Identity: which visitor and which session this is, shared by every tab and page load of the origin.
 *
 * A session lasts until nobody acted for 30 minutes, until it is 12 hours old, or until `stop()`. The facts live in
 * localStorage under one key a site; where storage is blocked they live in memory, and each page load is a session.
 *
 * localStorage has no lock, and a tab whose script is busy sees it as it was before: what such a tab writes back must
 * undo nothing. So what is written often (the time of the last act) and what must hold (which session is over, that
 * the visitor opted out) each have a key of their own, and are laid over the facts when those are read.
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
/** Ends of the other keys: that choice, the session that was stopped last, when the visitor acted last. */
const OUT_KEY = ".out";
const OVER_KEY = ".over";
const ACTIVE_KEY = ".active";
const STOPPED = { session: "", on: false, met: false };

/** Whether what a tab wrote under the site's key says that the visitor opted out. */
export const isOut = (text: string | null): boolean => text === OUT;

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
  private memory: Record<string, string> = {};

  constructor(
    private readonly store: KeyValue | null,
    readonly key: string,
    private readonly now: () => number,
    private readonly random: () => number = Math.random,
  ) {}

  read(): Facts | null {
    const facts = this.out ? null : readFacts(this.text());
    if (!facts) return null;
    facts.active_ms = Number(this.text(ACTIVE_KEY)) || facts.active_ms;
    return facts.session === this.text(OVER_KEY) ? { ...facts, ...STOPPED } : facts;
  }

  /** The visitor asked not to be recorded. */
  get out(): boolean {
    return this.text() === OUT || this.text(OUT_KEY) === OUT;
  }

  /** Remember that choice, in place of every id; or forget it. */
  optOut(out: boolean): void {
    if (out) {
      this.keep(OUT, OUT_KEY);
      this.keep(OUT);
    } else if (this.out) this.clear();
  }

  clear(): void {
    this.memory = {};
    // the site's own key last: other tabs look when that one changes
    for (const end of [OUT_KEY, OVER_KEY, ACTIVE_KEY, ""]) quietly(() => this.store?.removeItem(this.key + end));
  }

  /** Another tab had everything removed: this one's memory of it goes too. */
  forgotten(): void {
    this.memory = {};
  }

  /** Change some of what is known of a session that goes on. */
  change(some: Partial<Facts>): void {
    const known = this.read();
    if (known) this.write({ ...known, ...some });
  }

  private text(end = ""): string | null {
    // blocked between two calls: what we remember still holds
    return quietly(() => this.store?.getItem(this.key + end)) ?? this.memory[end] ?? null;
  }

  write(facts: Facts): Facts {
    if (!this.out) this.keep(JSON.stringify(facts)); // another tab may have opted out a moment ago
    return facts;
  }

  /** Full or blocked storage: this page load still has its session. */
  private keep(text: string, end = ""): void {
    this.memory[end] = text;
    quietly(() => this.store?.setItem(this.key + end, text));
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
    this.touch(now_ms);
    // a session that goes on is not written again: two tabs that did would send each other from one to the other
    return { facts: goesOn ? facts : this.write(facts), fresh: !goesOn };
  }

  /** Recording is on from here, in every tab and after a page load. */
  agree(): void {
    if (this.read()?.on === false) this.change({ on: true });
  }

  /** The visitor did something: the session lives on. */
  touch(now_ms = this.now()): void {
    if (!this.out) this.keep(`${now_ms}`, ACTIVE_KEY);
  }

  identify(user: User): void {
    this.change({ user });
  }

  /** End the session; the visitor stays the same one. */
  close(): void {
    const session = this.read()?.session;
    if (session) this.keep(session, OVER_KEY);
    this.change(STOPPED);
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
