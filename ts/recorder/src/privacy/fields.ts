/**
 * Fields and regions: what the page's own markup says about privacy.
 *
 *   data-playhead-mask    text, attributes and fields inside are masked      (also class "rr-mask")
 *   data-playhead-allow   fields inside are recorded as typed; lifts a mask around it
 *   data-playhead-block   the element is an empty box of the same size       (also class "rr-block")
 *   data-playhead-ignore  input events of the field are not recorded         (also class "rr-ignore")
 *
 * The nearest mark wins. Passwords, payment and one-time-code fields are never recorded, whatever is allowed.
 */

import { isPlain } from "./plain";
import { MASK } from "./urls";

export interface Masking {
  inputs: boolean;
  text: boolean;
  urls: boolean;
  /** Of the site's rules: what is masked like `data-playhead-mask`; "" is nothing. */
  selector: string;
}

/** What holds at a place in the page. */
export interface Region {
  mask: boolean;
  allow: boolean;
}

const MARKED = "[data-playhead-mask],[data-playhead-allow],.rr-mask,[contenteditable]";
const SECRET_AUTOCOMPLETE = /(?:^|\s)(?:current-password|new-password|one-time-code|cc-[a-z-]+)(?:\s|$)/i;
const LABEL_TYPES = ["submit", "button", "reset", "image"];

/** Attributes that decide about a region, as rrweb serialises them. */
type Attributes = Record<string, unknown>;

/** The region inside an element with these attributes, from the region around it. */
export function regionInside(around: Region, attributes: Attributes, chosen?: boolean): Region {
  const classes = attributes.class;
  if ("data-playhead-allow" in attributes) return { mask: false, allow: true };
  if (chosen || "data-playhead-mask" in attributes) return { mask: true, allow: false };
  if (typeof classes === "string" && /(?:^|\s)rr-mask(?:\s|$)/.test(classes)) return { mask: true, allow: false };
  const editable = attributes.contenteditable;
  if (editable === undefined || around.allow || around.mask) return around;
  return String(editable).toLowerCase() === "false" ? around : { mask: true, allow: false };
}

/** By number, not `instanceof`: a frame's elements have constructors of their own. */
export const isElement = (node: Node | null | undefined): node is Element => node?.nodeType === 1;

/** Whether the site's rules mask this element. */
export const isChosen = (node: Node | null, { selector }: Masking): boolean =>
  selector !== "" && isElement(node) && node.matches(selector);

/** The region inside `node`, looked up in the live page and through shadow roots; a node that is gone is masked. */
export function regionOf(node: Node | null, masking: Masking): Region {
  if (!node?.isConnected) return { mask: true, allow: false };
  const { selector } = masking;
  const marked = selector ? `${MARKED},${selector}` : MARKED;
  const marks: Element[] = [];
  let element: Element | null = isElement(node) ? node : node.parentElement;
  let root: Node = node.getRootNode();
  for (;;) {
    for (let mark = element?.closest(marked) ?? null; mark; mark = mark.parentElement?.closest(marked) ?? null) {
      marks.push(mark);
    }
    const host: Element | undefined = (root as Partial<ShadowRoot>).host ?? frameOf(root);
    if (!host) break;
    element = host;
    root = host.getRootNode();
  }
  return marks.reduceRight(
    (around, mark) => {
      const attributes = Object.fromEntries([...mark.attributes].map((a) => [a.name, a.value]));
      return regionInside(around, attributes, isChosen(mark, masking));
    },
    { mask: masking.text, allow: false } as Region,
  );
}

/** A same-origin frame's document lies inside the frame's element. */
function frameOf(root: Node): Element | undefined {
  return (root as Document).defaultView?.frameElement ?? undefined;
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export const isField = (node: unknown): node is Field => /^(?:INPUT|TEXTAREA|SELECT)$/.test((node as Element)?.tagName);

export function isSecret(field: Element): boolean {
  return (
    (field as Field).type === "password" ||
    field.hasAttribute("data-rr-is-password") ||
    SECRET_AUTOCOMPLETE.test(field.getAttribute("autocomplete") ?? "")
  );
}

/** Whether the field's value is its caption (a button) rather than somebody's entry. */
export const isCaption = (field: Element): boolean =>
  field.tagName === "INPUT" && LABEL_TYPES.includes((field as Field).type);

/** Whether the field's value may be recorded as it is. */
export function isShown(field: Element, masking: Masking): boolean {
  if (isSecret(field)) return false;
  const region = regionOf(field, masking);
  return region.allow || (!region.mask && (!masking.inputs || (isCaption(field) && isPlain((field as Field).value))));
}

/** A mask says that there is a value, not how long it is. */
export const maskText = (text: string): string => (text.trim() ? MASK : text);
