/** Says: what the player tells over the picture: a flash of words, and why there is nothing to see. */

import { need, toast } from "../../islands/src/dom";
import type { First } from "./first";
import type { Change } from "./player";
import { clock, span } from "./time";

const FLASH_MS = 1_800;

export class Says {
  private timer = 0;
  private shownGap = "";

  constructor(
    private readonly first: First,
    private readonly gapsChanged: () => void,
  ) {
    const { player, cover } = first;
    player.onSkip = ({ from, to }) => this.flash(`Skipped ${span(to - from)} of idle time`);
    player.onGapPassed = ({ from, to }) => this.flash(`Left out ${span(to - from)} that cannot be read`);
    player.onStalled = (error) => cover.explain(error, { live: first.live, retry: () => this.goOn() });
    player.subscribe((change) => this.showGap(change));
  }

  flash(text: string): void {
    const node = need(this.first.root, "[data-flash]");
    node.textContent = text;
    node.hidden = false;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => (node.hidden = true), FLASH_MS);
  }

  /** Say why the picture may be old or missing while the moment lies in a gap. */
  showGap(change: Change): void {
    const { root, player } = this.first;
    if (change === "waiting") need(root, "[data-stage]").toggleAttribute("data-waiting", player.waiting);
    if (change === "speed" || change === "skip-idle") return;
    const gap = player.gap;
    const behind = player.peeked === null ? "" : "This tab was in the background here. Move or play to see the one in front.";
    const said = behind ? behind : gap ? `Nothing to show from ${clock(gap.fromMs - player.startMs)} to ${clock(gap.toMs - player.startMs)}: ${reasonOf(gap.reason)}` : "";
    if (said === this.shownGap) return;
    this.shownGap = said;
    const node = need(root, "[data-gap]");
    node.textContent = said;
    node.hidden = !said;
    this.gapsChanged();
  }

  leftOut(dropped: number): void {
    if (dropped) toast(`${dropped} damaged event${dropped === 1 ? " was" : "s were"} left out of this replay`);
  }

  private goOn(): void {
    this.first.cover.done();
    this.first.player.moveTo(this.first.player.t);
  }
}

function reasonOf(reason: string): string {
  const known: Record<string, string> = {
    "no snapshot": "the page was recorded without a picture to begin with",
    "never received": "this part of the recording never arrived",
  };
  return known[reason] ?? "this part of the recording is damaged";
}
