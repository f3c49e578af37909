import { describe, expect, it } from "vitest";
import { expiry, Identity, IDLE_MS, LONGEST_MS, readFacts, type Facts, type KeyValue } from "../src/identity";

const T = 1_800_000_000_000;
const facts = (changes: Partial<Facts> = {}): Facts => ({
  visitor: "v_1",
  session: "s_1",
  started_ms: T,
  active_ms: T,
  on: true,
  luck: -1,
  ...changes,
});

class Shelf implements KeyValue {
  held = new Map<string, string>();
  getItem = (key: string): string | null => this.held.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.held.set(key, value);
  removeItem = (key: string): void => void this.held.delete(key);
}

describe("expiry", () => {
  it.each([
    [0, ""],
    [IDLE_MS, ""],
    [IDLE_MS + 1, "idle"],
    [-60_000, ""], // the clock was set back a little
    [-600_000, "idle"], // … or the last visit is in the future
  ])("%i ms after the last action: %j", (later_ms, reason) => {
    expect(expiry(facts(), T + later_ms)).toBe(reason);
  });

  it("ends a session that is too long", () => {
    expect(expiry(facts({ active_ms: T + LONGEST_MS }), T + LONGEST_MS + 1)).toBe("limit");
  });
});

describe("readFacts", () => {
  it.each([null, "", "{", "7", "null", "{}", '{"visitor":"a b","session":"s"}', JSON.stringify({ ...facts(), active_ms: "x" })])(
    "takes %j for nothing",
    (text) => expect(readFacts(text)).toBeNull(),
  );
  it("reads what was written", () => expect(readFacts(JSON.stringify(facts()))).toEqual(facts()));
});

/** Storage as a busy tab sees it: what it reads is old, what it writes arrives. */
class Behind implements KeyValue {
  private readonly old: Map<string, string>;
  constructor(private readonly shelf: Shelf) {
    this.old = new Map(shelf.held);
  }
  getItem = (key: string): string | null => this.old.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.shelf.held.set(key, value);
  removeItem = (key: string): void => void this.shelf.held.delete(key);
}

describe("a tab that has not heard yet", () => {
  const late = (happens: (tab: Identity) => void): { shelf: Shelf; tab: Identity } => {
    const shelf = new Shelf();
    const tab = new Identity(shelf, "k", () => T);
    tab.open();
    tab.agree();
    const behind = new Identity(new Behind(shelf), "k", () => T + 9_000);
    happens(tab);
    behind.open();
    behind.identify({ id: "u", traits: {} });
    behind.touch();
    return { shelf, tab };
  };

  it("does not undo a stop", () => {
    const { tab } = late((one) => one.close());
    expect(tab.read()).toMatchObject({ session: "", on: false });
    expect(tab.open()).toMatchObject({ fresh: true, facts: { on: false } });
  });

  it("does not undo an opt-out", () => {
    const { tab } = late((one) => one.optOut(true));
    expect(tab.out).toBe(true);
    expect(tab.read()).toBeNull();
    tab.optOut(false);
    expect(tab.out).toBe(false);
  });

  it("does not go back to the session before", () => {
    const { shelf } = late(() => {});
    const before = shelf.held.get("k");
    new Identity(shelf, "k", () => T + 1_000).open();
    expect(shelf.held.get("k")).toBe(before); // a session that goes on is not written again
  });
});

describe("Identity", () => {
  it("is on in every tab once somebody agreed, not because a session was opened", () => {
    const shelf = new Shelf();
    let now_ms = T;
    const tab = (): Identity => new Identity(shelf, "k", () => now_ms);
    expect(tab().open().facts.on).toBe(false);
    tab().agree();
    expect(tab().open()).toMatchObject({ fresh: false, facts: { on: true } });
    now_ms += IDLE_MS + 1;
    expect(tab().open()).toMatchObject({ fresh: true, facts: { on: true } }); // the next session too
    tab().close();
    expect(tab().open().facts.on).toBe(false);
  });

  it("continues, rotates, ends", () => {
    const shelf = new Shelf();
    let now_ms = T;
    const open = (): ReturnType<Identity["open"]> => new Identity(shelf, "k", () => now_ms).open();
    const first = open();
    expect(first.fresh).toBe(true);
    now_ms += IDLE_MS;
    expect(open()).toMatchObject({ fresh: false, facts: { session: first.facts.session } });
    now_ms += IDLE_MS + 1;
    const second = open();
    expect(second.fresh).toBe(true);
    expect(second.facts.session).not.toBe(first.facts.session);
    expect(second.facts.visitor).toBe(first.facts.visitor);
    new Identity(shelf, "k", () => now_ms).close();
    expect(new Identity(shelf, "k", () => now_ms).read()).toMatchObject({ session: "", on: false });
    expect(open().facts.visitor).toBe(first.facts.visitor);
  });

  it("stays alive while somebody acts", () => {
    const shelf = new Shelf();
    let now_ms = T;
    const identity = new Identity(shelf, "k", () => now_ms);
    const { session } = identity.open().facts;
    for (let i = 0; i < 10; i++) {
      now_ms += IDLE_MS - 1;
      identity.touch();
    }
    expect(identity.open().facts.session).toBe(session);
  });

  it("remembers the user for the sessions to come", () => {
    const identity = new Identity(new Shelf(), "k", () => T);
    identity.open();
    identity.identify({ id: "u", traits: { a: 1 } });
    identity.close();
    expect(identity.open().facts.user).toEqual({ id: "u", traits: { a: 1 } });
  });

  it.each([
    ["no storage", null],
    ["a full one", { getItem: () => null, setItem: () => { throw new Error("full"); }, removeItem: () => {} }],
    ["a blocked one", { getItem: () => { throw new Error("no"); }, setItem: () => { throw new Error("no"); }, removeItem: () => {} }],
  ])("holds in memory with %s", (_, store) => {
    const identity = new Identity(store, "k", () => T);
    const { session } = identity.open().facts;
    expect(identity.open()).toMatchObject({ fresh: false, facts: { session } });
  });
});
