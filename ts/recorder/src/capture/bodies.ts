/** Headers and bodies of requests: fetch the script that reads them, where the site asks for those of some addresses. */

import { fetchScript, type Stop } from "../guard";

/** What a request's watcher has at hand. */
export interface Exchange {
  /** Arguments of `fetch`. */
  args?: unknown[];
  response?: Response;
  xhr?: XMLHttpRequest;
  /** What `send` was given. */
  body?: unknown;
}

/** Returns what is known at once, for the entry of the plugin; a body that has to be read is told later. */
export type Keep = (url: string, exchange: Exchange, tell: (responseBody: string) => void) => object | undefined;
export type MakeKeep = (bodies: string[], redact: string[]) => Keep;

let keep: Keep | undefined;

export const keepExchange: Keep = (...args) => keep?.(...args);

export function captureBodies(server: string, bodies: string[], redact: string[]): Stop {
  fetchScript(`${server}/recorder-bodies.js`, () => {
    keep = (window as Window & { playheadBodies?: MakeKeep }).playheadBodies?.(bodies, redact);
  });
  return () => {
    keep = undefined;
  };
}
