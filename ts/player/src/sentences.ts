/** Sentences: what happened, in plain words, from the facts of the trace. */

import { span } from "./time";
import type { Effect, Interaction, Signal, SignalWords } from "./types";

export type Words = Record<string, SignalWords>;

const MAX_NAME = 60;

const ICONS: Record<string, string> = {
  click: "click",
  dblclick: "click",
  contextmenu: "click",
  touch: "click",
  input: "input",
  select: "select",
  submit: "submit",
  keypress: "key",
  scroll: "scroll",
  navigate: "page",
  drag: "move",
  resize: "expand",
  visibility: "eye",
  media: "media",
};

const VERBS: Record<string, string> = {
  click: "Clicked",
  dblclick: "Double-clicked",
  contextmenu: "Right-clicked",
  touch: "Swiped",
  input: "Typed into",
  select: "Selected text",
  submit: "Sent the",
  keypress: "Pressed",
  scroll: "Scrolled",
  navigate: "Opened",
  drag: "Dragged",
  resize: "Resized the window",
  visibility: "Left or returned to the tab",
  media: "Played or paused",
};

/** A sentence in two parts: what was done, and to what (shown stronger). */
export interface Sentence {
  verb: string;
  object: string;
  extra: string;
}

export const iconOf = (kind: string): string => ICONS[kind] ?? "click";

export function sentenceOf(interaction: Interaction): Sentence {
  const verb = VERBS[interaction.kind] ?? words(interaction.kind);
  const { count = 1, kind } = interaction;
  const times = count > 1 && kind !== "input" ? `×${count}` : ""; // typing counts keystrokes, which the value shows
  return { verb: verbOf(verb, interaction), object: objectOf(interaction), extra: times };
}

export function plainSentence(interaction: Interaction): string {
  const { verb, object, extra } = sentenceOf(interaction);
  return [verb, object, extra].filter(Boolean).join(" ");
}

/** The verb by what the trace says beside the kind: a press that was a tap, a box that was ticked, a tab that was left. */
function verbOf(verb: string, { kind, value, detail }: Interaction): string {
  switch (kind) {
    case "visibility":
      return value === "hidden" ? "Left the tab" : value === "visible" ? "Came back to the tab" : verb;
    case "click":
      return detail?.["disabled"] ? "Pressed the disabled" : detail?.["touch"] ? "Tapped" : verb;
    case "input":
      if (value === "checked") return "Ticked";
      if (value === "unchecked") return "Unticked";
      if (value === "") return "Cleared";
      return detail?.["choice"] ? "Chose in" : verb;
    case "media":
      return { plays: "Played", pauses: "Paused", seeks: "Moved in" }[value ?? ""] ?? verb;
    default:
      return verb;
  }
}

function objectOf({ kind, target, value, page_url, detail }: Interaction): string {
  switch (kind) {
    case "navigate":
      return pathOf(value || page_url);
    case "keypress":
      return [keyName(value ?? String(detail?.["key"] ?? "a key")), target?.name && `in “${cut(target.name)}”`].filter(Boolean).join(" ");
    case "input":
      return [nameOf(target), value && !TICKS.has(value) && valueText(value)].filter(Boolean).join(": ");
    case "select":
      return value ? valueText(value) : "";
    case "resize":
    case "visibility":
      return "";
    default:
      return nameOf(target);
  }
}

const TICKS = new Set(["checked", "unchecked"]);

/** What people call a control; a role that is not here is said as it is. */
const ROLES: Record<string, string> = {
  textbox: "field",
  searchbox: "search field",
  spinbutton: "number field",
  combobox: "list",
  listbox: "list",
  img: "picture",
  image: "picture",
  menuitem: "menu item",
  generic: "",
  document: "page",
};

function nameOf(target: Interaction["target"]): string {
  if (!target) return "";
  const role = ROLES[target.role] ?? words(target.role).toLowerCase();
  if (target.name) return `“${cut(target.name)}”${role ? ` ${role}` : ""}`;
  return role || "the page";
}

