/**
 * Still: the first picture, drawn by the browser's own parser from HTML that the server made of the recorded page, before
 * any of the player's code is read. It lies under the stage until the Replayer's page stands there.
 *
 * The frame is the Replayer's: no scripts, this page's policy. Where the server leaves a page to the Replayer, or anything
 * fails, there is no still, and the picture comes as it came before.
 */

import { fetchJson } from "../../islands/src/http";
import { Fit, type Framed } from "./fit";

interface Told {
  html: string;
  width: number;
  height: number;
  scroll: [number, number];
  href: string;
  scheme: string;
}

const MOST = 20_000; // px, as of a viewport

export class Still implements Framed {
  frame: HTMLIFrameElement | null = null;
  wrapper: HTMLElement | null = null;
  width = 0;
  height = 0;
  private fit: Fit | null = null;
  private gone = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly at: string,
  ) {}

  /** Draw it; false where there is none. */
  async draw(): Promise<boolean> {
    try {
      const told = await fetchJson<Told>(this.at);
      if (this.gone || !told.html || !(told.width > 0 && told.width <= MOST && told.height > 0 && told.height <= MOST)) return false;
      this.build(told);
      return true;
    } catch {
      this.remove();
      return false;
    }
  }

  remove(): void {
    this.gone = true;
    this.fit?.stop();
    this.wrapper?.remove();
    this.wrapper = this.frame = this.fit = null;
  }

  node(): null {
    return null;
  }

  private build({ html, width, height, scroll, href, scheme }: Told): void {
    const box = this.root.querySelector("[data-stage]") as HTMLElement;
    const wrapper = document.createElement("div");
    const frame = document.createElement("iframe");
    wrapper.className = "still";
    wrapper.dataset["firstPicture"] = "";
    frame.setAttribute("sandbox", "allow-same-origin");
    frame.setAttribute("title", "The recorded page, being read");
    frame.inert = true;
    frame.width = String(width);
    frame.height = String(height);
    frame.style.colorScheme = scheme || "light";
    Object.assign(this, { frame, wrapper, width, height });
    wrapper.append(frame);
    (box.querySelector("[data-stage-fit]") as HTMLElement).prepend(wrapper);
    this.fit = new Fit(box, this);
    const page = frame.contentDocument as Document;
    page.open();
    page.write(html);
    page.close();
    if (scroll[0] || scroll[1]) frame.contentWindow?.scrollTo({ left: scroll[0], top: scroll[1], behavior: "instant" });
    scrollIn(page);
    (box.querySelector("[data-cover]") as HTMLElement).hidden = true;
    const address = this.root.querySelector("[data-address]");
    if (address && href) address.textContent = href;
  }
}

function scrollIn(root: Document | ShadowRoot): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-scrolled]")) {
    const [left = 0, top = 0] = (element.dataset["scrolled"] ?? "").split(" ").map(Number);
    element.scrollTo({ left, top, behavior: "instant" });
  }
  for (const host of root.querySelectorAll("[data-shadow]")) if (host.shadowRoot) scrollIn(host.shadowRoot);
}
