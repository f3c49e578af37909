/**
 * Translation: a frame's events as events of the page around it.
 *
 * A frame counts its nodes from 1, as the page does: each number gets one of the page's that nothing else has, so that
 * whatever a frame says it can only speak of its own nodes. Its snapshot becomes a document put into the frame's
 * element. Of the rest only what is known passes; what the page says of itself (its address, its size, its page facts)
 * no frame can say for it.
 */

import type { RawEvent } from "../rrweb";

type Fields = Record<string, unknown>;

const FULL_SNAPSHOT = 2;
const INCREMENTAL = 3;
const CUSTOM = 5;
const PLUGIN = 6;
const DOCUMENT = 0;
const ELEMENT = 2;
const MUTATION = 0;
/** Sheets that documents adopt are counted by themselves. */
const FIRST_STYLE = 1_000_000;

/** Fields that hold ids, by incremental source; a source that is not here does not pass. */
const IDS: Record<number, string[]> = {
  1: [], 6: [], 12: [], // moves: see `positions`
  2: ["id"], 3: ["id"], 5: ["id"], 7: ["id"], 9: ["id"],
  8: ["id"], 13: ["id"], 15: ["id"], // of sheets
  10: [], // fonts
  14: [], // see `ranges`
};
const CUSTOM_TAGS = /^playhead\.(?:error|submit|key|copy|event|canvas)$/;
const PLUGINS = /^rrweb\/(?:console|network)@1$/;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

export class Translation {
  private ids = new Map<number, number>();
  private styles = new Map<number, number>();
  /** The page's id of the frame's document; 0 before its snapshot. */
  private root = 0;

  constructor(
    private readonly newId: () => number,
    private readonly origin: string,
  ) {}

  /** A new recording: nothing is known before its snapshot. */
  begin(): void {
    this.root = 0;
  }

  /** One event of the frame in the element with the id `frame`; null if it is none of the page's business. */
  translate(event: unknown, frame: number): RawEvent | null {
    if (!isFields(event) || !isFields(event.data) || typeof event.timestamp !== "number") return null;
    const { type, data, timestamp } = event;
    if (type === FULL_SNAPSHOT) return this.snapshot(data.node, frame, timestamp);
    const passes =
      this.root > 0 &&
      ((type === INCREMENTAL && this.incremental(data)) ||
        (type === CUSTOM && this.custom(data)) ||
        (type === PLUGIN && this.plugin(data)));
    return passes ? { type: type as number, data, timestamp } : null;
  }

  /** An empty document: what the frame showed is gone. */
  blank(frame: number): RawEvent {
    const element = (tagName: string, childNodes: unknown[]): Fields => ({ type: ELEMENT, id: this.newId(), tagName, attributes: {}, childNodes });
    this.root = 0;
    const node = { type: DOCUMENT, id: this.newId(), childNodes: [element("html", [element("head", []), element("body", [])])] };
    return attached(node, frame, Date.now());
  }

  private snapshot(node: unknown, frame: number, timestamp: number): RawEvent | null {
    if (!isFields(node) || node.type !== DOCUMENT) return null;
    this.ids = new Map();
    this.styles = new Map();
    this.root = this.id(node.id) as number;
    this.tree(node);
    return attached(node, frame, timestamp);
  }

  private id = (remote: unknown): unknown => {
    if (typeof remote !== "number" || remote < 1) return remote === null ? null : -1;
    let id = this.ids.get(remote);
    if (id === undefined) this.ids.set(remote, (id = this.newId()));
    return id;
  };

  private style = (remote: unknown): number => {
    const id = this.styles.get(remote as number) ?? FIRST_STYLE + this.newId();
    this.styles.set(remote as number, id);
    return id;
  };

  private tree(top: Fields): void {
    const nodes = [top];
    for (let node = nodes.pop(); node; node = nodes.pop()) {
      node.id = this.id(node.id);
      if (node.rootId !== undefined) node.rootId = this.id(node.rootId);
      else if (node.type !== DOCUMENT) node.rootId = this.root;
      nodes.push(...listOf(node.childNodes));
    }
  }

  private number(fields: Fields, names: string[]): void {
    for (const name of names) if (fields[name] !== undefined) fields[name] = this.id(fields[name]);
  }

  private incremental(data: Fields): boolean {
    if (data.source === MUTATION) {
      this.mutation(data);
      return true;
    }
    const names = IDS[data.source as number];
    if (!names) return false;
    this.number(data, names);
    for (const place of listOf(data.positions)) this.number(place, ["id"]);
    for (const range of listOf(data.ranges)) this.number(range, ["start", "end"]);
    for (const sheet of [data, ...listOf(data.styles)]) if (sheet.styleId !== undefined) sheet.styleId = this.style(sheet.styleId);
    if (Array.isArray(data.styleIds)) data.styleIds = data.styleIds.map(this.style);
    return true;
  }

  private mutation(data: Fields): void {
    for (const name of ["adds", "removes", "texts", "attributes"]) data[name] = listOf(data[name]);
    for (const add of data.adds as Fields[]) {
      this.number(add, ["parentId", "nextId", "previousId"]);
      if (isFields(add.node)) this.tree(add.node);
    }
    for (const remove of data.removes as Fields[]) this.number(remove, ["parentId", "id"]);
    for (const change of [...(data.texts as Fields[]), ...(data.attributes as Fields[])]) this.number(change, ["id"]);
  }

  private custom({ tag, payload }: Fields): boolean {
    if (!CUSTOM_TAGS.test(String(tag)) || !isFields(payload)) return false;
    if (tag !== "playhead.event") this.number(payload, ["id", "node"]);
    return this.named(payload);
  }

  private plugin({ plugin, payload }: Fields): boolean {
    return PLUGINS.test(String(plugin)) && isFields(payload) && this.named(payload);
  }

  /** Say whose it is: the frame's origin, before that of a frame inside it. */
  private named(payload: Fields): true {
    payload.frame = typeof payload.frame === "string" ? `${this.origin} ${payload.frame}` : this.origin;
    return true;
  }
}

/** The document `node` in the element with the id `frame`, as rrweb tells of a frame that has loaded. */
const attached = (node: Fields, frame: number, timestamp: number): RawEvent => ({
  type: INCREMENTAL,
  timestamp,
  data: {
    source: MUTATION,
    adds: [{ parentId: frame, nextId: null, node }],
    removes: [],
    texts: [],
    attributes: [],
    isAttachIframe: true,
  },
});
