/**
 * Rebase: from one moment of a page to another by what differs, instead of building the page anew.
 *
 * Shape   a keyframe's snapshot is laid over the one that stands: nodes are the same where rrweb's id, kind and tag are
 * Promise the page is then as if it had been built from the snapshot. What an event touched since is compared with the
 *         page itself; what carries more than attributes and children (SOLID, shadow roots, blocked elements) stays only
 *         where it is equal and untouched. What cannot be undone in place (`spoilt`) has the page built anew
 */

import { buildNodeWithSN, type Replayer } from "@rrweb/replay";

import type { RrwebEvent } from "./types";

const DOCUMENT = 0;
const ELEMENT = 2;
const NEVER = new Set(["video", "audio", "dialog"]); // a page with one of them is built anew: they have a life of their own
const ANEW = new Set(["input", "textarea", "select", "option", "canvas"]); // what they show is not in their attributes
const SOLID = new Set(["style", "link", "meta", "iframe", "frame", "object", "embed", "base"]);
/** What our own stage writes into the root of the page while it does not play. */
export const STILL = "data-still";
const XLINK = "http://www.w3.org/1999/xlink";

/** A node as rrweb writes it. */
export interface Written {
  type: number;
  id: number;
  tagName?: string;
  attributes?: Record<string, unknown>;
  childNodes?: Written[];
  textContent?: string;
  isSVG?: boolean;
  isCustom?: boolean;
  isShadow?: boolean;
  isShadowHost?: boolean;
  isStyle?: boolean;
  rootId?: number;
  compatMode?: string;
}

interface Names {
  idNodeMap: Map<number, Node>;
  getNode(id: number): Node | null;
  getId(node: Node): number;
  hasNode(node: Node): boolean;
  add(node: Node, written: Written): void;
}

interface Snapshot {
  data: { node: Written };
}

interface Insides {
  rebuildFullSnapshot(event: Snapshot, isSync?: boolean): void;
  emitter: { emit(name: string, event: unknown): void };
  legacy_missingNodeRetryMap: object;
  newDocumentQueue: unknown[];
  cache: unknown;
}

export class Rebase {
  spoilt = false; // something happened that only a new page undoes
  private shown: Written | null = null; // what the page was built from, or changed to
  private readonly touched = new Set<number>(); // since then
  private readonly scrolled = new Set<number>();
  private fonts = false;
  private before = new Map<number, Written>();
  private after = new Map<number, Written>();
  private changed = false;

  constructor(
    private readonly replayer: Replayer,
    private readonly built: (node: Node) => void,
    private readonly scrollTo: (id: number, x: number, y: number) => void,
  ) {
    const own = replayer as unknown as Insides;
    const rebuild = own.rebuildFullSnapshot.bind(replayer);
    own.rebuildFullSnapshot = (event, isSync) => {
      const next = event.data.node;
      if (!this.change(event)) rebuild(event, isSync);
      this.shown = next;
      this.touched.clear();
      this.scrolled.clear();
    };
  }

  /** Remember what an event changed. */
  note(event: RrwebEvent): void {
    const data = event.data as { source?: number; id?: number; styleId?: number } | null;
    if (event.type !== 3 || !data) return;
    switch (data.source) {
      case 0:
        this.noteMutation(data as Parameters<Rebase["noteMutation"]>[0]);
        return;
      case 1: case 2: case 4: case 6: case 12: case 14: // pointers, sizes, selection
        return;
      case 3:
        if (typeof data.id === "number") this.scrolled.add(data.id);
        return;
      case 7: case 15: // media, adopted sheets
        this.spoilt = true;
        return;
      case 10:
        this.fonts = true;
        return;
      default:
        if (data.styleId) this.spoilt = true;
        if (typeof data.id === "number") this.touched.add(data.id);
    }
  }

  private noteMutation(data: { texts?: Written[]; attributes?: Written[]; removes?: { id: number; parentId: number }[]; adds?: { parentId: number; node: Written }[] }): void {
    for (const { id } of data.texts ?? []) this.touched.add(id);
    for (const { id } of data.attributes ?? []) this.touched.add(id);
    for (const { id, parentId } of data.removes ?? []) this.touched.add(id).add(parentId);
    for (const { parentId, node } of data.adds ?? []) {
      this.touched.add(parentId).add(node.id);
      if (node.type === DOCUMENT) this.spoilt = true; // the document of a frame
    }
  }

