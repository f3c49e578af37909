/** Page facts: what `playhead.page` says about one document load. */

import { cut } from "./capture/context";
import { quietly } from "./guard";
import { isId, randomId } from "./ids";
import { openStorage, type Facts } from "./identity";

/** How a document came to be recorded under a new page id. */
export type Arrival = "load" | "restored" | "resumed";

type NavigationTiming = PerformanceNavigationTiming & { activationStart?: number; responseStatus?: number };

const TAB_KEY = "playhead.tab";
let tab: string | undefined;

/**
 * The tab's id: it outlives page loads, not the tab. Made when it is first asked for, which is when recording begins.
 *
 * It is only in sessionStorage between two documents: a tab that is duplicated, or opened by a script, gets a copy of
 * the storage, and would otherwise be taken for the same tab.
 */
export function tabId(): string {
  return (tab ??= takeTab() ?? randomId("t"));
}

/** Take the id out of the storage, where the document before this one left it. */
export function takeTab(): string | undefined {
  const store = openStorage("sessionStorage");
  const known = quietly(() => store?.getItem(TAB_KEY));
  quietly(() => store?.removeItem(TAB_KEY));
  return isId(known) ? known : undefined;
}

/** Leave the id to the tab's next document. */
export function leaveTab(): void {
  if (tab) openStorage("sessionStorage")?.setItem(TAB_KEY, tab);
}

function navigationOf(arrival: Arrival, timing: NavigationTiming | undefined): string {
  if (arrival === "restored") return "back_forward";
  if (arrival === "resumed") return "navigate";
  return timing?.activationStart ? "prerender" : (timing?.type ?? "navigate");
}

export function pageFacts(
  facts: Facts,
  page: string,
  arrival: Arrival,
  url: (url: string) => string,
  maskTitle: boolean,
): Record<string, unknown> {
  const timing = performance.getEntriesByType("navigation")[0] as NavigationTiming | undefined;
  return {
    page,
    tab: tabId(),
    session: facts.session,
    visitor: facts.visitor,
    url: url(location.href),
    referrer: document.referrer ? url(document.referrer) : "",
    title: maskTitle ? "" : cut(document.title, 300),
    user_agent: navigator.userAgent,
    language: navigator.language,
    time_zone: quietly(() => Intl.DateTimeFormat().resolvedOptions().timeZone) ?? "",
    viewport: { width: innerWidth, height: innerHeight },
    screen: { width: screen.width, height: screen.height },
    pixel_ratio: devicePixelRatio,
    color_scheme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
    navigation: navigationOf(arrival, timing),
    status: (arrival === "load" && timing?.responseStatus) || null,
    recorder: __VERSION__,
  };
}
