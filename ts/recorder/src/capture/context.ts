/** What a capture needs: where to put its event, how rrweb calls a node, and how URLs are written down. */

import { maskUrl } from "../privacy/urls";

export interface Context {
  /** Record a custom event; does nothing while nothing is recorded. */
  custom(tag: string, payload: unknown): void;
  /** Record an event of a plugin, in the shape rrweb's own plugins write. */
  plugin(name: string, payload: unknown): void;
  /** rrweb's id of a node, -1 if it is not recorded. */
  idOf(node: Node | null): number;
  url(url: string | URL): string;
  /** A stack trace with its URLs masked. */
  stack(text: string): string;
}

/** Cut what a page can make as long as it likes. */
export const cut = (value: unknown, limit: number): string => {
  const text = String(value ?? "");
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
};

/** What a page hands us, as JSON can carry it: no circles, nothing above `limit` characters. */
export function bounded(value: unknown, limit: number): unknown {
  try {
    const json = JSON.stringify(value) ?? "null";
    return json.length > limit ? { truncated: json.length } : JSON.parse(json);
  } catch {
    return null;
  }
}

/** Mask the URLs of a stack, but not the line and column behind them. */
export const stackWriter =
  (url: (url: string) => string) =>
  (text: string): string =>
    text.replace(/(https?:\/\/[^\s)]+?)((?::\d+){0,2})(?=[\s)]|$)/g, (_, address: string, place: string) => url(address) + place);

export function urlWriter(all: boolean): (url: string | URL) => string {
  return (url) => {
    let absolute = String(url);
    try {
      absolute = new URL(absolute, document.baseURI).href;
    } catch {
      // an address the browser would not take either is kept as it was given
    }
    return cut(maskUrl(absolute, all), 2_000);
  };
}
