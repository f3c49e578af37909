/**
 * Network → `rrweb/network@1`: `{requests: [{name, method, status, startTime, endTime, duration, …}]}`; bodies and
 * headers where the site asks for them (see `bodies`), an answer's body as `playhead.body` once it is read.
 *
 * rrweb's plugin knows no method and no status of a failed request unless headers or bodies are on, and then builds
 * `new Request(url, init)` before the page's own call: that locks stream bodies, throws on addresses the page may use,
 * and turns a synchronous error into a rejection. Here the page's call goes first, unchanged, and is only watched.
 *
 * Units   startTime, endTime: ms since navigation start, as rrweb; `timestamp`: the start in ms since the Unix epoch
 */

import { quietly, wrap, type Stop } from "../guard";
import { keepExchange, type Exchange } from "./bodies";
import { cut, type Context } from "./context";

interface Call {
  method: string;
  url: string | URL;
  start: number;
  exchange: Exchange;
}

export interface NetworkOptions {
  /** Addresses of our own that must not appear. */
  ours: string[];
  /** Also what was loaded before recording began. */
  initial: boolean;
}

/** A page that polls or loads a map has thousands; the first ones tell the story. */
const MOST_RESOURCES = 500;
const MOST_CALLS = 2_000;

export function captureNetwork(context: Context, options: NetworkOptions): Stop {
  let left = MOST_CALLS;
  const absolute = (url: string | URL): string => quietly(() => new URL(String(url), document.baseURI).href) ?? String(url);
  const isOurs = (url: string | URL): boolean => options.ours.some((own) => absolute(url).startsWith(own));
  const report = (initiatorType: string, call: Call, status: number, failure?: string): void => {
    if (isOurs(call.url) || left-- <= 0) return;
    const end = performance.now();
    const entry = {
      name: context.url(call.url),
      method: call.method.toUpperCase(),
      status,
      initiatorType,
      entryType: "resource",
      startTime: Math.round(call.start),
      endTime: Math.round(end),
      duration: Math.round(end - call.start),
      timestamp: Math.round(Date.now() - (end - call.start)),
      ...(failure ? { error: cut(failure, 200) } : {}),
    };
    const { name, timestamp } = entry;
    const tell = (responseBody: string): void => context.custom("playhead.body", { name, timestamp, responseBody });
    const more = quietly(() => keepExchange(absolute(call.url), call.exchange, tell));
    context.plugin("rrweb/network@1", { requests: [{ ...entry, ...more }] });
  };
  const stops = [watchFetch(report), ...watchXhr(report), watchResources(context, options, isOurs)];
  return () => stops.forEach((stop) => stop());
}

type Report = (initiatorType: string, call: Call, status: number, failure?: string) => void;

function watchFetch(report: Report): Stop {
  return wrap(
    window,
    "fetch",
    (original, live) =>
      function (this: unknown, ...args: Parameters<typeof fetch>): Promise<Response> {
        const start = performance.now();
        const answer = (original as typeof fetch).apply(this as Window, args);
        const call = live() && typeof answer?.then === "function" ? quietly(() => fetchCall(args, start)) : undefined;
        if (!call) return answer;
        // one chain, not a side branch: a side branch would hide the page's unhandled rejections or make new ones
        return answer.then(
          (response) => {
            call.exchange.response = response;
            quietly(() => report("fetch", call, response.status));
            return response;
          },
          (error: unknown) => {
            quietly(() => report("fetch", call, 0, String(error)));
            throw error;
          },
        );
      },
  );
}

function fetchCall(args: Parameters<typeof fetch>, start: number): Call {
  const [input, init] = args;
  const request = typeof input === "object" && "url" in input ? input : null;
  return { method: init?.method ?? request?.method ?? "GET", url: request?.url ?? (input as string | URL), start, exchange: { args } };
}

function watchXhr(report: Report): Stop[] {
  const opened = new WeakMap<XMLHttpRequest, { method: string; url: string | URL }>();
  const prototype = XMLHttpRequest.prototype;
  const open = wrap(
    prototype,
    "open",
    (original, live) =>
      function (this: XMLHttpRequest, ...args: unknown[]): unknown {
        const result = (original as (...args: unknown[]) => unknown).apply(this, args);
        if (live()) quietly(() => opened.set(this, { method: String(args[0]), url: String(args[1]) }));
        return result;
      },
  );
  const send = wrap(
    prototype,
    "send",
    (original, live) =>
      function (this: XMLHttpRequest, ...args: unknown[]): unknown {
        const known = live() ? opened.get(this) : undefined;
        if (known) quietly(() => watchAnswer(this, { ...known, start: performance.now(), exchange: { xhr: this, body: args[0] } }, report));
        return (original as (...args: unknown[]) => unknown).apply(this, args);
      },
  );
  return [open, send];
}

function watchAnswer(xhr: XMLHttpRequest, call: Call, report: Report): void {
  let failure = "";
  let status = 0; // a call that the page gives up after the answer began (a stream) forgets it
  xhr.addEventListener("readystatechange", () => {
    status = xhr.status || status;
  });
  const note = (event: Event): void => {
    failure = event.type;
  };
  for (const type of ["error", "abort", "timeout"]) xhr.addEventListener(type, note, { once: true });
  xhr.addEventListener("loadend", () => quietly(() => report("xmlhttprequest", call, xhr.status || status, failure)), {
    once: true,
  });
}

/** Everything the browser loads by itself: documents in frames, scripts, styles, pictures, beacons. */
function watchResources(context: Context, options: NetworkOptions, isOurs: (url: string) => boolean): Stop {
  let left = MOST_RESOURCES;
  const began = performance.now();
  const isCall = (entry: PerformanceResourceTiming): boolean => /^(?:fetch|xmlhttprequest)$/.test(entry.initiatorType);
  const report = (entries: PerformanceResourceTiming[], isInitial: boolean): void => {
    const requests = entries.slice(0, left).map((entry) => describe(context, entry));
    left -= requests.length;
    if (requests.length > 0) context.plugin("rrweb/network@1", { requests, ...(isInitial ? { isInitial } : {}) });
  };
  const watch = (list: PerformanceObserverEntryList): void => {
    const entries = (list.getEntries() as PerformanceResourceTiming[]).filter((entry) => !isOurs(entry.name));
    // calls made before our wrappers were in place are known from here only
    if (options.initial) report(entries.filter((entry) => entry.startTime < began), true);
    report(entries.filter((entry) => entry.startTime >= began && !isCall(entry)), false);
  };
  return (
    quietly(() => {
      const observer = new PerformanceObserver((list) => quietly(() => watch(list)));
      observer.observe({ type: "resource", buffered: options.initial });
      return () => observer.disconnect();
    }) ?? (() => {})
  );
}

function describe(context: Context, entry: PerformanceResourceTiming & { responseStatus?: number }): object {
  return {
    name: context.url(entry.name),
    status: entry.responseStatus,
    initiatorType: entry.initiatorType,
    entryType: entry.entryType,
    startTime: Math.round(entry.startTime),
    endTime: Math.round(entry.responseEnd),
    duration: Math.round(entry.duration),
    timestamp: Math.round(Date.now() - (performance.now() - entry.startTime)),
  };
}
