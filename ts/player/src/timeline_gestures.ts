/** What a hand does to the timeline: click, drag, wheel, keys and fingers move the player or what is shown. */

import type { HoverCard } from "./hover_card";
import type { Player } from "./player";
import { touchTimeline } from "./touch";
import type { View } from "./view";

const PAGE_MS = 50_000; // of Page up and Page down
const WHEEL_PX = 240; // of wheel that double what is seen of a moment

export interface Parts {
  track: HTMLElement;
  strip: HTMLElement;
  map: HTMLElement;
  player: Player;
  view: View;
  card: HoverCard;
  length(): number;
  width(): number; // of the track, px
  layout(): void;
}

/** Listen to the mouse, the wheel, the keys and the fingers. */
export class Gestures {
  constructor(private readonly parts: Parts) {
    this.pointer();
    const { track, strip, map } = parts;
    strip.addEventListener("keydown", (event) => this.key(event));
    track.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    map.addEventListener("pointerdown", (event) => map.setPointerCapture(event.pointerId));
    map.addEventListener("pointermove", (event) => {
      if (map.hasPointerCapture(event.pointerId)) this.pan((event.movementX / parts.width()) * parts.length());
    });
    touchTimeline(track, {
      move: (x) => parts.player.moveTo(this.timeAt(x)),
      look: (x) => this.hover(x),
      unlook: () => parts.card.hide(),
      pinch: (x, factor, panPx) => {
        parts.view.zoom(this.timeAt(x), factor);
        this.pan((panPx / parts.width()) * parts.view.span);
      },
    });
  }

  private pointer(): void {
    const { track, player, card } = this.parts;
    let dragging = false;
    track.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || (event.target as Element).closest(".track-whole, .track-map")) return;
      const jump = (event.target as Element).closest<HTMLElement>("[data-t]");
      if (jump) {
        player.moveTo(Number(jump.dataset["t"]));
        return;
      }
      if (event.pointerType === "touch") return;
      dragging = true;
      track.setPointerCapture(event.pointerId);
      player.moveTo(this.timeAt(event.clientX));
    });
    track.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      if (dragging) player.moveTo(this.timeAt(event.clientX));
      this.hover(event.clientX);
    });
    const stop = (): void => void (dragging = false);
    track.addEventListener("pointerup", stop);
    track.addEventListener("pointercancel", stop);
    track.addEventListener("pointerleave", () => card.hide());
  }

  private pan(ms: number): void {
    this.parts.view.pan(ms);
    this.parts.layout();
  }

  /** Wheel and trackpad: up and down zoom around the pointer, sideways moves along. A page that scrolls keeps its wheel. */
  private wheel(event: WheelEvent): void {
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const scrolls = document.documentElement.scrollHeight > window.innerHeight + 1;
    if (scrolls && !event.ctrlKey && !sideways) return;
    event.preventDefault();
    const by = sideways ? event.deltaX || event.deltaY : event.deltaY;
    if (sideways) this.pan((by / this.parts.width()) * this.parts.view.span);
    else this.parts.view.zoom(this.timeAt(event.clientX), 2 ** (-by / WHEEL_PX));
    this.parts.layout();
    this.hover(event.clientX);
  }

  private key(event: KeyboardEvent): void {
    const jumps: Record<string, number> = {
      Home: 0,
      End: this.parts.length(),
      PageUp: this.parts.player.t - PAGE_MS,
      PageDown: this.parts.player.t + PAGE_MS,
    };
    const target = jumps[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.parts.player.moveTo(target);
  }

  private timeAt(clientX: number): number {
    const box = this.parts.track.getBoundingClientRect();
    return this.parts.view.moment((clientX - box.left) / box.width);
  }

  private hover(clientX: number): void {
    const { player, track, card } = this.parts;
    if (player.status === "loading" || player.status === "failed") return;
    const box = track.getBoundingClientRect();
    card.show(Math.min(box.width, Math.max(0, clientX - box.left)), box.width, this.timeAt(clientX));
  }
}
