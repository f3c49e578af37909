/**
 * Keep: headers and bodies of the requests whose address the site named.
 *
 * A pattern with "/" in front means paths of the page's own origin, another one whole addresses; "*" is anything.
 * The page's answer is cloned before the page has it, read to its end or up to a limit, and never held up. Streams,
 * pictures and files are told by their type alone.
 */

import type { Exchange, Keep } from "../capture/bodies";
import { wrap } from "../guard";
import { matchesPattern } from "../rules";
import { MOST_READ, Redactor } from "./redact";

const READABLE = /^(?:application\/(?:[\w.+-]+\+)?(?:json|xml)|application\/x-www-form-urlencoded|text\/(?!event-stream))/i;

export function makeKeep(bodies: string[], redact: string[]): Keep {
  const redactor = new Redactor(redact);
  const asked = watchHeaders();
  return (url, exchange, tell) => {
    if (!bodies.some((pattern) => isMeant(pattern, url))) return undefined;
    return exchange.xhr ? keepXhr(redactor, exchange, exchange.xhr, asked) : keepFetch(redactor, exchange, tell);
  };
}

function isMeant(pattern: string, url: string): boolean {
  const { origin, pathname, href } = new URL(url, document.baseURI);
  if (!pattern.startsWith("/")) return matchesPattern(pattern, href);
  return origin === location.origin && matchesPattern(pattern, pathname);
}

function keepFetch(redactor: Redactor, exchange: Exchange, tell: (responseBody: string) => void): object {
  const { args = [], response } = exchange;
  const [input, init] = args as Parameters<typeof fetch>;
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
  if (response) void readBody(response).then((text) => text && tell(redactor.body(text)), () => {});
  return {
    requestHeaders: redactor.headers(headers),
    ...bodyOf(redactor, init?.body),
    ...(response ? { responseHeaders: redactor.headers(response.headers) } : {}),
  };
}

function keepXhr(redactor: Redactor, { body }: Exchange, xhr: XMLHttpRequest, asked: WeakMap<XMLHttpRequest, [string, string][]>): object {
  const lines = xhr.getAllResponseHeaders().trim().split(/[\r\n]+/).filter(Boolean);
  const pairs = lines.map((line): [string, string] => [line.split(":", 1)[0] ?? "", line.replace(/^[^:]*:\s*/, "")]);
  const readable = READABLE.test(xhr.getResponseHeader("content-type") ?? "");
  const text = readable ? textOf(xhr) : "";
  return {
    requestHeaders: redactor.headers(asked.get(xhr) ?? []),
    ...bodyOf(redactor, body),
    responseHeaders: redactor.headers(pairs),
    ...(text ? { responseBody: redactor.body(text) } : {}),
  };
}

function textOf(xhr: XMLHttpRequest): string {
  if (xhr.responseType === "" || xhr.responseType === "text") return xhr.responseText;
  return xhr.responseType === "json" && xhr.response !== null ? JSON.stringify(xhr.response) : "";
}

function bodyOf(redactor: Redactor, body: unknown): object {
  if (typeof body === "string") return { requestBody: redactor.body(body) };
  if (body instanceof URLSearchParams) return { requestBody: redactor.body(String(body)) };
  if (body instanceof FormData) {
    const fields = [...body].map(([name, value]) => [name, typeof value === "string" ? value : `(a file of ${value.size} bytes)`]);
    return { requestBody: redactor.body(JSON.stringify(Object.fromEntries(fields))) };
  }
  return body ? { requestBody: `(${Object.prototype.toString.call(body).slice(8, -1)})` } : {};
}

/** The text of an answer; "" where it is none, a note where it is too long. The page's own copy is not touched. */
async function readBody(response: Response): Promise<string> {
  if (!READABLE.test(response.headers.get("content-type") ?? "") || !response.body) return "";
  const reader = response.clone().body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) return text + decoder.decode();
    text += decoder.decode(part.value, { stream: true });
    if (text.length > MOST_READ) {
      void reader?.cancel();
      return text;
    }
  }
}

/** Headers an XMLHttpRequest was given: nobody can ask it for them afterwards. */
function watchHeaders(): WeakMap<XMLHttpRequest, [string, string][]> {
  const asked = new WeakMap<XMLHttpRequest, [string, string][]>();
  wrap(
    XMLHttpRequest.prototype,
    "setRequestHeader",
    (original) =>
      function (this: XMLHttpRequest, name: string, value: string): void {
        (original as (name: string, value: string) => void).call(this, name, value);
        const known = asked.get(this) ?? [];
        asked.set(this, [...known.slice(0, 100), [String(name), String(value)]]);
      },
  );
  return asked;
}
