/** Sheets: says beside the page's address that style sheets of it are missing here, and what can be done about that. */

import { make, need } from "../../islands/src/dom";
import type { First } from "./first";

const SOON_MS = 300;
const MOST_HOSTS = 5;
const SETTINGS = 'a[href="/settings"]';

/**
 * Addresses of style sheets that neither the recording nor this server holds.
 *
 * A recorder puts the text of a sheet it may read in the place of its address; a copy that this server keeps has an
 * address of this server. What is left is an address somewhere else, of which a replay fetches nothing.
 */
export function missingSheets(document: Document | null, own = location.origin): string[] {
  const links = [...(document?.querySelectorAll<HTMLLinkElement>("link[rel~=stylesheet i][href]") ?? [])];
  const addresses = links.filter((link) => !/\balternate\b/i.test(link.rel) && !link.hasAttribute("disabled")).map(({ href }) => href);
  return [...new Set(addresses)].filter((href) => /^https?:/i.test(href) && !href.startsWith(`${own}/`));
}

/** "cdn.example (2), fonts.example"; of one host only its name. */
export function hostsOf(addresses: string[]): string {
  const counts = new Map<string, number>();
  for (const address of addresses) counts.set(new URL(address).host, (counts.get(new URL(address).host) ?? 0) + 1);
  const told = [...counts].map(([host, count]) => (count > 1 && counts.size > 1 ? `${host} (${count})` : host));
  return told.length > MOST_HOSTS ? `${told.slice(0, MOST_HOSTS).join(", ")} and ${told.length - MOST_HOSTS} more` : told.join(", ");
}

export class Sheets {
  private timer = 0;
  private shown = "";

  constructor(
    private readonly first: First,
    private readonly site: string,
  ) {
    first.player.subscribe((change) => (change === "time" || change === "waiting") && this.lookSoon());
    this.lookSoon();
  }

  private lookSoon(): void {
    this.timer ||= window.setTimeout(() => {
      this.timer = 0;
      this.look();
    }, SOON_MS);
  }

  private look(): void {
    const missing = missingSheets(this.first.stage.frame?.contentDocument ?? null);
    const key = missing.join("\n");
    if (key === this.shown) return;
    this.shown = key;
    const box = need<HTMLDetailsElement>(this.first.root, "[data-sheets]");
    box.hidden = missing.length === 0;
    if (missing.length > 0) box.replaceChildren(...this.told(missing));
  }

  private told(missing: string[]): HTMLElement[] {
    const [few, them, link] = missing.length === 1 ? ["1 style sheet", "it", "its <link>"] : [`${missing.length} style sheets`, "them", "their <link>"];
    const settings = document.querySelector(SETTINGS) ? make("a", { href: `/settings/assets?site=${encodeURIComponent(this.site)}` }, "Settings › Style sheets, fonts and pictures") : "Settings › Style sheets, fonts and pictures";
    return [
      make("summary", { class: "chip amber" }, `${few} missing`),
      make(
        "div",
        { class: "sheets-note" },
        make("p", {}, `The visitor saw more than is shown here: ${few} of ${hostsOf(missing)} could not be read by the recorder. Browsers keep sheets of other origins from scripts.`),
        make("p", {}, "For visits to come, either"),
        make(
          "ul",
          {},
          make("li", {}, "add ", make("code", {}, 'crossorigin="anonymous"'), ` to ${link}, where that host answers with Access-Control-Allow-Origin: the recording then holds ${them};`),
          make("li", {}, "or have this server keep a copy: ", settings, "."),
        ),
        make("ul", { class: "told" }, ...missing.slice(0, 20).map((address) => make("li", {}, address))),
      ),
    ];
  }
}
