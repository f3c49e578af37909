/**
 * Picker: choose an element of the recorded page and see what a rule for it would keep out of recordings to come.
 *
 * What would be masked is covered where it stands. The covers lie over the stage, in this page: the recorded one is not
 * touched, since playing on and seeking compare it with the recording.
 */

import { icon, make } from "../../islands/src/dom";
import { matchesOf, selectorOf } from "./selector";

const MAX_MATCHES = 200;
const MAX_COVERS = 600;
const FIELDS = "input, textarea, select, [contenteditable]";

export type Rule = "mask" | "block" | "ignore";

const RULES: [Rule, string, string][] = [
  ["mask", "Mask", "Texts, captions and fields inside become *****."],
  ["block", "Empty box", "Nothing inside leaves the visitor's browser."],
  ["ignore", "Ignore input", "Fields stay, what is typed into them is not recorded."],
];

export interface Picked {
  frame(): HTMLIFrameElement | null;
  stage: HTMLElement;
  outline(node: Node): void;
  /** Where rules are written: the page and its query up to the rule. */
  rulesAt: string;
  pause(): void;
}

export class Picker {
  readonly button = make("button", { type: "button", class: "button small", "aria-pressed": "false", title: "Choose an element of the page and see what a rule would mask" }, icon("eye"), make("span", {}, "Pick to mask"));
  readonly box = make("section", { class: "picked", "aria-label": "What a rule would mask", hidden: true });
  private readonly input = make("input", { class: "input", spellcheck: "false", autocomplete: "off", "aria-label": "Selector of the rule", "aria-describedby": "picked-count" });
  private readonly count = make("p", { class: "muted small", id: "picked-count", role: "status" });
  private readonly link = make("a", { class: "button small primary", target: "_blank", rel: "noopener" }, "Add to the site's rules…");
  private readonly cover = make("div", { class: "picker-cover" });
  private readonly covers = make("div", { class: "picker-covers", "aria-hidden": "true" });
  private rule: Rule = "mask";
  private under: Element | null = null;

  constructor(private readonly page: Picked) {
    this.button.addEventListener("click", () => this.pick(!this.cover.isConnected));
    this.input.addEventListener("input", () => this.redraw());
    this.cover.addEventListener("pointermove", (event) => this.look(event));
    this.cover.addEventListener("click", (event) => this.take(event));
    document.addEventListener("keydown", (event) => this.cover.isConnected && event.key === "Escape" && this.pick(false));
    window.addEventListener("resize", () => this.redraw());
    const close = make("button", { type: "button", class: "icon-button", "aria-label": "Close" }, icon("close"));
    close.addEventListener("click", () => this.close());
    const said = make("p", { class: "muted small" }, "Holds for what is recorded from then on; this recording stays as it is.");
    this.box.append(make("header", {}, make("h3", {}, "What a rule would mask"), close), this.input, this.count, this.choices(), make("footer", {}, this.link, said));
  }

  /** An element was chosen in the panel: look at it as if it had been pointed at. */
  choose(element: Element): void {
    if (!this.box.hidden) this.show(element);
  }

  /** The page has changed. */
  redraw(): void {
    if (this.box.hidden) return;
    const root = this.page.frame()?.contentDocument;
    const selector = this.input.value.trim();
    const found = root && selector ? matchesOf(root, selector) : [];
    this.input.setAttribute("aria-invalid", String(found === null));
    this.count.textContent = found === null ? "This is no selector." : told(found.length);
    this.link.toggleAttribute("data-off", !found?.length);
    this.link.href = `${this.page.rulesAt}&add=${encodeURIComponent(`${this.rule}:${selector}`)}`;
    this.draw(found ?? []);
  }

  private pick(on: boolean): void {
    this.button.setAttribute("aria-pressed", String(on));
    if (!on) {
      this.cover.remove();
      return;
    }
    this.page.pause();
    this.page.stage.append(this.cover);
    if (this.box.hidden) {
      this.box.hidden = false;
      this.page.stage.append(this.covers);
      this.redraw();
    }
  }

