/** Requests to our own server: JSON with progress, errors in the server's one shape. */

export class Refused extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

interface Options extends RequestInit {
  progress?: (loadedBytes: number, totalBytes: number | null) => void;
}

export async function fetchJson<T = unknown>(url: string, { progress, ...init }: Options = {}): Promise<T> {
  return JSON.parse(await fetchText(url, { ...init, ...(progress ? { progress } : {}) })) as T;
}

/** The bytes of an answer as they came, for what is read later. */
export async function fetchBytes(url: string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Refused(response.status, await detailOf(response));
  return response.arrayBuffer();
}

export async function fetchText(url: string, { progress, ...init }: Options = {}): Promise<string> {
  const response = await fetch(url, init); // the API answers in JSON whatever is accepted, and this is what a preload asks
  if (!response.ok) throw new Refused(response.status, await detailOf(response));
  return progress && response.body ? readWithProgress(response, response.body, progress) : response.text();
}

export async function detailOf(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as { detail?: string };
    return body.detail || `the server answered ${response.status}`;
  } catch {
    return `the server answered ${response.status}`;
  }
}

async function readWithProgress(
  response: Response,
  body: ReadableStream<Uint8Array>,
  progress: NonNullable<Options["progress"]>,
): Promise<string> {
  const packed = response.headers.has("content-encoding"); // its content-length then counts other bytes than we see
  const total = packed ? null : Number(response.headers.get("content-length")) || null;
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "";
  let loaded = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    loaded += value.byteLength;
    text += decoder.decode(value, { stream: true });
    progress(loaded, total);
  }
}
