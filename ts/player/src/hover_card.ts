/** The card under the pointer: when, what happened there, and a small picture of the page. */

import { make } from "../../islands/src/dom";
import type { Cluster } from "./markers";
import type { Recording } from "./loader";
import { Picture } from "./picture";
import type { Player } from "./player";
import { cut, pathOf, plainSentence, signalText, type Words } from "./sentences";
import { clock, preciseClock, span } from "./time";
import type { Interaction, PageView, Span } from "./types";

const NEAR_PX = 9; // a marker this near the pointer is meant by it

/** What stands on the timeline, as far as a card can tell of it. */
export interface Told {
  interactions: Interaction[];
  pages: PageView[];
  idle: Span[];
  shown: Cluster[];
}

export class HoverCard {
  readonly ghost = make("div", { class: "ghost", hidden: true });
  readonly node = make("div", { class: "hover-card", role: "tooltip", hidden: true });
  private readonly told = make("div", {});
  private readonly picture: Picture;

  constructor(
    private readonly player: Player,
    private readonly words: Words,
    recording: () => Recording | null,
    private readonly facts: () => Told,
  ) {
    this.picture = new Picture(player, recording);
    this.node.append(this.picture.node, this.told);
  }

  /** Show what there is `x` px along a track that is `width` wide, at moment `t`. */
  show(x: number, width: number, t: number): void {
    this.ghost.hidden = false;
    this.ghost.style.left = `${x}px`;
    this.node.hidden = false;
    this.told.replaceChildren(...this.describe(x, t));
    this.picture.show(t);
    const half = this.node.offsetWidth / 2;
    this.node.style.left = `${Math.min(width - half * 2, Math.max(0, x - half))}px`;
  }

  hide(): void {
    this.ghost.hidden = true;
    this.node.hidden = true;
    this.picture.hide();
  }

  private describe(x: number, t: number): Node[] {
    const { interactions, pages, idle: stretches, shown } = this.facts();
    const start = this.player.startMs;
    const near = shown.filter((cluster) => Math.abs(cluster.x - x) <= NEAR_PX);
    const nearest = near.sort((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0];
    if (nearest) {
      return nearest.marks.slice(0, 4).flatMap(({ signal, tone }) => [
        make("b", {}, make("span", { class: `chip ${tone}` }, this.words[signal.kind]?.tag ?? signal.kind), clock(signal.t_ms - start)),
        make("div", {}, signalText(signal, this.words)),
      ]);
    }
    const idle = stretches.find(({ from, to }) => t >= from && t <= to);
    const last = lastBefore(interactions, t + start);
    const what = idle ? `Nothing for ${span(idle.to - idle.from)}` : last ? plainSentence(last) : "";
    const page = lastBefore(pages, t + start);
    return [
      make("b", { class: "num" }, preciseClock(t)),
      what && make("div", {}, cut(what, 90)),
      page && make("small", {}, cut(page.title || pathOf(page.url))),
    ].filter((node): node is HTMLElement => node instanceof HTMLElement);
  }
}

function lastBefore<T extends { t_ms: number } | { start_ms: number }>(items: T[], epochMs: number): T | null {
  const at = (item: T): number => ("t_ms" in item ? item.t_ms : item.start_ms);
  let found: T | null = null;
  for (const item of items) {
    if (at(item) > epochMs) break;
    found = item;
  }
  return found;
}
