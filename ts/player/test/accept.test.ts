import { describe, expect, it } from "vitest";

import { accept } from "../src/accept";

const node = { type: 0, id: 1, childNodes: [{ type: 2, id: 2, tagName: "html", attributes: {}, childNodes: [] }] };
const snapshot = { type: 2, timestamp: 2, data: { node, initialOffset: { top: 0, left: 0 } } };
const meta = { type: 4, timestamp: 1, data: { href: "https://shop.example/", width: 1280, height: 800 } };
const incremental = (data: unknown) => ({ type: 3, timestamp: 3, data });

describe("accept", () => {
  it("lets through what the Replayer reads, in the order it came", () => {
    const events = [meta, snapshot, incremental({ source: 3, id: 2, x: 0, y: 10 }), { type: 5, timestamp: 4, data: null }];
    expect(accept(events)).toEqual({ events, dropped: 0, hasSnapshot: true });
  });

  it.each([
    ["null", null],
    ["a number", 7],
    ["no timestamp", { type: 3, data: {} }],
    ["a timestamp that is no number", { type: 5, timestamp: "1", data: {} }],
    ["an infinite timestamp", { type: 5, timestamp: Infinity, data: {} }],
    ["a snapshot without a node", { type: 2, timestamp: 1, data: {} }],
    ["a snapshot of an element", { type: 2, timestamp: 1, data: { node: { type: 2, id: 1, childNodes: [] } } }],
    ["a viewport of a mile", { type: 4, timestamp: 1, data: { href: "", width: 1e9, height: 1 } }],
    ["a mutation whose adds is a string", incremental({ source: 0, adds: "x" })],
    ["a mouse move without positions", incremental({ source: 1 })],
    ["a mouse move with none", incremental({ source: 1, positions: [] })],
    ["a scroll of nothing", incremental({ source: 3, x: 1, y: 1 })],
    ["a style declaration of no sheet", incremental({ source: 13, set: { property: "color", value: "red" }, index: [0] })],
    ["a selection that is no list", incremental({ source: 14, ranges: 5 })],
    ["an increment without a source", incremental({})],
  ])("drops and counts %s", (_, event) => {
    expect(accept([meta, event, snapshot])).toEqual({ events: [meta, snapshot], dropped: 1, hasSnapshot: true });
  });

  it("lets through style declarations of an element's sheet and of a constructed one", () => {
    const rule = { source: 13, set: { property: "color", value: "red" }, index: [0] };
    expect(accept([incremental({ ...rule, id: 5 }), incremental({ ...rule, styleId: 1 })]).dropped).toBe(0);
  });

  it("fills in lists a mutation left out and drops added nodes that are none", () => {
    const adds = [{ parentId: 2, nextId: null, node: { type: 3, id: 9, textContent: "x" } }, { parentId: 2, node: null }, 5];
    const [event] = accept([incremental({ source: 0, adds })]).events;
    expect(event?.data).toEqual({ source: 0, texts: [], attributes: [], removes: [], adds: [adds[0]] });
  });

  it("says when there is no snapshot, and when there is no list at all", () => {
    expect(accept([meta]).hasSnapshot).toBe(false);
    expect(accept({ events: [] })).toEqual({ events: [], dropped: 1, hasSnapshot: false });
    expect(accept(null).dropped).toBe(0);
  });

  it("reads a tree deeper than any call stack", () => {
    let deep: Record<string, unknown> = { type: 3, id: 200_000, textContent: "" };
    for (let id = 199_999; id > 1; id--) deep = { type: 2, id, tagName: "b", attributes: {}, childNodes: [deep] };
    const event = { type: 2, timestamp: 1, data: { node: { type: 0, id: 1, childNodes: [deep] } } };
    expect(accept([event]).hasSnapshot).toBe(true);
  });
});
