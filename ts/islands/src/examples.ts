/** "Show me an example": import the samples that ship with Playhead and open the first. */

import { toast } from "./dom";
import { fetchJson } from "./http";

export function exampleButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-examples]")) {
    button.addEventListener("click", () => void show(button));
  }
}

async function show(button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  button.classList.add("busy");
  try {
    const { session_ids } = await fetchJson<{ session_ids: string[] }>("/api/examples", { method: "POST" });
    const first = session_ids[0];
    location.href = first ? `/sessions/${encodeURIComponent(first)}` : "/sessions";
  } catch (error) {
    toast(`The examples could not be loaded: ${error instanceof Error ? error.message : String(error)}`);
    button.disabled = false;
    button.classList.remove("busy");
  }
}
