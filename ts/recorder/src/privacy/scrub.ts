/**
 * Scrub: close what rrweb's own masks leave open, in every event before it is kept.
 *
 * `maskAllInputs` still records values of hidden inputs, the `value=` of a field that was emptied, values of radio
 * buttons and options, default text of a textarea, typing into contenteditable, captions and data-* inside masked
 * regions, inline scripts, and the query of every URL. Snapshots are walked with the region inherited from parent to
 * child (no DOM look-ups); changes look their region up in the live page.
 */

import { isCaption, isChosen, isElement, isField, isShown, maskText, regionInside, regionOf, type Masking, type Region } from "./fields";
import { isPlain, maskCss } from "./plain";
import { MASK, maskUrl } from "./urls";

type Attributes = Record<string, unknown>;

interface SerializedNode {
  type: number;
  id: number;
  tagName?: string;
  attributes?: Attributes;
  childNodes?: SerializedNode[];
  textContent?: string;
}

interface Mutation {
  source: number;
  texts: { id: number; value: string | null }[];
  attributes: { id: number; attributes: Attributes }[];
  adds: { parentId: number; node: SerializedNode }[];
}

interface Input {
  source: number;
  id: number;
  text: string;
  isChecked: boolean;
}

type Rule = { rule: string };

interface Rules {
  adds?: Rule[];
  replace?: string;
  replaceSync?: string;
  styles?: { rules?: Rule[] }[];
}

export interface ScrubbedEvent {
  type: number;
  data: unknown;
}

/** rrweb's numbers. */
const FULL_SNAPSHOT = 2;
const INCREMENTAL = 3;
const META = 4;
const MUTATION = 0;
const INPUT = 5;
const STYLE_SHEET_RULE = 8;
const STYLE_DECLARATION = 13;
const ADOPTED_STYLE_SHEET = 15;
const TEXT = 3;

const TEXT_ATTRIBUTES = /^(?:alt|title|placeholder|label|summary|content|value|aria-(?:label|description|valuetext|placeholder|roledescription))$/;
const PICTURES = /^(?:src|srcset|poster|xlink:href)$/;
const LINKS: Record<string, string> = { a: "href", area: "href", form: "action", iframe: "src", frame: "src", base: "href" };
/** Names that tests and analytics use; their values are the developer's. */
const DEVELOPERS_DATA = /^data-(?:playhead-|rr-|test|cy$|qa$|component$)/;
/** States a style sheet may look at (`data-state="open"`, `data-columns="3"`); anything else may be somebody's. */
const PLAIN_DATA = /^(?:[a-z]{0,12}(?:[-_ ][a-z]{1,12}){0,3}|\d{1,3})$/;
const FIELDS = /^(?:input|textarea|select|button)$/;
const META_NAMES = /^(?:viewport|color-scheme|theme-color|description|keywords|generator|application-name)$/i;

export class Scrubber {
  constructor(
    private readonly masking: Masking,
    private readonly nodeOf: (id: number) => Node | null,
  ) {}

  scrub(event: ScrubbedEvent): void {
    if (event.type === FULL_SNAPSHOT) {
      this.tree((event.data as { node: SerializedNode }).node, { mask: this.masking.text, allow: false });
    } else if (event.type === META) {
      const meta = event.data as { href: string };
      meta.href = maskUrl(meta.href, this.masking.urls);
    } else if (event.type === INCREMENTAL) {
      const { source } = event.data as { source: number };
      if (source === MUTATION) this.mutation(event.data as Mutation);
      else if (source === INPUT) this.input(event.data as Input);
      else if (source === STYLE_SHEET_RULE || source === ADOPTED_STYLE_SHEET) this.rules(event.data as Rules);
      else if (source === STYLE_DECLARATION) this.declaration(event.data as { set?: { property: string; value: string } });
    }
  }

  private mutation(mutation: Mutation): void {
    const regions = new Map<number, Region>(); // rows of a list have one parent: ask the page once
    for (const { parentId, node } of mutation.adds) {
      let region = regions.get(parentId);
      if (!region) regions.set(parentId, (region = regionOf(this.nodeOf(parentId), this.masking)));
      if (node.type === TEXT) this.text(node, region, this.parentTag(parentId));
      else this.tree(node, region);
    }
    for (const text of mutation.texts) {
      const node = this.nodeOf(text.id);
      if (text.value === null) continue;
      if (node?.parentElement?.tagName === "STYLE") text.value = this.css(text.value);
      else if (regionOf(node, this.masking).mask) text.value = maskText(text.value);
    }
    for (const change of mutation.attributes) {
      const node = this.nodeOf(change.id);
      const tag = isElement(node) ? node.localName : "";
      this.attributes(change.id, tag, change.attributes, regionOf(node, this.masking), false);
    }
  }

  private css(text: string): string {
    return maskCss(text, this.masking.text);
  }

  /** Rules that scripts insert, and sheets that documents adopt. */
  private rules(change: Rules): void {
    for (const name of ["replace", "replaceSync"] as const) {
      const text = change[name];
      if (text) change[name] = this.css(text);
    }
    for (const { rules } of [{ rules: change.adds }, ...(change.styles ?? [])]) {
      for (const rule of rules ?? []) rule.rule = this.css(rule.rule);
    }
  }