/** What the page answered, one line per effect worth a line. */
export function effectText(effect: Effect): string {
  const said = effect.text ? `“${cut(effect.text, 120)}”` : "";
  switch (effect.kind) {
    case "request":
      return requestText(effect);
    case "navigate":
      return `opened ${pathOf(effect.url ?? effect.path ?? effect.text ?? "")}`;
    case "error":
      return `error ${said}`;
    case "console":
      return `console ${said}`;
    case "alert":
    case "toast":
      return `${effect.kind === "toast" ? "notice" : "message"} ${said}`;
    case "field_error":
      return `field error ${said}`;
    case "dialog":
      return `dialog ${said}`;
    case "text_added":
      return `showed ${said}`;
    case "text_removed":
      return /^dialog (".*" )?closed$/.test(effect.text ?? "") ? cut((effect.text ?? "").replace(/"(.*)"/, "“$1”")) : `hid ${said}`;
    case "state":
    case "value":
      return cut(effect.text ?? "", 120);
    default:
      return `${words(effect.kind).toLowerCase()} ${said}`.trim();
  }
}

export function isBad(effect: Effect): boolean {
  if (effect.kind === "error" || effect.kind === "field_error") return true;
  return effect.kind === "request" && typeof effect.status === "number" && (effect.status === 0 || effect.status >= 400);
}

function requestText({ method, path, url, status, duration_ms }: Effect): string {
  const where = path ?? pathOf(url ?? "");
  const answer = status === 0 ? "failed" : (status ?? "");
  const took = typeof duration_ms === "number" ? `in ${span(duration_ms)}` : "";
  return [method, cut(where, 70), answer, took].filter((part) => part !== "" && part != null).join(" ");
}

/** What a signal means, with its numbers: `Clicked 5 times, nothing happened: “Apply coupon” button`. */
export function signalText(signal: Signal, vocabulary: Words): string {
  const target = nameOf(signal.target);
  return [plainSignal(signal, vocabulary), target !== "the page" && target].filter(Boolean).join(": ");
}

function plainSignal({ kind, measured, t_ms, end_ms }: Signal, vocabulary: Words): string {
  const number = (...names: string[]): number | null => {
    for (const name of names) if (typeof measured[name] === "number") return measured[name];
    return null;
  };
  const text = (...names: string[]): string => {
    for (const name of names) if (typeof measured[name] === "string" && measured[name]) return `“${cut(measured[name], 90)}”`;
    return "";
  };
  const plain = vocabulary[kind]?.plain ?? words(kind);
  const clicks = number("clicks", "count", "presses");
  switch (kind) {
    case "rage_click":
      return clicks ? `Clicked ${clicks} times in ${span(Math.max(100, end_ms - t_ms))}` : plain;
    case "idle_gap":
      return `Did nothing for ${span(end_ms - t_ms)}`;
    case "js_error":
      return [plain, text("message")].filter(Boolean).join(" ");
    case "network_error": {
      const status = number("status");
      const what = [measured["method"], measured["path"] ?? measured["url"]].filter(Boolean).join(" ");
      return `${cut(what, 70) || "A request"} ${status ? `was answered ${status}` : "failed"}`;
    }
    case "error_click":
      return [plain, text("text", "message", "error")].filter(Boolean).join(" ");
    default:
      return plain;
  }
}

export function pathOf(url: string): string {
  const found = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^#]*)(#.*)?$/i.exec(url);
  return found ? cut((found[1] || "/") + (found[2] ?? ""), 80) : cut(url, 80);
}

function keyName(key: string): string {
  return key.length > 1 ? key.charAt(0).toUpperCase() + key.slice(1) : key;
}

const words = (name: string): string => {
  const plain = name.replace(/_/g, " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
};

/** Masked values are asterisks, as many as there were characters: the number says nothing, the mask does. */
const valueText = (value: string): string => (/^\*+$/.test(value) ? "(masked)" : `“${cut(value)}”`);

export function cut(text: string, limit = MAX_NAME): string {
  const plain = text.replace(/\s+/g, " ").trim();
  return plain.length > limit ? `${plain.slice(0, limit - 1)}…` : plain;
}
