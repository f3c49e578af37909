/** Views: keep the filter of the list under a name, and forget it again. */

import { make, toast } from "./dom";
import { fetchJson } from "./http";

/** One listener for all: the list replaces its row of views whenever the filter changes. */
export function savedViews(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const keep = target.closest<HTMLElement>("[data-keep-view]");
    if (keep) ask(keep);
    const forget = target.closest<HTMLElement>("[data-forget-view]");
    if (forget) void change("DELETE", `?name=${encodeURIComponent(forget.dataset["forgetView"] ?? "")}`);
  });
}

/** The button becomes a field for the name; Enter keeps, Escape or leaving gives it up. */
function ask(button: HTMLElement): void {
  const field = make("input", { class: "input view-name", maxlength: 40, placeholder: "Name of the view", "aria-label": "Name of the view" });
  const give = (): void => field.replaceWith(button);
  field.addEventListener("blur", give);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") give();
    if (event.key !== "Enter") return;
    event.preventDefault();
    field.removeEventListener("blur", give);
    void change("PUT", "", { name: field.value, q: button.dataset["keepView"] ?? "" }).then((kept) => kept || give());
  });
  button.replaceWith(field);
  field.focus();
}

async function change(method: string, query: string, body?: { name: string; q: string }): Promise<boolean> {
  const sent = body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {};
  try {
    await fetchJson(`/api/views${query}`, { method, ...sent });
    location.reload();
    return true;
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error));
    return false;
  }
}
