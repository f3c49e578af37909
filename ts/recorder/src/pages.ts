/** Page facts: what `playhead.page` says about one document load. */

import { cut } from "./capture/context";
import { quietly } from "./guard";
import { isId, randomId } from "./ids";
import { openStorage, type Facts } from "./identity";

/** How a document came to be recorded under a new page id. */
export type Arrival = "load" | "restored" | "resumed";

type NavigationTiming = PerformanceNavigationTiming & { activationStart?: number; responseStatus?: number };

/** The tab's id: it outlives page loads, not the tab. Made when it is first asked for, which is when recording begins. */
export function tabId(): string {
  return (tab ??= readTab());
}

let tab: string | undefined;

function readTab(): string {
  const store = openStorage("sessionStorage");
  const known = quietly(() => store?.getItem("playhead.tab"));
  if (isId(known)) return known;
  const fresh = randomId("t");
  quietly(() => store?.setItem("playhead.tab", fresh));
  return fresh;
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
    navigation: navigationOf(arrival, timing),
    status: (arrival === "load" && timing?.responseStatus) || null,
    recorder: __VERSION__,
  };
}
