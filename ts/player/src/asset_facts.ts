/** Assets: how many style sheets, fonts and pictures of the session are kept, and why the others are not. */

import { make } from "../../islands/src/dom";
import { fetchJson } from "../../islands/src/http";

interface Facts {
  state: "off" | "waiting" | "late" | "done";
  site: string;
  kept: number;
  bytes: number;
  missing: number;
  reasons: { reason: string; count: number; example: string }[];
}

/** What the page panel says of them; nothing where it cannot be known. */
export async function assetSection(sessionId: string): Promise<HTMLElement | null> {
  try {
    const facts = await fetchJson<Facts>(`/api/sessions/${encodeURIComponent(sessionId)}/assets`);
    return make("section", { class: "assets" }, make("h3", {}, "Style sheets, fonts and pictures"), ...told(facts));
  } catch {
    return null;
  }
}

function told({ state, site, kept, bytes, missing, reasons }: Facts): HTMLElement[] {
  const settings = document.querySelector('a[href="/settings"]') ? make("a", { href: `/settings/assets?site=${encodeURIComponent(site)}` }, "Settings") : "";
  if (state === "waiting") return [make("p", { class: "muted small" }, "Not looked for yet: that is done when a session is over, within a day of it.")];
  if (state === "late") return [make("p", { class: "muted small" }, "Not kept: nobody looked for them within a day of the visit, and today's files are others.")];
  if (state === "off") return [make("p", { class: "muted small" }, "Not kept: what the recording does not hold itself is not shown. ", settings)];
  const size = kept ? ` (${bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`})` : "";
  const rows = reasons.map(({ reason, count, example }) => make("li", { title: example }, make("b", {}, String(count)), ` ${reason}`));
  return [
    make("p", {}, `${kept} kept${size}, ${missing} missing.`),
    ...(rows.length ? [make("ul", { class: "told" }, ...rows)] : []),
    ...(missing && settings ? [make("p", { class: "muted small" }, settings)] : []),
  ];
}