  private declaration({ set }: { set?: { property: string; value: string } }): void {
    if (set?.property === "content") set.value = this.css(`content:${set.value}`).slice(8);
  }

  /** Radio buttons and checkboxes pass rrweb's masks; which one is checked is enough. */
  private input(input: Input): void {
    const field = this.nodeOf(input.id);
    const toggle = isElement(field) && /^(?:radio|checkbox)$/.test((field as HTMLInputElement).type);
    if (toggle && !isShown(field, this.masking)) input.text = "on";
  }

  private parentTag(id: number): string {
    const parent = this.nodeOf(id);
    return isElement(parent) ? parent.localName : "";
  }

  /** Walk with a stack of our own: pages nest deeper than the call stack. */
  private tree(root: SerializedNode, around: Region): void {
    const nodes = [root];
    const regions = [around]; // the region around the node at the same place: two stacks of values, not one of pairs
    for (let node = nodes.pop(); node; node = nodes.pop()) {
      const region = regions.pop() as Region;
      const { attributes, childNodes } = node;
      const tag = node.tagName?.toLowerCase() ?? "";
      const chosen = this.masking.selector !== "" && isChosen(this.nodeOf(node.id), this.masking);
      const inside = attributes ? regionInside(region, attributes, chosen) : region;
      if (attributes) this.attributes(node.id, tag, attributes, ownRegion(region, attributes, inside, chosen), true);
      for (const child of childNodes ?? []) {
        if (child.type === TEXT) this.text(child, inside, tag);
        else if (child.childNodes) {
          nodes.push(child);
          regions.push(inside);
        }
      }
    }
  }

  private text(node: SerializedNode, region: Region, parent: string): void {
    if (!node.textContent) return;
    if (parent === "style") {
      node.textContent = this.css(node.textContent);
      return;
    }
    // a textarea whose live value is empty comes with its default text as a child
    const entry = !region.allow && this.masking.inputs;
    const masked = parent === "textarea" ? entry : region.mask || (parent === "option" && entry && !isPlain(node.textContent));
    if (masked) node.textContent = maskText(node.textContent);
  }

  private attributes(id: number, tag: string, attributes: Attributes, region: Region, whole: boolean): void {
    for (const name in attributes) this.attribute(tag, name, attributes, region);
    if (tag === "meta" && !META_NAMES.test(String(attributes.name ?? ""))) delete attributes.content;
    if (tag === "option") this.option(id, attributes, whole);
    else if ("value" in attributes && FIELDS.test(tag)) this.field(id, attributes);
  }

  private attribute(tag: string, name: string, attributes: Attributes, region: Region): void {
    const value = attributes[name];
    if (name === "class" || name === "style" || typeof value !== "string" || value === "") return;
    if (name === "_cssText") attributes[name] = this.css(value);
    else if (name.startsWith("data-")) attributes[name] = dataValue(name, value, region);
    else if (name.startsWith("on") || name === "nonce") attributes[name] = "";
    else if (name === "srcdoc") delete attributes[name]; // the frame's document is recorded by itself
    else if (LINKS[tag] === name) attributes[name] = maskUrl(value, this.masking.urls);
    else if (region.mask && TEXT_ATTRIBUTES.test(name)) attributes[name] = maskText(value);
    else if (region.mask && PICTURES.test(name) && tag !== "link") delete attributes[name];
  }

  private field(id: number, attributes: Attributes): void {
    const field = this.nodeOf(id);
    if (!isField(field)) {
      if (!isElement(field) || !isShown(field, this.masking)) delete attributes.value;
    } else if (!isShown(field, this.masking)) {
      // the live value decides: an emptied field has none, and toggles keep theirs to themselves
      const silent = isCaption(field) ? attributes.value === "" : !field.value || /^(?:radio|checkbox)$/.test(field.type);
      if (silent) delete attributes.value;
      else attributes.value = maskText(String(attributes.value));
    }
  }

  /** Which option is chosen is the visitor's entry; rrweb drops it for all selects or for none. */
  private option(id: number, attributes: Attributes, whole: boolean): void {
    const option = this.nodeOf(id);
    const select = isElement(option) ? option.closest("select") : null;
    if (!select) return;
    if (!isShown(select, this.masking)) {
      delete attributes.value;
      delete attributes.selected;
      if (!isPlain(String(attributes.label ?? ""))) attributes.label = MASK;
    } else if (whole && (option as HTMLOptionElement).selected) attributes.selected = true;
  }
}

/** What holds for an element's own attributes: the label of an editor is the page's, only what is inside is typed. */
function ownRegion(around: Region, attributes: Attributes, inside: Region, chosen: boolean): Region {
  return "contenteditable" in attributes ? regionInside(around, { ...attributes, contenteditable: undefined }, chosen) : inside;
}

function dataValue(name: string, value: string, region: Region): string {
  if (DEVELOPERS_DATA.test(name) || (region.allow && !region.mask)) return value;
  return !region.mask && PLAIN_DATA.test(value) ? value : maskText(value);
}
