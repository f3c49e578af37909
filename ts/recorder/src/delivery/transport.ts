/** Transport: one POST and what its answer means. Nothing here remembers anything. */

export type Outcome =
  | { kind: "ok" }
  | { kind: "drop"; status: number }
  | { kind: "refused"; status: number }
  | { kind: "retry"; after_ms: number };

const TIMEOUT_MS = 30_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_LAST_MS = 60_000;
/** A server that asks for more than this is not asked again by this page load anyway. */
const RETRY_AFTER_LIMIT_MS = 3_600_000;

/** Seconds or an HTTP date → ms from now; 0 when there is none. */
export function parseRetryAfter(value: string | null, now_ms: number): number {
  if (!value) return 0;
  const wait_ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now_ms;
  return Math.min(Math.max(wait_ms || 0, 0), RETRY_AFTER_LIMIT_MS);
}

/** 2xx: durable. 401, 403: this site may not write, stop. 408, 425, 429, 5xx: later. Other 4xx: never, drop. */
export function classify(status: number, retryAfter: string | null, now_ms: number): Outcome {
  if (status >= 200 && status < 300) return { kind: "ok" };
  if (status === 401 || status === 403) return { kind: "refused", status };
  const later = status === 408 || status === 425 || status === 429 || status < 400 || status >= 500;
  return later ? { kind: "retry", after_ms: parseRetryAfter(retryAfter, now_ms) } : { kind: "drop", status };
}

/** Exponential back-off with jitter: half to all of 1, 2, 4 … 60 s, so that tabs do not come back in step. */
export function backoff_ms(attempt: number, random: number): number {
  const ceiling_ms = Math.min(RETRY_FIRST_MS * 2 ** Math.min(attempt, 10), RETRY_LAST_MS);
  return Math.round(ceiling_ms * (0.5 + random / 2));
}

/**
 * POST one batch. `text/plain` needs no preflight. A redirect is an error: following it would turn the POST into
 * a GET whose 200 says nothing about durability.
 */
export async function post(send: typeof fetch, url: string, body: BodyInit, keepalive: boolean): Promise<Outcome> {
  const abort = typeof AbortController === "function" ? new AbortController() : null;
  const timer = setTimeout(() => abort?.abort(), TIMEOUT_MS);
  try {
    const response = await send(url, {
      method: "POST",
      body,
      headers: { "Content-Type": "text/plain" },
      credentials: "same-origin",
      referrerPolicy: "origin",
      redirect: "error",
      cache: "no-store",
      keepalive,
      priority: "low",
      ...(abort ? { signal: abort.signal } : {}),
    });
    response.text().catch(() => {}); // an answer left unread is a cancelled request to the browser, and a lost connection
    return classify(response.status, response.headers.get("Retry-After"), Date.now());
  } catch {
    return { kind: "retry", after_ms: 0 };
  } finally {
    clearTimeout(timer);
  }
}

/** A text this short is packed in one go: a Blob would cost the page more than everything else about a batch. */
const SLICE = 64 * 1024;

/** gzip without holding up the page: the stream takes 64 KB slices; null where the browser cannot. */
export async function gzip(text: string): Promise<Uint8Array<ArrayBuffer> | null> {
  if (typeof CompressionStream === "undefined") return null;
  try {
    const packer = new CompressionStream("gzip");
    let packed = packer.readable;
    if (text.length > SLICE) packed = new Blob([text]).stream().pipeThrough(packer);
    else {
      const writer = packer.writable.getWriter();
      void writer.write(new TextEncoder().encode(text)).then(() => writer.close());
    }
    return new Uint8Array(await new Response(packed).arrayBuffer());
  } catch {
    return null;
  }
}
