/** Marks: the star of a session, and that somebody watched it. */

import { toast } from "../../islands/src/dom";
import { fetchJson } from "../../islands/src/http";

const WATCHED_AFTER_MS = 2_000; // who leaves sooner has not looked

export async function sendJson<T>(method: string, url: string, body: unknown): Promise<T> {
  return fetchJson<T>(url, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

export const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Wire the star; return what toggles it, for a key. */
export function star(sessionId: string): () => void {
  const button = document.querySelector<HTMLButtonElement>("[data-star]");
  const toggle = async (): Promise<void> => {
    if (!button) return;
    const starred = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(starred));
    try {
      await sendJson("PATCH", `/api/sessions/${encodeURIComponent(sessionId)}/marks`, { starred });
      toast(starred ? "Starred" : "No longer starred");
    } catch (error) {
      button.setAttribute("aria-pressed", String(!starred));
      toast(`The star was not kept: ${said(error)}`);
    }
  };
  button?.addEventListener("click", () => void toggle());
  return () => void toggle();
}

export function watchedSoon(sessionId: string): void {
  window.setTimeout(() => {
    if (document.hidden) return;
    void sendJson("PATCH", `/api/sessions/${encodeURIComponent(sessionId)}/marks`, { watched: true }).catch(() => undefined);
  }, WATCHED_AFTER_MS);
}
