/** Elements: the page's DOM as it stands at this moment; find text on screen; a click outlines the element. */

import { icon, make } from "../../islands/src/dom";
import type { Picker } from "./picker";
import { STILL } from "./rebase";

const MAX_FOUND = 200;
const MAX_CHILDREN = 300; // of one element, before "and more"
const OPEN_DEPTH = 2;
const REPLAYS = /(?:^|\s)(?::hover|rrweb-paused)(?=\s|$)/g; // classes that the replay itself gives

export interface Inspected {
  document(): Document | null;
  outline(node: Node): void;
}

export class Elements {
  private readonly body = make("div", { class: "elements-body" });
  private readonly input = make("input", { class: "input", type: "search", placeholder: "Find text or a selector on screen", "aria-label": "Find text or a selector on screen" });
  private stale = true;
  private filled = false;
  private refreshing = 0;

  constructor(
    private readonly panel: HTMLElement,
    private readonly page: Inspected,
    private readonly picker: Picker | null,
  ) {
    this.input.addEventListener("input", () => this.show());
  }

  /** The page has changed: look again soon, if anybody looks. */
  changed(): void {
    this.stale = true;
    this.picker?.redraw();
    if (this.panel.hidden || this.refreshing) return;
    this.refreshing = window.setTimeout(() => {
      this.refreshing = 0;
      this.open();
    }, 400);
  }

  open(): void {
    if (!this.filled) {
      this.filled = true;
      this.panel.replaceChildren(make("div", { class: "data-tools" }, make("div", { class: "finder" }, icon("search"), this.input), this.picker && make("div", { class: "picker-tools" }, this.picker.button), this.picker?.box), this.body);
    }
    if (this.stale) this.show();
  }

  private show(): void {
    this.stale = false;
    const document = this.page.document();
    const words = this.input.value.trim();
    if (!document?.documentElement) this.body.replaceChildren(make("p", { class: "nothing muted" }, "There is no page at this moment."));
    else if (words) this.showFound(document, words);
    else this.body.replaceChildren(make("ul", { class: "tree" }, this.branch(document.documentElement, 0)));
  }

  private showFound(document: Document, words: string): void {
    const found = find(document, words);
    const rows = found.slice(0, MAX_FOUND).map(({ element, text }) => {
      const button = make("button", { type: "button", class: "row" }, make("code", {}, opening(element)), text && make("span", { class: "what" }, text));
      button.addEventListener("click", () => this.point(element));
      return make("li", {}, button);
    });
    const said = found.length === 1 ? "1 element" : `${found.length > MAX_FOUND ? `more than ${MAX_FOUND}` : found.length} elements`;
    this.body.replaceChildren(make("p", { class: "found muted" }, found.length ? said : "Nothing on the page at this moment matches."), make("ul", { class: "rows data-rows" }, ...rows));
  }

  private point(element: Element): void {
    this.page.outline(element);
    this.picker?.choose(element);
  }

  private branch(node: Node, depth: number): HTMLElement {
    if (node.nodeType === Node.TEXT_NODE) return make("li", { class: "tree-text" }, (node.textContent ?? "").trim().slice(0, 200));
    const element = node as Element;
    const label = make("button", { type: "button", class: "tree-label" }, make("code", {}, opening(element)));
    label.addEventListener("click", () => this.point(element));
    const children = childrenOf(element);
    if (!children.length) return make("li", {}, label);
    const only = children.length === 1 && children[0]?.nodeType === Node.TEXT_NODE ? (children[0].textContent ?? "").trim() : "";
    if (only && only.length < 80) return make("li", {}, label, make("span", { class: "tree-inline" }, only));
    const details = make("details", {}, make("summary", {}, label));
    const fill = (): void => {
      if (details.children.length > 1) return;
      const rest = children.length - MAX_CHILDREN;
      details.append(make("ul", {}, ...children.slice(0, MAX_CHILDREN).map((child) => this.branch(child, depth + 1)), rest > 0 && make("li", { class: "muted" }, `and ${rest} more`)));
    };
    details.addEventListener("toggle", () => details.open && fill());
    if (depth < OPEN_DEPTH && element.localName !== "head") {
      fill();
      details.open = true;
    }
    return make("li", {}, details);
  }
}

function childrenOf(element: Element): Node[] {
  const frame = element.localName === "iframe" ? (element as HTMLIFrameElement).contentDocument?.documentElement : null;
  const all = [...(element.shadowRoot?.childNodes ?? []), ...element.childNodes, ...(frame ? [frame] : [])];
  return all.filter((node) => (node.nodeType === Node.ELEMENT_NODE && !isReplays(node as Element)) || (node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim()));
}

/** The replay's own style sheets stand beside head and body, where no page of anybody has one. */
const isReplays = (element: Element): boolean => element.localName === "style" && element.parentElement?.localName === "html";

function opening(element: Element): string {
  const own = [...element.attributes].map(({ name, value }) => ({ name, value: name === "class" ? value.replace(REPLAYS, "").trim() : value }));
  const shown = own.filter(({ name, value }) => name !== STILL && (name !== "class" || value)).slice(0, 6);
  const told = shown.map(({ name, value }) => (value ? `${name}="${value.slice(0, 60)}"` : name));
  return `<${[element.localName, ...told].join(" ")}>`;
}

/** Elements whose own text holds the words, or that a selector names. */
export function find(document: Document, words: string): { element: Element; text: string }[] {
  const found: { element: Element; text: string }[] = [];
  const wanted = words.toLowerCase();
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && found.length <= MAX_FOUND; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = (node.textContent ?? "").trim();
    if (!element || !text.toLowerCase().includes(wanted) || /^(style|script|noscript|title)$/.test(element.localName)) continue;
    if (isShown(element)) found.push({ element, text: text.slice(0, 160) });
  }
  for (const control of document.querySelectorAll<HTMLInputElement>("input, textarea, select")) {
    if (found.length <= MAX_FOUND && String(control.value).toLowerCase().includes(wanted)) found.push({ element: control, text: control.value });
  }
  if (found.length || !/[.#[\]>:]|^[a-z][a-z0-9-]*$/i.test(words)) return found;
  try {
    return [...document.querySelectorAll(words)].slice(0, MAX_FOUND + 1).map((element) => ({ element, text: (element.textContent ?? "").trim().slice(0, 160) }));
  } catch {
    return found; // not a selector
  }
}

function isShown(element: Element): boolean {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0;
}
