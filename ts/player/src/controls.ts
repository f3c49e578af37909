/** Controls: the buttons under the replay, and what they show of the player's state. */

import { need } from "../../islands/src/dom";
import type { Change, Player } from "./player";
import { clock, preciseClock } from "./time";

export class Controls {
  private readonly play: HTMLButtonElement;
  private readonly bigPlay: HTMLButtonElement;
  private readonly speed: HTMLSelectElement;
  private readonly skip: HTMLButtonElement;
  private readonly now: HTMLElement;
  private readonly length: HTMLElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly player: Player,
    actions: Record<string, () => void>,
  ) {
    this.play = need(root, "[data-do=toggle]");
    this.bigPlay = need(root, "[data-big-play]");
    this.speed = need(root, "[data-speed]");
    this.skip = need(root, "[data-do=skip-idle]");
    this.now = need(root, "[data-now]");
    this.length = need(root, "[data-length]");
    const all: Record<string, () => void> = {
      ...actions,
      toggle: () => player.toggle(),
      "skip-idle": () => player.setSkipIdle(!player.skipIdle),
    };
    root.addEventListener("click", (event) => this.click(event, all));
    this.bigPlay.addEventListener("click", () => player.play());
    need(root, "[data-stage]").addEventListener("click", (event) => this.clickStage(event));
    this.speed.addEventListener("change", () => {
      player.setSpeed(Number(this.speed.value));
      this.speed.blur(); // the keys belong to the player again
    });
    player.subscribe((change) => this.show(change));
    for (const change of ["status", "time", "speed", "skip-idle"] as const) this.show(change); // the replay began before
  }

  private click(event: MouseEvent, actions: Record<string, () => void>): void {
    const button = (event.target as Element).closest<HTMLButtonElement>("[data-do]");
    if (!button || button.disabled) return;
    if (event.detail) button.blur(); // space plays, wherever the mouse was last
    actions[button.dataset["do"] ?? ""]?.();
  }

  private clickStage(event: MouseEvent): void {
    const over = (event.target as Element).closest("button, a, [data-message]");
    if (!over && this.player.status !== "loading" && this.player.status !== "failed") this.player.toggle();
  }

  private show(change: Change): void {
    const { player } = this;
    switch (change) {
      case "time":
        this.now.textContent = preciseClock(player.t);
        if (player.live) this.showLength();
        break;
      case "live":
        this.showLength();
        break;
      case "status": {
        const playing = player.status === "playing";
        this.root.dataset["state"] = player.status;
        this.play.disabled = player.status === "loading" || player.status === "failed";
        this.play.setAttribute("aria-label", playing ? "Pause" : player.status === "ended" ? "Play again" : "Play");
        this.showLength();
        if (playing) this.bigPlay.hidden = true;
        break;
      }
      case "speed":
        this.speed.value = String(player.speed);
        break;
      case "skip-idle":
        this.skip.setAttribute("aria-pressed", String(player.skipIdle));
    }
  }

  private showLength(): void {
    const text = clock(this.player.length);
    if (text !== this.length.textContent) this.length.textContent = text;
  }
}
