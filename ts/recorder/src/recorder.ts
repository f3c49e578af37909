/**
 * Recorder: from rrweb's events and our own captures to numbered batches of one page.
 *
 * Page    one document load; also a return from the back-forward cache, a session that began anew in an open document,
 *         and a recording that paused: each begins with Meta and a full snapshot under an id of its own
 * States  off; on; idle and full: rrweb runs but its events are dropped until the visitor is back, or the backlog has room
 */

import { captureAlways } from "./capture/always";
import { cut, stackWriter, urlWriter, type Context } from "./capture/context";
import { captureExtras } from "./capture/extras";
import type { Vitals } from "./capture/vitals";
import type { Config } from "./config";
import { HELD, OFF, ON } from "./control";
import { Batcher, type SealedBatch } from "./delivery/batcher";
import type { Delivery } from "./delivery/delivery";
import { quietly, type Stop } from "./guard";
import { expiry, IDLE_MS, type Facts, type Identity, type User } from "./identity";
import { randomId } from "./ids";
import { pageFacts, type Arrival } from "./pages";
import { Meter } from "./light";
import { regionOf, type Masking } from "./privacy/fields";
import { Scrubber } from "./privacy/scrub";
import { boxCount, gather, idOf, isActivity, isBlocked, lighten, nodeOf, startRrweb, takeSnapshot, thin, TYPE, watchCost, type RawEvent, type Selectors } from "./rrweb";
import { selectorOf, type Rules } from "./rules";

/** How often a visitor who keeps acting is written down as active. */
const TOUCH_MS = 5_000;
/** A page that cannot be delivered is begun again this often per document. */
const MOST_HEALINGS = 3;
/** A page that was too much is tried again after a while, so often. */
const REST_MS = 30_000;
const MOST_RESTS = 3;
/** How much is held while recording waits for something to happen: one page of this age, and the one before. */
const HELD_MS = 60_000;
const HELD_SIZE = 8 * 1024 * 1024;
/** What may wait for a page's first snapshot. */
const MOST_EARLY = 200;

type State = "off" | "on" | "idle" | "full";

export class Recorder {
  private state: State = "off";
  /** What is asked at the beginning of every page: off, held or on (control.ts). */
  gate: (facts: Facts) => number = () => ON;
  onError: () => void = () => {};
  /** Recording paused for the page's sake, and may be tried again. */
  onRested: () => void = () => {};
  private readonly meter = new Meter();
  private rests = 0;
  facts: Facts | null = null;
  /** Batches that wait for something to happen; null while they go to the server. */
  private held: SealedBatch[] | null = null;
  private begun_ms = 0;
  private batcher: Batcher | null = null;
  private arrival: Arrival = "load";
  private tellUser = false;
  /** Whether this page's full snapshot is recorded; nothing may come before it. */
  private opened = false;
  private early: RawEvent[] = [];
  private touched_ms = 0;
  private latest_ms = 0;
  private clockOffset_ms = 0;
  private healings = 0;
  private refused = false;
  /** Identified before recording began: told, and stored, when it does. */
  private user: User | null = null;
  private stops: Stop[] = [];
  private vitals: Vitals | null = null;
  private started = 0;
  private readonly masking: Masking;
  /** Null until the rules are known; so are the selectors. */
  private rules: Rules | null = null;
  private selectors: Selectors | null = null;
  /** Have those frames begin anew. */
  private askFrames = (): void => {};
  private readonly scrubber: Scrubber;
  private readonly context: Context;

  constructor(
    private readonly config: Config,
    private readonly identity: Identity,
    private readonly delivery: Delivery,
  ) {
    this.masking = { inputs: config.maskInputs, text: config.maskText, urls: config.maskUrls, selector: "" };
    this.scrubber = new Scrubber(this.masking, nodeOf);
    const url = urlWriter(config.maskUrls);
    this.context = {
      custom: (tag, payload) => {
        this.add({ type: TYPE.CUSTOM, data: { tag, payload }, timestamp: Date.now() });
        if (tag === "playhead.error") this.onError();
      },
      plugin: (plugin, payload) => this.add({ type: TYPE.PLUGIN, data: { plugin, payload }, timestamp: Date.now() }),
      idOf,
      url,
      stack: stackWriter(url),
    };
  }

  get isOn(): boolean {
    return this.state !== "off";
  }

  /** The session being recorded, or the one that was stopped last in this document. */
  get session(): string | null {
    return this.facts?.session ?? null;
  }

  start(): void {
    if (this.isOn || this.refused) return;
    this.state = "on";
    if (!this.openPage(this.started++ === 0 ? "load" : "resumed")) return;
    this.vitals = captureAlways(this.context, this.config, this.started === 1, this.stops);
    this.observe();
    this.delivery.resendLeftovers();
  }

