/** Keys: everything the player can do, from the keyboard; the same table is what `?` shows. */

import { isTyping, make, need } from "../../islands/src/dom";

export interface Key {
  keys: string[];
  shown: string[];
  does: string;
  run: () => void;
}

/** Listen for the keys of `table`; what a person types into a field is theirs. */
export function listen(table: Key[]): void {
  const byKey = new Map(table.flatMap((entry) => entry.keys.map((key) => [key, entry] as const)));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    if (event.key === " " && (event.target as Element).closest("button, a, summary")) return; // space presses it
    const entry = byKey.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
    if (!entry) return;
    event.preventDefault();
    entry.run();
  });
}

export function fillHelp(dialog: HTMLDialogElement, table: Key[]): void {
  need(dialog, "[data-key-list]").replaceChildren(
    ...table.map(({ shown, does }) =>
      make("div", {}, make("dt", {}, does), make("dd", {}, ...shown.map((key) => make("kbd", {}, key)))),
    ),
  );
  need(dialog, "[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}