  /** A seek is done: what changed in it is there at once, not on its way. */
  settle(): void {
    if (!this.changed) return;
    this.changed = false;
    for (const animation of this.document?.getAnimations?.() ?? []) if ("transitionProperty" in animation) animation.finish();
  }

  private get document(): Document | null {
    return this.replayer.iframe.contentDocument;
  }

  private get names(): Names {
    return this.replayer.getMirror() as unknown as Names;
  }

  /** Change the page that stands to the one of this snapshot; false: it has to be built. */
  private change(event: Snapshot): boolean {
    const { shown, document, names } = this;
    const next = event.data.node;
    if (this.spoilt || !shown || !document || names.getNode(shown.id) !== document) return false;
    const before = indexOf(shown);
    const after = indexOf(next);
    if (!before || !after || !this.sameDocument(shown, next)) return false;
    this.before = before;
    this.after = after;
    try {
      this.forget(document);
      names.add(document, next);
      for (const child of next.childNodes ?? []) {
        const node = names.getNode(child.id);
        if (node && child.type === ELEMENT) this.descend(child, node);
        if (node) names.add(node, child);
      }
      for (const id of names.idNodeMap.keys()) if (!after.has(id)) names.idNodeMap.delete(id);
    } catch {
      return false;
    } finally {
      this.before = this.after = new Map<number, Written>();
    }
    const own = this.replayer as unknown as Insides;
    own.legacy_missingNodeRetryMap = {};
    own.newDocumentQueue = [];
    own.emitter.emit("fullsnapshot-rebuilded", event);
    for (const id of this.scrolled) if (id !== next.id) this.scroll(after.get(id));
    this.changed = true;
    return true;
  }

  /** Have a node stand where the snapshot says, once the page is laid out. */
  private scroll(written: Written | undefined): void {
    if (!written) return;
    const { rr_scrollLeft: x, rr_scrollTop: y } = written.attributes ?? {};
    this.scrollTo(written.id, Number(x) || 0, Number(y) || 0);
  }

  /** Undo what the Replayer did to the page beside what the recording says. */
  private forget(document: Document): void {
    const { names } = this;
    for (const element of document.querySelectorAll(".\\:hover")) this.touched.add(names.getId(element));
    this.touched.add(names.getId(document.documentElement)); // playing and pausing are classes of it
    document.getSelection()?.removeAllRanges();
    if (this.fonts) document.fonts.clear();
    this.fonts = false;
  }

  /** The same kind of document, with one root element, and nothing else in it that changed. */
  private sameDocument(shown: Written, next: Written): boolean {
    const [were, are] = [shown.childNodes ?? [], next.childNodes ?? []];
    if (shown.id !== next.id || shown.compatMode !== next.compatMode || were.length !== are.length || this.touched.has(shown.id)) return false;
    const sameChild = (child: Written, at: number): boolean => {
      const was = were[at];
      if (!was || was.id !== child.id) return false;
      return child.type === ELEMENT ? isAlike(was, child) && !isWhole(child) : this.isUntouched(was) && isEqual(was, child);
    };
    return are.every(sameChild) && are.filter(({ type }) => type === ELEMENT).length === 1;
  }

  /** The node for what is written: the one that stands where it can stay, and whether it is still to be gone through. */
  private take(written: Written): { node: Node | null; open: boolean } {
    const was = this.before.get(written.id);
    const node = this.names.getNode(written.id);
    if (!was || !node || !isAlike(was, written)) return { node: this.build(written), open: false };
    if (isWhole(written) || isWhole(was)) {
      const stays = !ANEW.has(tagOf(written)) && this.isUntouched(was) && isEqual(was, written);
      if (!stays) return { node: this.build(written), open: false };
      this.adopt(written);
      return { node, open: false };
    }
    return { node, open: true };
  }

  private descend(written: Written, node: Node): void {
    const { names } = this;
    const was = this.before.get(written.id);
    const touched = this.touched.has(written.id);
    names.add(node, written);
    if (written.type !== ELEMENT) {
      if (touched || was?.textContent !== written.textContent) node.textContent = written.textContent ?? "";
      return;
    }
    if (touched || !isEqual(was?.attributes, written.attributes)) setAttributes(node as Element, written);
    let cursor = this.next(node.firstChild);
    for (const child of written.childNodes ?? []) {
      const { node: taken, open } = this.take(child);
      if (!taken) continue;
      if (taken === cursor) cursor = this.next(cursor.nextSibling);
      else {
        node.insertBefore(taken, cursor);
        cursor = this.next(cursor);
      }
      if (open) this.descend(child, taken);
    }
    while (cursor) {
      const gone = cursor;
      cursor = this.next(cursor.nextSibling);
      gone.parentNode?.removeChild(gone);
    }
  }

