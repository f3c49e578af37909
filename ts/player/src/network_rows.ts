/** Network rows: one a request, with its status, its place in the waterfall of its page, and its details. */

import { make } from "../../islands/src/dom";
import type { Choice, Row } from "./rows";
import { clock, preciseClock, span } from "./time";

export interface Request {
  t_ms: number;
  duration_ms: number;
  url: string;
  method?: string;
  status?: number | null;
  failed?: boolean;
  initiator?: string;
  exchange?: { request?: Side; response?: Side };
}

/** What one side sent, as far as the recorder kept it. */
export interface Side {
  headers?: Record<string, string>;
  body?: string;
}

/** Where a request stands in the waterfall: parts of the width. */
export interface Bar {
  left: number;
  width: number;
}

const SLOW_MS = 1_000;
const LEAST_WIDTH = 0.01; // or a short one could not be seen
const ASKED_BY_SCRIPT = new Set(["fetch", "xmlhttprequest", "xhr", "beacon"]);

export const CHOICES: Choice[] = [
  { name: "All", kinds: null },
  { name: "Data", kinds: ["data"] },
  { name: "Files", kinds: ["file"] },
  { name: "Failed", kinds: ["failed"] },
  { name: "Slow", kinds: ["slow"] },
];

/** Rows of all requests; `pages` are the moments at which pages were loaded. */
export function requestRows(requests: Request[], pages: number[], offset: (epochMs: number) => number): Row[] {
  const bars = waterfall(requests, pages);
  return requests.map((request, at) => requestRow(request, offset(request.t_ms), bars[at] ?? { left: 0, width: 1 }));
}

/** Each request beside the others of its page: from the page's load to the end of its last request. */
export function waterfall(requests: Request[], pages: number[]): Bar[] {
  const begun = [...pages].sort((a, b) => a - b);
  const pageOf = (t: number): number => begun.filter((load) => load <= t).pop() ?? requests[0]?.t_ms ?? t;
  const starts = requests.map(({ t_ms }) => pageOf(t_ms));
  const ends = new Map<number, number>();
  requests.forEach(({ t_ms, duration_ms }, at) => {
    const start = starts[at] ?? t_ms;
    ends.set(start, Math.max(ends.get(start) ?? 0, t_ms + duration_ms - start, 1));
  });
  return requests.map(({ t_ms, duration_ms }, at) => {
    const start = starts[at] ?? t_ms;
    const whole = ends.get(start) ?? 1;
    const left = Math.min(1 - LEAST_WIDTH, Math.max(0, (t_ms - start) / whole));
    return { left, width: Math.min(1 - left, Math.max(LEAST_WIDTH, duration_ms / whole)) };
  });
}

function requestRow(request: Request, t: number, at: Bar): Row {
  const { url, method = "", status, failed, duration_ms: took, initiator = "" } = request;
  const bad = failed || (status ?? 0) >= 400;
  const said = failed && !status ? "failed" : status ? String(status) : "–";
  const inner = make("i", { class: bad ? "bad" : "" });
  inner.style.marginLeft = `${(at.left * 100).toFixed(2)}%`;
  inner.style.width = `${(at.width * 100).toFixed(2)}%`;
  const bar = make("span", { class: "waterfall", "aria-hidden": "true" }, inner);
  const body = make("button", { type: "button", class: `row request ${bad ? "bad" : ""}`, "aria-expanded": "false", title: url }, make("span", { class: "status num" }, said), make("span", { class: "what" }, method && make("b", {}, `${method} `), shortUrl(url)), make("span", { class: "took num" }, took ? span(took) : ""), make("time", { class: "at" }, clock(t)), bar);
  const facts = { Address: url, Method: method, Status: said, "Asked at": preciseClock(t), Took: took ? `${Math.round(took)} ms` : "", "Asked by": initiator };
  const told = Object.entries(facts).filter(([, value]) => value).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
  const details = make("div", { class: "row-details", hidden: true }, make("dl", { class: "facts-list" }, ...told), ...sideDetails("Request", request.exchange?.request), ...sideDetails("Response", request.exchange?.response));
  const kinds = [ASKED_BY_SCRIPT.has(initiator.toLowerCase()) ? "data" : "file", bad ? "failed" : took > SLOW_MS ? "slow" : "fine"];
  return { t, kind: kinds.join(" "), text: `${method} ${said} ${url} ${initiator}`.toLowerCase(), node: make("li", {}, body, details) };
}

function sideDetails(name: string, side: Side | undefined): HTMLElement[] {
  const headers = Object.entries(side?.headers ?? {});
  const lines = headers.flatMap(([header, value]) => [make("dt", {}, header), make("dd", {}, value)]);
  return [
    ...(lines.length ? [folded(`${name} headers`, `${headers.length}`, make("dl", { class: "facts-list" }, ...lines))] : []),
    ...(side?.body ? [folded(`${name} body`, `${side.body.length} characters`, make("pre", {}, pretty(side.body)), true)] : []),
  ];
}

function folded(name: string, size: string, inner: HTMLElement, open = false): HTMLElement {
  return make("details", { class: "exchange", open }, make("summary", {}, make("b", {}, name), " ", make("span", { class: "muted" }, size)), inner);
}

/** JSON with its lines apart; anything else as it is. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function shortUrl(url: string): string {
  try {
    const { host, pathname, search } = new URL(url);
    return `${pathname}${search}` === "/" ? host : `${pathname}${search}`;
  } catch {
    return url;
  }
}
