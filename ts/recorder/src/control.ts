/** Control: whether this visitor, on this page, now, is recorded: rules, consent, the visitor's own choice. */

import { captureNavigation } from "./capture/navigation";
import type { Config } from "./config";
import type { Delivery } from "./delivery/delivery";
import { quietly } from "./guard";
import { isOut, type Facts, type Identity } from "./identity";
import type { Recorder } from "./recorder";
import { fetchRules, isHere, matchesPattern, merged, type Rules } from "./rules";

/** Not at all; into memory until something happens; to the server. */
export const OFF = 0;
export const HELD = 1;
export const ON = 2;

const FORGET_MS = 10_000;

export class Control {
  private rules: Rules | null = null;
  private asked = false;
  /** Recording was on when this document came, or the page said so: what a site that waits for consent waits for. */
  private agreed = false;
  /** The page wants to be recorded; without this, nothing that happens begins it. */
  private wanted = false;
  private paused = false;
  private readonly send = window.fetch.bind(window);

  constructor(
    private readonly config: Config,
    private readonly identity: Identity,
    private readonly recorder: Recorder,
    private readonly delivery: Delivery,
  ) {
    recorder.gate = (facts) => this.gate(facts);
    recorder.onRested = () => this.review();
    recorder.onError = () => this.happened("error");
  }

  /** The document is here: record it, unless the site waits for `start()`. */
  begin(): void {
    const known = this.identity.read();
    this.agreed = known?.on === true;
    if (!this.config.manual || this.agreed) this.start(false);
    else if (known) this.delivery.resendLeftovers();
  }

  /** `said`: the page called for it. What the page shows is recorded once the rules are known, the rest waits in memory. */
  start(said = true): void {
    if (this.isRefused()) return;
    this.wanted = true;
    this.agreed ||= said;
    this.paused &&= !said;
    this.review();
    if (this.agreed) this.identity.agree();
    if (this.asked) return;
    this.asked = true;
    void fetchRules(`${this.config.server}/ingest?v=1&site=${this.config.site}`, this.send).then((server) =>
      quietly(() => this.learn(merged(this.config.rules, server))),
    );
  }

  stop(reason: string): void {
    this.wanted = false;
    this.recorder.stop(reason, true);
  }

  pause(): void {
    this.paused = true;
    this.review();
  }

  /** An event of the page's own, an error, some time: what a rule may wait for. */
  happened(what: string): void {
    const { facts } = this.recorder;
    if (!facts || !this.rules?.start.includes(what)) return;
    this.note(facts, { met: true });
    this.review();
  }

  /** Look again whether to record: the address, the user, another tab have changed. */
  review(): void {
    const { recorder } = this;
    if (!this.wanted) return;
    const gate = this.gate(recorder.facts ?? this.identity.open().facts);
    if (gate === OFF) recorder.stop("rules", false);
    else if (!recorder.isOn) recorder.start();
    else if (gate === ON) recorder.release();
  }

  /** Another tab began, ended or changed the session, or the visitor's choice; `text` is what it wrote. */
  reconcile(text: string | null): void {
    const { identity, recorder } = this;
    if (identity.out || isOut(text)) {
      this.leave();
      identity.forgotten();
      if (identity.out && !isOut(text)) identity.optOut(true); // in place of what a tab that did not know yet may have written
      return;
    }
    const known = identity.read();
    if (known && known.session === recorder.session) this.agreeOn(known);
    if (!known) return;
    else if (!recorder.isOn) {
      if (known.on && known.session) this.start(false);
    } else if (!known.session) recorder.stop("stop", false);
    else if (known.session !== recorder.session) recorder.restart("resumed");
    else this.review();
  }

  /** What has happened to a session stays so, whichever tab saw it and whichever wrote last. */
  private agreeOn(known: Facts): void {
    const facts = this.recorder.facts as Facts;
    const luck = Math.min(facts.luck, known.luck);
    const met = !!(facts.met || known.met);
    Object.assign(facts, { luck, met });
    if (luck !== known.luck || met !== !!known.met) this.identity.change({ luck, met });
  }

