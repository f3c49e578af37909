/** The keys of the session page, and what each does. */

import { toast } from "../../islands/src/dom";
import type { Key } from "./keys";
import type { Player } from "./player";
import type { Timeline } from "./timeline";
import type { Walk } from "./walk";

const JUMP_MS = 5_000;

export interface KeyParts {
  player: Player;
  walk: Walk;
  timeline: Timeline;
  live: boolean;
  marking: { comment(): void; star(): void } | null; // null where the person may only look
  copyLink(): void;
  fullscreen(): void;
  help(): void;
}

export function pageKeys({ player, walk, timeline, live, marking, copyLink, fullscreen, help }: KeyParts): Key[] {
  const by = (ms: number) => () => walk.moveTo(player.t + ms);
  const key = (shown: string, does: string, run: () => void, keys = [shown]): Key => ({ keys, shown: [shown], does, run });
  return [
    key("space", "Play or pause", () => player.toggle(), [" "]),
    key("←", "Back 5 seconds", by(-JUMP_MS), ["ArrowLeft"]),
    key("→", "Forward 5 seconds", by(JUMP_MS), ["ArrowRight"]),
    key(",", "Previous interaction", () => walk.interaction(false)),
    key(".", "Next interaction", () => walk.interaction(true)),
    key("p", "Previous signal", () => walk.signal(false)),
    key("n", "Next signal", () => walk.signal(true)),
    key("[", "Slower", () => player.faster(-1)),
    key("]", "Faster", () => player.faster(1)),
    key("+", "Timeline: closer", () => timeline.zoom(1), ["+", "="]),
    key("-", "Timeline: further away", () => timeline.zoom(-1), ["-", "_"]),
    key("0", "Timeline: the whole session", () => timeline.showWhole()),
    key("t", "Next tab at this moment", () => tab(timeline, true)),
    key("r", "Previous tab at this moment", () => tab(timeline, false)),
    key("s", "Skip idle time", () => player.setSkipIdle(!player.skipIdle)),
    key("c", "Copy a link to this moment", copyLink),
    ...(live ? [key("l", "Jump to live", () => player.goLive())] : []),
    ...(marking ? [key("m", "Comment on this moment", marking.comment), key("b", "Star this session", marking.star), key("j", "Next session in the list", nextSession)] : []),
    key("f", "Full screen", fullscreen),
    key("?", "These keys", help),
  ];
}

function tab(timeline: Timeline, forward: boolean): void {
  const name = timeline.lanes.step(forward);
  toast(name ? `Tab: ${name}` : timeline.lanes.any ? "No other tab is open at this moment" : "This session has one tab");
}

function nextSession(): void {
  document.querySelector<HTMLElement>("[data-next-session]")?.click();
}
