/**
 * Picture: a small view of the page at a moment, for the card under the pointer.
 *
 * A second, scaled-down stage that never plays. It is fed with the slices the player uses, drawn once the pointer rests,
 * and where the page is large not at all while the player plays.
 */

import type { Recording } from "./loader";
import type { Player } from "./player";
import { Stage } from "./stage";

const RESTS_MS = 130;
const FORGET_MS = 4_000;
const MOST_BYTES = 1_500_000; // of a slice's JSON: half a second of CPU
const MOST_BYTES_PLAYING = 400_000;
const MOST_HEIGHT = 170; // px; the width is the style sheet's

export class Picture {
  readonly node = document.createElement("div");
  private readonly stage: Stage;
  private wanted = 0;
  private resting = 0;
  private forgetting = 0;
  private shown: number | null = null; // the slice on the stage

  constructor(
    private readonly player: Player,
    private readonly recording: () => Recording | null,
  ) {
    this.node.className = "hover-picture";
    this.node.hidden = true;
    this.stage = new Stage(this.node, { size: () => this.fit(), address: () => undefined, finish: () => undefined }, true);
  }

  /** Show the moment soon, if it can be drawn cheaply; the last picture stays until then. */
  show(t: number): void {
    window.clearTimeout(this.resting);
    window.clearTimeout(this.forgetting);
    const asked = ++this.wanted;
    this.resting = window.setTimeout(() => void this.draw(t, asked), RESTS_MS);
  }

  hide(): void {
    this.wanted++;
    window.clearTimeout(this.resting);
    window.clearTimeout(this.forgetting);
    this.forgetting = window.setTimeout(() => this.forget(), FORGET_MS);
  }

  private forget(): void {
    this.stage.clear();
    this.shown = null;
    this.node.hidden = true;
  }

  private async draw(t: number, asked: number): Promise<void> {
    const recording = this.recording();
    if (!recording) return;
    const epochMs = this.player.startMs + t;
    if (this.player.status !== "playing" && Math.abs(this.player.t - t) < 1) {
      this.node.hidden = true; // the player shows it, large
      return;
    }
    const number = recording.numberAt(epochMs);
    const most = this.player.status === "playing" ? MOST_BYTES_PLAYING : MOST_BYTES;
    const drawable = !recording.isBroken(number) && recording.sizeOf(number) <= most;
    const there = drawable && this.shown === number && !recording.live && this.stage.reaches(number, epochMs);
    const slice = drawable && !there ? await recording.copy(number).catch(() => null) : null;
    if (asked !== this.wanted) return;
    this.node.hidden = !there && !slice;
    if (this.node.hidden) return;
    if (slice) {
      this.stage.show(slice, 1);
      this.shown = number;
    }
    this.stage.moveTo(epochMs, false);
    this.fit();
  }

  private fit(): void {
    const { wrapper, width, height } = this.stage;
    if (!wrapper || !width || !height) return;
    const room = this.node.clientWidth;
    const scale = Math.min(room / width, MOST_HEIGHT / height);
    this.node.style.height = `${Math.round(height * scale)}px`;
    wrapper.style.width = `${width}px`;
    wrapper.style.height = `${height}px`;
    wrapper.style.transform = `translateX(${Math.round((room - width * scale) / 2)}px) scale(${scale})`;
  }
}