  /** The next node that the recording knows; those it knows no more are taken out on the way. */
  private next(node: Node | null): Node | null {
    const { names, after } = this;
    let at = node;
    while (at) {
      const following: Node | null = at.nextSibling;
      if (names.hasNode(at)) {
        const id = names.getId(at);
        if (after.has(id) && names.getNode(id) === at) return at;
        at.parentNode?.removeChild(at);
      }
      at = following;
    }
    return null;
  }

  private build(written: Written): Node | null {
    const { document: doc, names } = this;
    each(written, ({ id, attributes }) => {
      names.idNodeMap.delete(id);
      if (attributes && ("rr_scrollLeft" in attributes || "rr_scrollTop" in attributes)) this.scrolled.add(id);
    });
    const { cache } = this.replayer as unknown as Insides;
    const node = buildNodeWithSN(written, { doc, mirror: names, skipChild: false, hackCss: true, cache, afterAppend: this.built });
    if (node) this.built(node);
    return node;
  }

  private adopt(root: Written): void {
    each(root, (written) => {
      const node = this.names.getNode(written.id);
      if (node) this.names.add(node, written);
    });
  }

  private isUntouched(root: Written): boolean {
    let untouched = true;
    each(root, ({ id }) => (untouched &&= !this.touched.has(id)));
    return untouched;
  }
}

const tagOf = (written: Written): string => written.tagName?.toLowerCase() ?? "";

function each(root: Written, visit: (written: Written) => unknown): void {
  const open = [root];
  for (let written = open.pop(); written; written = open.pop()) {
    visit(written);
    if (written.childNodes) for (const child of written.childNodes) open.push(child);
  }
}

/** All nodes by id; null where one is among them that cannot be carried over. */
function indexOf(root: Written): Map<number, Written> | null {
  const index = new Map<number, Written>();
  let never = false;
  each(root, (written) => {
    never ||= NEVER.has(tagOf(written)) || index.has(written.id);
    index.set(written.id, written);
  });
  return never ? null : index;
}

function isAlike(was: Written, written: Written): boolean {
  return was.type === written.type && was.tagName === written.tagName && was.isSVG === written.isSVG && was.isCustom === written.isCustom
    && was.isShadow === written.isShadow && was.isStyle === written.isStyle && was.rootId === written.rootId;
}

/** Stays as it is, with all below it, or is built anew. */
function isWhole(written: Written): boolean {
  if (written.type !== ELEMENT) return false;
  const tag = tagOf(written);
  if (ANEW.has(tag) || SOLID.has(tag) || written.isShadowHost) return true;
  for (const name in written.attributes) if (name.startsWith("rr_") || name === "_cssText") return true;
  return false;
}

function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b || Array.isArray(a) !== Array.isArray(b)) return false;
  const [ours, theirs] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const names = Object.keys(ours);
  return names.length === Object.keys(theirs).length && names.every((name) => Object.hasOwn(theirs, name) && isEqual(ours[name], theirs[name]));
}

/** Give an element the attributes that rrweb would have built it with, and no others. */
function setAttributes(element: Element, written: Written): void {
  const wanted = new Map<string, string>();
  for (const [name, value] of Object.entries(written.attributes ?? {})) {
    if (value === null || value === undefined) continue;
    const acts = name === "onload" || name === "onclick" || name.startsWith("onmouse");
    wanted.set(acts ? `_${name}` : name, value === true ? "" : String(value));
  }
  const known = new Set([...wanted.keys()].map((name) => (written.isSVG ? name : name.toLowerCase())));
  for (const name of element.getAttributeNames()) if (!known.has(name) && name !== STILL) element.removeAttribute(name);
  for (const [name, value] of wanted) {
    if (element.getAttribute(name) === value) continue;
    try {
      if (written.isSVG && name === "xlink:href") element.setAttributeNS(XLINK, name, value);
      else element.setAttribute(name, value);
    } catch {
      // no name of an attribute: rrweb leaves it out, too
    }
  }
}
