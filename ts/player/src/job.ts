/** A job of the analyst, followed by server-sent events. */

export interface Follower {
  progress: (text: string) => void;
  line: (cls: string, text: string) => void;
  again: () => void;
  done: () => void;
  failed: (why: string) => void;
}

/** Follow a job to its end; after a lost connection the server tells everything again. */
export function follow(sessionId: string, jobId: string, to: Follower): EventSource {
  const source = new EventSource(`/api/sessions/${encodeURIComponent(sessionId)}/jobs/${encodeURIComponent(jobId)}/events`);
  const on = (name: string, run: (data: Record<string, unknown>) => void): void =>
    source.addEventListener(name, (event) => run(dataOf(event as MessageEvent<string>)));
  on("progress", (data) => to.progress(textOf(data)));
  on("headline", (data) => to.line("headline", textOf(data)));
  on("sentence", (data) => to.line("", textOf(data)));
  on("rejected", (data) => to.line("struck", textOf(data)));
  on("done", () => {
    source.close();
    to.done();
  });
  on("failed", (data) => {
    source.close();
    to.failed(String(data["detail"] ?? "the analysis stopped"));
  });
  source.onopen = () => to.again();
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) to.failed("the connection to the server was lost");
  };
  return source;
}

function dataOf(event: MessageEvent<string>): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(event.data);
    return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : { text: data };
  } catch {
    return { text: event.data };
  }
}

function textOf(data: Record<string, unknown>): string {
  for (const name of ["text", "message", "detail"]) if (typeof data[name] === "string") return data[name];
  return "";
}
