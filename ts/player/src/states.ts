/** States: what the stage says while there is nothing to show, and why. */

import { icon, make, need } from "../../islands/src/dom";
import { Unplayable } from "./loader";

type Way = { text: string; run?: () => void; href?: string };

interface Message {
  icon: string;
  title: string;
  text: string;
  ways?: Way[];
}

const MB = 1024 * 1024;

export class Cover {
  private readonly loading: HTMLElement;
  private readonly progress: HTMLElement;
  private readonly message: HTMLElement;

  constructor(private readonly cover: HTMLElement) {
    this.loading = need(cover, "[data-loading]");
    this.progress = need(cover, "[data-progress]");
    this.message = need(cover, "[data-message]");
  }

  showProgress(loadedBytes: number, totalBytes: number | null): void {
    const loaded = (loadedBytes / MB).toFixed(1);
    this.progress.textContent = totalBytes
      ? `Loading the recording… ${loaded} of ${(totalBytes / MB).toFixed(1)} MB`
      : `Loading the recording… ${loaded} MB`;
  }

  waiting(): void {
    this.cover.hidden = false;
    this.loading.hidden = false;
    this.message.hidden = true;
    this.progress.textContent = "Loading the recording…";
  }

  done(): void {
    this.cover.hidden = true;
  }

  say(message: Message): void {
    this.cover.hidden = false;
    this.loading.hidden = true;
    this.message.hidden = false;
    this.message.replaceChildren(
      icon(message.icon),
      make("h2", {}, message.title),
      make("p", {}, message.text),
      ...(message.ways ?? []).map((way) => link(way)),
    );
  }

  /** Say why there is nothing to play, what it means and what to do. */
  explain(error: unknown, { live, retry }: { live: boolean; retry: () => void }): void {
    const kind = error instanceof Unplayable ? error.kind : "corrupt";
    const again: Way = { text: "Try again", run: retry };
    const messages: Record<Unplayable["kind"], Message> = {
      missing: {
        icon: "search",
        title: "This session is not here",
        text: "It was erased, or the link is incomplete.",
        ways: [{ text: "All sessions", href: "/sessions" }],
      },
      empty: live
        ? { icon: "clock", title: "Waiting for the first events", text: "This session has just begun.", ways: [again] }
        : { icon: "film", title: "Nothing was recorded", text: "The session was opened, but no events followed." },
      "no-snapshot": {
        icon: "film",
        title: "The recording starts without a first snapshot",
        text: "Without a picture of the page to begin with, it cannot be drawn. What the visitor did is listed under Interactions.",
      },
      corrupt: {
        icon: "alert",
        title: "The recording cannot be read",
        text: "Its events are damaged or are not rrweb events. Nothing else is affected.",
        ways: [again],
      },
      network: {
        icon: "alert",
        title: "The recording did not arrive",
        text: error instanceof Error && error.message ? `${sentence(error.message)} Check that the server runs, then try again.` : "Check that the server runs, then try again.",
        ways: [again],
      },
    };
    this.say(messages[kind]);
  }
}

function link({ text, run, href }: Way): HTMLElement {
  if (href) return make("a", { class: "button", href }, text);
  const button = make("button", { type: "button", class: "button" }, text);
  button.addEventListener("click", () => run?.());
  return button;
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