  /** Stop recording this document. `close` also ends the session, in every tab. */
  stop(reason: string, close: boolean): void {
    if (!this.isOn) return;
    this.vitals?.report();
    if (close) this.goodbye(reason);
    else {
      this.context.custom("playhead.pause", { reason });
      this.batcher?.seal();
    }
    this.held = null;
    this.state = "off";
    for (const stop of this.stops.splice(0)) quietly(stop);
    this.vitals = null;
    this.batcher = null;
    if (close) this.identity.close();
  }

  /** The server refused the site's key: nothing more is recorded in this document. */
  refuse(): void {
    this.refused = true;
    this.stop("refused", false);
  }

  /** The site's rules are known: the page may be looked at. */
  follow(rules: Rules): void {
    this.masking.selector = selectorOf(rules.mask);
    this.selectors = { block: selectorOf(rules.block), ignore: selectorOf(rules.ignore) };
    this.rules = rules;
    if (!this.isOn) return;
    const gate = this.facts ? this.gate(this.facts) : OFF;
    if (gate === OFF) this.stop("rules", false);
    else {
      if (gate === HELD) this.held = [];
      this.observe();
    }
  }

  private observe(): void {
    const { rules, selectors } = this;
    if (!rules || !selectors) return;
    watchCost(
      (ms) => this.pay(ms),
      () => void setTimeout(() => quietly(() => this.isOn && this.restart("resumed"))),
    );
    const take = (event: RawEvent): void => void quietly(() => this.take(event));
    if (!lighten()) this.overloaded();
    else this.stops.push(startRrweb(take, this.masking, selectors));
    this.askFrames = captureExtras(this.config.server, rules, this.stops, {
      take,
      takeIn: (event) => void quietly(() => this.takeIn(event)),
      custom: this.context.custom,
      page: () => (this.state === "on" && this.opened ? (this.batcher?.owner.page ?? "") : ""),
      session: () => this.session,
      isHidden: (element) => regionOf(element, this.masking).mask || isBlocked(element, selectors),
      isBusy: () => this.meter.level > 0 || document.hidden,
    });
  }

  get knownUser(): User | undefined {
    return this.user ?? this.facts?.user ?? this.identity.read()?.user;
  }

  /** What recording waited for has happened: the last minute goes to the server, and all that follows. */
  release(): void {
    const { held } = this;
    this.held = null;
    for (const batch of held ?? []) this.delivery.push(batch);
  }

  identify(user: User): void {
    this.user = user;
    if (!this.facts || !this.isOn) return;
    this.facts.user = user;
    this.identity.identify(user);
    this.context.custom("playhead.identify", user);
  }

  event(name: string, props: unknown): void {
    this.context.custom("playhead.event", { name: cut(name, 200), props });
  }

  /** The page hides or goes: everything recorded so far leaves the page's memory. */
  leave(goes = false): void {
    if (this.isOn) this.vitals?.report();
    this.batcher?.seal();
    this.delivery.leave(goes);
  }

  visibility(state: string): void {
    this.context.custom("playhead.visibility", { state });
  }

  /** Back from the back-forward cache: for the visitor this is a new visit of the page. */
  restored(): void {
    if (this.isOn) this.restart("restored");
  }

  /** The backlog is full: events would only be lost, with a hole nobody can replay over. */
  pause(): void {
    if (this.state !== "on") return;
    this.batcher?.seal();
    this.state = "full";
  }

  resume(): void {
    if (this.state === "full") this.restart("resumed");
  }

  /** A batch of this page is lost for good: what follows needs a snapshot of its own. */
  heal(page: string): void {
    const current = this.state === "on" && page === this.batcher?.owner.page;
    if (current && this.healings++ < MOST_HEALINGS) this.restart("resumed");
  }

  /** Begin a page; false where the rules want none. */
  private openPage(arrival: Arrival): boolean {
    this.batcher?.seal();
    const { facts, fresh } = this.identity.open();
    const gate = this.gate(facts);
    if (gate === OFF) {
      this.stop("rules", false);
      this.facts = facts;
      return false;
    }
    if (gate === ON) this.release();
    else if (facts.session !== this.facts?.session) this.held = [];
    const last = this.batcher?.owner.page;
    this.held = gate === HELD ? (this.held ?? []).filter((batch) => batch.page === last) : null;
    this.begun_ms = Date.now();
    const page = randomId("p");
    this.facts = facts;
    this.tellUser = fresh || this.user !== null;
    if (this.user) this.identity.identify((facts.user = this.user));
    this.touched_ms = Date.now();
    this.arrival = arrival;
    this.opened = false;
    this.early = [];
    this.delivery.owns(page);
    this.batcher = new Batcher(
      { session: facts.session, visitor: facts.visitor, page },
      (batch) => (this.held ?? this.delivery).push(batch),
      () => this.delivery.busy,
      this.delivery.rules,
    );
    return true;
  }

  restart(arrival: Arrival): void {
    if (!this.openPage(arrival)) return;
    this.state = "on";
    if (lighten()) quietly(takeSnapshot);
    else this.overloaded();
  }

