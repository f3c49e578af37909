/** Waiting for a site's first event: asks the server until a session that was not there before has begun. */

import { fetchJson } from "./http";

const POLL_MS = 2_000;

interface SiteStatus {
  sessions: number;
  last_session_id: string | null;
}

export function waitForSite(): void {
  const line = document.querySelector<HTMLElement>("[data-wait-for-site]");
  if (!line) return;
  const key = line.dataset["waitForSite"] ?? "";
  let first = true;
  const ask = async (): Promise<void> => {
    try {
      const status = await fetchJson<SiteStatus>(`/api/sites/${encodeURIComponent(key)}/status`);
      if (status.sessions && status.last_session_id) return arrived(line, status, first);
      first = false;
    } catch {
      // the server may be restarting: keep waiting
    }
    window.setTimeout(() => void ask(), POLL_MS);
  };
  void ask();
}

function arrived(line: HTMLElement, { sessions, last_session_id }: SiteStatus, atOnce: boolean): void {
  if (line.dataset["then"] === "reload") {
    location.reload();
    return;
  }
  line.classList.add("done");
  const count = sessions === 1 ? "One session" : `${sessions} sessions`;
  line.textContent = atOnce ? `${count} recorded so far.` : "Your first event has arrived.";
  const link = document.querySelector<HTMLAnchorElement>("[data-first-session]");
  if (!link || !last_session_id) return;
  link.href = `/sessions/${encodeURIComponent(last_session_id)}`;
  const label = link.querySelector("span");
  if (label) label.textContent = atOnce ? "Watch the newest" : "Watch it";
  link.hidden = false;
}
