/** Address: the address bar holds the moment and the panel, so that reloading and sharing keep them. */

import { copyText } from "../../islands/src/dom";
import type { First } from "./first";

const SOON_MS = 200; // browsers limit how often the address may change

/** The address of a session as anybody opens it: the interface's, also where recordings have an origin of their own. */
export function linkTo(sessionId: string): URL {
  const home = document.querySelector<HTMLElement>("[data-home]")?.dataset["home"] ?? location.origin;
  return new URL(`/sessions/${encodeURIComponent(sessionId)}`, home);
}

export class Address {
  private waiting = 0;

  constructor(private readonly first: First) {
    if (this.get("again")) this.set("again", ""); // said on the way here: a reload may go that way once more
    first.player.subscribe((change) => (change === "status" || change === "time") && this.rememberSoon());
  }

  set(name: string, value: string): void {
    const url = new URL(location.href);
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
    history.replaceState(null, "", url);
  }

  get(name: string): string {
    return new URLSearchParams(location.search).get(name) ?? "";
  }

  copyLink(): void {
    const url = linkTo(this.first.id);
    url.searchParams.set("t_ms", String(Math.round(this.first.player.t)));
    void copyText(url.href, "Link to this moment copied");
  }

  private rememberSoon(): void {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.remember(), SOON_MS);
  }

  private remember(): void {
    const { embedded, player } = this.first;
    if (embedded || player.status === "loading" || player.status === "playing") return;
    if (!player.t && !location.search.includes("t_ms")) return;
    this.set("t_ms", String(Math.round(player.t)));
  }
}
