/** Walk: where a person goes in a recording: to a row's moment, a step on or back, along a clip, after a link. */

import { need, toast } from "../../islands/src/dom";
import type { First } from "./first";
import type { Change, Player } from "./player";
import { next, previous } from "./steps";
import type { Trace } from "./types";

const CLIP_SLACK_MS = 2_500; // further on, the person moved there

export class Walk {
  private trace: Trace | null = null;
  private clipEnd: number | null = null;
  private unresolved: { ref: string; t: number } | null = null; // a link that was followed before the trace was here
  private readonly player: Player;

  constructor(private readonly first: First) {
    this.player = first.player;
    this.player.subscribe((change) => this.stopAtClipEnd(change));
    document.addEventListener("click", (event) => this.timeLink(event));
  }

  setTrace(trace: Trace): void {
    this.trace = trace;
    const asked = this.unresolved;
    if (asked && Math.abs(this.player.t - asked.t) < 1) this.moveTo(asked.t, this.nodeOf(asked.ref));
    this.unresolved = null;
  }

  /** Move the player and outline what the moment is about. */
  moveTo(t: number, nodeId: number | null = null): void {
    this.player.moveTo(t);
    need(this.first.root, "[data-big-play]").hidden = true;
    if (nodeId) requestAnimationFrame(() => requestAnimationFrame(() => void this.first.fit.show(nodeId)));
  }

  /** Play a stretch and stop at its end; moving elsewhere forgets the end. */
  playClip(from: number, to: number): void {
    this.moveTo(from);
    this.player.play();
    this.clipEnd = to;
  }

  interaction(forward: boolean): void {
    this.step(this.moments("interactions"), forward, forward ? "No later interaction" : "No earlier interaction");
  }

  signal(forward: boolean): void {
    const moments = this.moments("signals");
    const none = moments.length ? `No ${forward ? "later" : "earlier"} signal` : "This session has no signals";
    this.step(moments, forward, none);
  }

  private moments(what: "interactions" | "signals"): number[] {
    return this.trace?.[what].map(({ t_ms }) => t_ms - this.player.startMs) ?? [];
  }

  private step(moments: number[], forward: boolean, none: string): void {
    const { t, status, speed } = this.player;
    const target = forward ? next(moments, t) : previous(moments, t, status === "playing" ? speed : 0);
    if (target === null) toast(none);
    else this.moveTo(target, this.targetAt(target));
  }

  private targetAt(t: number): number | null {
    const at = (item: { t_ms: number }): boolean => Math.abs(item.t_ms - this.player.startMs - t) < 1;
    const found = this.trace?.signals.find(at) ?? this.trace?.interactions.find(at);
    return found?.target?.node_id ?? null;
  }

  private stopAtClipEnd(change: Change): void {
    if (this.clipEnd === null || change !== "time") return;
    if (this.player.t >= this.clipEnd) {
      if (this.player.t < this.clipEnd + CLIP_SLACK_MS) this.player.pause();
      this.clipEnd = null;
    }
  }

  /** `a.time-link` anywhere on the page moves the player instead of loading the page again. */
  private timeLink(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a.time-link[data-t-ms]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const t = Number(link.dataset["tMs"]);
    if (!Number.isFinite(t)) return;
    event.preventDefault();
    if (event.detail) link.blur();
    const ref = link.dataset["ref"] ?? "";
    this.moveTo(t, this.nodeOf(ref));
    this.unresolved = this.trace ? null : { ref, t: this.player.t };
  }

  private nodeOf(ref: string): number | null {
    const found = this.trace?.interactions.find((item) => item.ref === ref) ?? this.trace?.signals.find((item) => item.ref === ref);
    return found?.target?.node_id ?? null;
  }
}
