/** What a visitor does that rrweb does not record: sending forms, named keys and shortcuts, copying. */

import { listen, type Stop } from "../guard";
import { isField, isSecret } from "../privacy/fields";
import type { Context } from "./context";

const NAMED_KEYS = /^(?:Enter|Escape|Tab|Arrow(?:Up|Down|Left|Right)|Delete|Backspace|Home|End|Page(?:Up|Down)|F\d{1,2})$/;

/** The name of a key that may be recorded, or "": never a character somebody typed. */
export function keyName(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const { key } = event;
  const modifiers = [event.ctrlKey && "Ctrl", event.metaKey && "Meta", event.altKey && "Alt", event.shiftKey && "Shift"];
  const named = NAMED_KEYS.test(key);
  // Ctrl with Alt is AltGr, which types characters
  const shortcut = (event.ctrlKey || event.metaKey) && !event.altKey && /^[!-~]$/.test(key);
  if (!named && !shortcut) return "";
  return [...modifiers.filter(Boolean), named ? key : key.toUpperCase()].join("+");
}

/** The element the event began at, also inside a shadow root. */
const origin = (event: Event): Element | null => (event.composedPath()[0] ?? event.target) as Element | null;

export function captureActions(context: Context): Stop {
  const stops = [
    listen<SubmitEvent>(window, "submit", (event) => {
      const form = origin(event) as HTMLFormElement;
      const id = context.idOf(form);
      const attribute = (name: string): string => form.getAttribute(name) ?? "";
      context.custom("playhead.submit", {
        id,
        action: context.url(attribute("action") || location.href),
        method: (attribute("method") || "get").toLowerCase(),
      });
    }),
    listen<KeyboardEvent>(window, "keydown", (event) => {
      const key = event.repeat || event.isComposing ? "" : keyName(event);
      if (!key) return;
      const target = origin(event);
      // in a secret field even the number of Backspaces says something
      if (isField(target) && isSecret(target) && !/Enter|Escape|Tab/.test(key)) return;
      context.custom("playhead.key", { id: context.idOf(target), key });
    }),
    listen(window, "copy", (event) => context.custom("playhead.copy", { id: context.idOf(origin(event)) })),
  ];
  return () => stops.forEach((stop) => stop());
}
