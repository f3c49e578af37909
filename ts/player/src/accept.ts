/**
 * Accept: recordings are hostile and sometimes broken; only events that the Replayer can read come through.
 *
 * What is dropped is counted, never silent. Nothing is changed besides filling in lists that a mutation left out.
 */

import type { RrwebEvent } from "./types";

export interface Accepted {
  events: RrwebEvent[];
  dropped: number;
  hasSnapshot: boolean;
}

const FULL_SNAPSHOT = 2;
const INCREMENTAL = 3;
const META = 4;
const DOCUMENT_NODE = 0;
const MUTATION_LISTS = ["texts", "attributes", "removes", "adds"] as const;
const WITH_POSITIONS = new Set([1, 6, 12]); // mouse move, touch move, drag
const WITH_ID = new Set([2, 3, 5, 7]); // mouse interaction, scroll, input, media
const MAX_SIDE = 20_000; // px; a viewport larger than this is no viewport

type Data = Record<string, unknown>;

const isObject = (value: unknown): value is Data => typeof value === "object" && value !== null && !Array.isArray(value);
const isSize = (value: unknown): boolean => typeof value === "number" && value >= 0 && value <= MAX_SIDE;

export function accept(raw: unknown): Accepted {
  if (!Array.isArray(raw)) return { events: [], dropped: raw ? 1 : 0, hasSnapshot: false };
  const events = (raw as unknown[]).filter(isReplayable);
  return {
    events,
    dropped: raw.length - events.length,
    hasSnapshot: events.some((event) => event.type === FULL_SNAPSHOT),
  };
}

function isReplayable(event: unknown): event is RrwebEvent {
  if (!isObject(event)) return false;
  if (typeof event["type"] !== "number" || !Number.isFinite(event["timestamp"])) return false;
  const data = event["data"];
  switch (event["type"]) {
    case FULL_SNAPSHOT:
      return isObject(data) && isTree(data["node"]);
    case META:
      return isObject(data) && isSize(data["width"]) && isSize(data["height"]);
    case INCREMENTAL:
      return isObject(data) && isIncremental(data);
    default:
      return true;
  }
}

function isIncremental(data: Data): boolean {
  const source = data["source"];
  if (typeof source !== "number") return false;
  if (source === 0) return fillMutation(data);
  if (WITH_POSITIONS.has(source)) return Array.isArray(data["positions"]) && data["positions"].length > 0;
  if (WITH_ID.has(source)) return typeof data["id"] === "number";
  if (source === 13) return typeof (data["id"] ?? data["styleId"]) === "number"; // of an element's sheet, or of a constructed one
  if (source === 4) return isSize(data["width"]) && isSize(data["height"]);
  if (source === 14) return Array.isArray(data["ranges"]);
  return true;
}

function fillMutation(data: Data): boolean {
  for (const list of MUTATION_LISTS) {
    const value = (data[list] ??= []);
    if (!Array.isArray(value)) return false;
    data[list] = value.filter((item) => isObject(item) && (list !== "adds" || isNode(item["node"])));
  }
  return true;
}

const isNode = (node: unknown): boolean => isObject(node) && typeof node["type"] === "number" && typeof node["id"] === "number";

/** A whole document: every node has a type, an id and, where it can have children, a list of them. */
function isTree(root: unknown): boolean {
  if (!isNode(root) || (root as Data)["type"] !== DOCUMENT_NODE) return false;
  const open: Data[] = [root as Data];
  while (open.length) {
    const node = open.pop() as Data;
    const children = node["childNodes"];
    if (children === undefined) {
      if ((node["type"] as number) === DOCUMENT_NODE) return false;
      if ((node["type"] as number) === 2) node["childNodes"] = [];
      continue;
    }
    if (!Array.isArray(children)) return false;
    node["childNodes"] = children.filter(isNode);
    open.push(...(node["childNodes"] as Data[]));
  }
  return true;
}