  /** The visitor wants no recording, in any tab, until they say otherwise. */
  optOut(): void {
    this.identity.optOut(true);
    this.leave();
  }

  optIn(): void {
    this.identity.optOut(false);
    this.delivery.readmit();
    if (!this.config.manual) this.start();
  }

  /** Have the server erase this visitor, and keep nothing here either; true once it is done. */
  async forget(): Promise<boolean> {
    const visitor = this.identity.read()?.visitor;
    this.leave();
    this.identity.optOut(true); // for as long as it takes to be heard in the other tabs
    this.identity.clear();
    this.delivery.readmit();
    if (!visitor) return true;
    const { server, site } = this.config;
    const url = `${server}/ingest?v=1&site=${site}&forget=${visitor}`;
    const signal = AbortSignal.timeout?.(FORGET_MS);
    const answer = await this.send(url, { method: "POST", keepalive: true, credentials: "omit", signal });
    return answer.ok;
  }

  private leave(): void {
    this.wanted = false;
    this.recorder.stop("opt_out", false);
    this.delivery.discard();
  }

  private learn(rules: Rules): void {
    this.rules = rules;
    this.agreed ||= this.identity.read()?.on === true; // said in another tab while the rules were on their way
    if (this.agreed || !rules.start.includes("manual")) this.identity.agree();
    else {
      this.wanted = false;
      this.recorder.stop("rules", false);
      this.identity.clear(); // nothing is kept before somebody agrees
    }
    rules.start = rules.start.filter((one) => one !== "manual");
    for (const one of rules.start) {
      const seconds = /^(\d+)s$/.exec(one);
      if (seconds) setTimeout(() => quietly(() => this.happened(one)), Number(seconds[1]) * 1_000);
    }
    if ([...rules.never, ...rules.sample, ...rules.start].some((one) => /[/:]/.test(one))) {
      captureNavigation({ custom: () => this.review(), url: String } as never);
    }
    this.recorder.follow(rules);
    this.review();
  }

  private gate(facts: Facts): number {
    const rules = this.rules;
    if (this.paused || this.isRefused()) return OFF;
    if (!rules) return ON; // nothing leaves before the first snapshot, which waits for them
    if (rules.never.some(isHere)) return OFF;
    if (facts.luck >= 0) {
      if (facts.luck >= this.rate(rules.sample)) return OFF;
      this.note(facts, { luck: -1 }); // let in once, in for the whole session
    }
    if (rules.start.length === 0 || facts.met) return ON;
    if (!rules.start.some((one) => this.holds(one))) return HELD;
    this.note(facts, { met: true });
    return ON;
  }

  private note(facts: Facts, some: Partial<Facts>): void {
    Object.assign(facts, some);
    this.identity.change(some);
  }

  private rate(sample: string[]): number {
    const rates = sample.map((one) => {
      const at = one.lastIndexOf("=");
      return at < 0 || this.holds(one.slice(0, at)) ? Number(one.slice(at + 1)) || 0 : 0;
    });
    return rates.length ? Math.max(...rates) : 1;
  }

  private holds(condition: string): boolean {
    const [, kind, name, value] = /^(url|trait):([^=]*)=?(.*)$/.exec(condition) ?? [];
    if (kind === "url") return isHere(condition.slice(4));
    const traits = this.recorder.knownUser?.traits as Record<string, unknown> | undefined;
    return kind === "trait" && matchesPattern(value as string, String(traits?.[name as string] ?? ""));
  }

  private isRefused(): boolean {
    const asks = navigator as Navigator & { globalPrivacyControl?: boolean };
    const respect = this.rules?.respect.length ? this.rules.respect : (this.config.rules.respect ?? ["gpc"]);
    const gpc = respect.includes("gpc") && asks.globalPrivacyControl === true;
    return this.identity.out || gpc || (respect.includes("dnt") && asks.doNotTrack === "1");
  }
}
