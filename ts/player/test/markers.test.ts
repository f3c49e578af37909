import { describe, expect, it } from "vitest";

import { clusters, type Mark } from "../src/markers";
import type { Tone } from "../src/types";

const mark = (x: number, tone: Tone): Mark => ({
  x,
  tone,
  signal: { ref: `s${x}`, kind: "k", t_ms: x, end_ms: x, refs: [], target: null, measured: {} },
});

describe("clusters", () => {
  it("keeps apart what stands apart", () => {
    expect(clusters([mark(0, "amber"), mark(22, "red")]).map(({ x }) => x)).toEqual([0, 22]);
  });

  it("joins what would overlap, under its most serious colour", () => {
    const [one, ...rest] = clusters([mark(10, "violet"), mark(0, "amber"), mark(14, "red")]);
    expect(rest).toEqual([]);
    expect(one?.x).toBe(0);
    expect(one?.tone).toBe("red");
    expect(one?.marks.map(({ tone }) => tone)).toEqual(["red", "amber", "violet"]);
  });

  it("does not chain: a cluster is no wider than a marker", () => {
    expect(clusters([0, 15, 30, 45].map((x) => mark(x, "red"))).map(({ marks }) => marks.length)).toEqual([2, 2]);
  });
});