  /** One event of rrweb. */
  private take(event: RawEvent): void {
    if (isActivity(event)) this.active();
    if (this.state !== "on") return;
    if (this.held && this.opened && this.isOld(this.held)) this.restart("resumed");
    if (this.meter.level > 0) thin(event);
    this.scrubber.scrub(event);
    this.add(event);
  }

  /** One event of a frame, masked there; a little late, for which this page's clock is not to blame. */
  private takeIn(event: RawEvent): void {
    if (isActivity(event)) this.active();
    event.timestamp = Math.max(event.timestamp, this.latest_ms - this.clockOffset_ms);
    this.add(event);
  }

  /** What is held grows too old, or too large, to be kept whole: a new page begins, and of the others the last one stays. */
  private isOld(held: SealedBatch[]): boolean {
    return Date.now() - this.begun_ms > HELD_MS || held.reduce((sum, batch) => sum + batch.text.length, 0) > HELD_SIZE;
  }

  /** The visitor acts: go on with the session, or begin the next one with a page of its own. */
  private active(): void {
    const now_ms = Date.now();
    const since_ms = now_ms - this.touched_ms;
    if (this.state === "full" || (this.state === "on" && since_ms >= 0 && since_ms < TOUCH_MS)) return;
    const known = this.identity.read();
    if (known?.session === "") {
      this.stop("stop", false); // in another tab
      return;
    }
    this.touched_ms = now_ms;
    const reason = known?.session === this.session ? expiry(known, now_ms) : "";
    if (reason) this.goodbye(reason);
    if (reason || known?.session !== this.session) this.restart("resumed");
    else this.identity.touch();
  }

  /** Nobody has acted for half an hour, in no tab: the session is over, and what the page does alone is not recorded. */
  private checkIdle(): void {
    const now_ms = Date.now();
    if (now_ms - this.touched_ms < IDLE_MS) return;
    const known = this.identity.read();
    if (known?.session === this.session && expiry(known, now_ms) === "") this.touched_ms = known.active_ms;
    else {
      this.goodbye("idle");
      this.state = "idle";
    }
  }

  private add(event: RawEvent): void {
    if (this.state === "on") this.checkIdle();
    if (this.state !== "on") return;
    if (this.opened || event.type === TYPE.META || event.type === TYPE.FULL_SNAPSHOT) {
      this.write(event);
      if (event.type === TYPE.FULL_SNAPSHOT && !this.opened) this.introduce(event.timestamp);
    } else if (event.type === TYPE.CUSTOM || event.type === TYPE.PLUGIN) {
      if (this.early.length < MOST_EARLY) this.early.push(event);
    }
  }

  /** What is said right after a page's first snapshot: the page, who it is, and what happened before it. */
  private introduce(snapshot_ms: number): void {
    this.opened = true;
    const { facts, batcher, early } = this;
    if (!facts || !batcher) return;
    const { page } = batcher.owner;
    const url = this.context.url;
    this.context.custom("playhead.page", {
      ...pageFacts(facts, page, this.arrival, url, this.masking.text),
      boxes: boxCount(),
    });
    if (this.tellUser && facts.user) this.context.custom("playhead.identify", facts.user);
    this.user = null;
    this.early = [];
    for (const event of early) this.write({ ...event, timestamp: Math.max(event.timestamp, snapshot_ms) });
    this.askFrames();
  }

  /** Recording took so long: give up what can be spared (light.ts). */
  private pay(ms: number): void {
    const level = this.meter.spent(ms, performance.now());
    if (level > 2) setTimeout(() => quietly(() => this.overloaded()));
    else if (level > 1) gather();
  }

  /** The page is too much for this visitor's browser: better no recording than a page that stands still. */
  private overloaded(): void {
    if (!this.isOn) return;
    this.stop("overload", false);
    this.meter.clear();
    if (this.rests++ < MOST_RESTS) setTimeout(() => quietly(() => this.onRested()), REST_MS);
  }

  /** Time never runs backwards inside a document, whatever is done to the clock. */
  private write(event: RawEvent): void {
    const { batcher } = this;
    if (!batcher) return;
    this.clockOffset_ms = Math.max(this.clockOffset_ms, this.latest_ms - event.timestamp);
    this.latest_ms = event.timestamp += this.clockOffset_ms;
    event.page = batcher.owner.page;
    if (batcher.push(JSON.stringify(event), event.timestamp)) return;
    // no server takes an event of this size: a page whose snapshot is that large cannot be recorded
    if (event.type === TYPE.FULL_SNAPSHOT) this.stop("too_large", false);
    else this.heal(batcher.owner.page);
  }

  private goodbye(reason: string): void {
    if (this.state === "idle" || !this.opened) return; // said already, or nothing was said yet
    this.write({ type: TYPE.CUSTOM, data: { tag: "playhead.end", payload: { reason } }, timestamp: Date.now() });
    this.batcher?.seal(true);
  }
}