  private close(): void {
    this.pick(false);
    this.box.hidden = true;
    this.covers.remove();
    this.button.focus();
  }

  private look(event: PointerEvent): void {
    const element = this.at(event);
    if (!element || element === this.under) return;
    this.under = element;
    this.page.outline(element);
  }

  private take(event: MouseEvent): void {
    const element = this.at(event);
    event.stopPropagation();
    if (!element) return;
    this.pick(false);
    this.show(element);
  }

  private show(element: Element): void {
    this.input.value = selectorOf(element);
    this.redraw();
    this.input.focus({ preventScroll: true });
  }

  /** The recorded element at a place of the screen. */
  private at({ clientX, clientY }: MouseEvent): Element | null {
    const frame = this.page.frame();
    const root = frame?.contentDocument;
    if (!frame || !root) return null;
    const box = frame.getBoundingClientRect();
    const scale = box.width / (frame.offsetWidth || 1) || 1;
    frame.inert = false; // an inert frame finds nothing at a point
    const found = root.elementFromPoint((clientX - box.left) / scale, (clientY - box.top) / scale);
    frame.inert = true;
    return found?.closest("svg") ?? found; // a drawing is one thing
  }

  private choices(): HTMLElement {
    const labels = RULES.map(([rule, name, about]) => {
      const radio = make("input", { type: "radio", name: "picked-rule", value: rule, checked: rule === this.rule });
      radio.addEventListener("change", () => {
        this.rule = rule;
        this.redraw();
      });
      return make("label", { class: "choice" }, radio, make("span", {}, make("b", {}, name), make("small", {}, about)));
    });
    return make("fieldset", { class: "picked-rules" }, make("legend", { class: "visually-hidden" }, "What the rule does"), ...labels);
  }

  private draw(found: Element[]): void {
    const frame = this.page.frame();
    if (!frame) return this.covers.replaceChildren();
    const from = this.page.stage.getBoundingClientRect();
    const box = frame.getBoundingClientRect();
    const scale = box.width / (frame.offsetWidth || 1) || 1;
    const rects = found.slice(0, MAX_MATCHES).flatMap((element) => hiddenParts(element, this.rule));
    const drawn = rects.filter(({ width, height }) => width > 1 && height > 1).slice(0, MAX_COVERS).map((rect) => {
      const cover = make("i", { class: `cover-${this.rule}` });
      cover.style.left = `${box.left - from.left + rect.left * scale}px`;
      cover.style.top = `${box.top - from.top + rect.top * scale}px`;
      cover.style.width = `${rect.width * scale}px`;
      cover.style.height = `${rect.height * scale}px`;
      return cover;
    });
    this.covers.replaceChildren(...drawn);
  }
}

const told = (count: number): string => (count === 0 ? "Matches nothing on the page at this moment." : `Matches ${count === 1 ? "1 element" : `${count} elements`} on the page at this moment.`);

/** Where, in the recorded page's own pixels, something would not be seen any more. */
export function hiddenParts(element: Element, rule: Rule): DOMRect[] {
  if (rule === "block") return [element.getBoundingClientRect()];
  const fields = [...element.querySelectorAll(FIELDS), ...(element.matches(FIELDS) ? [element] : [])].map((field) => field.getBoundingClientRect());
  if (rule === "ignore") return fields;
  const pictures = [...element.querySelectorAll("img, video, canvas"), ...(element.matches("img, video, canvas") ? [element] : [])];
  return [...fields, ...pictures.map((picture) => picture.getBoundingClientRect()), ...textRects(element)];
}

function textRects(element: Element): DOMRect[] {
  const rects: DOMRect[] = [];
  const walker = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const range = element.ownerDocument.createRange();
  for (let node = walker.nextNode(); node && rects.length < MAX_COVERS; node = walker.nextNode()) {
    if (!node.textContent?.trim()) continue;
    range.selectNodeContents(node);
    rects.push(...range.getClientRects());
  }
  return rects;
}
