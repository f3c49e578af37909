import { describe, expect, it } from "vitest";

import { BUCKETS, gaps, IDLE_MS, measure } from "../src/activity";

const click = (timestamp: number) => ({ type: 3, timestamp, data: { source: 2, type: 2, id: 1 } });

describe("gaps", () => {
  it("finds stretches without activity, the end included", () => {
    expect(gaps([1_000, 2_000, 12_000], 30_000)).toEqual([
      { from: 2_000, to: 12_000 },
      { from: 12_000, to: 30_000 },
    ]);
  });

  it("leaves short pauses alone, and does not need the moments sorted", () => {
    expect(gaps([IDLE_MS - 1, 0, 2 * IDLE_MS - 2], 2 * IDLE_MS)).toEqual([]);
  });

  it("is one gap where nothing was done", () => expect(gaps([], 60_000)).toEqual([{ from: 0, to: 60_000 }]));
});

describe("measure", () => {
  it("puts each event into its bucket and scales to the busiest", () => {
    const { buckets } = measure([click(1_000), click(1_001), click(1_002), click(1_003), click(1_999)], 1_000, 2_000);
    expect(buckets).toHaveLength(BUCKETS);
    expect(buckets[0]).toBe(1);
    expect(buckets[BUCKETS - 1]).toBe(0.5); // a square root: one click shows beside four
    expect(buckets.filter((height) => height > 0)).toHaveLength(2);
  });

  it("does not take the page's own changes for the visitor's", () => {
    const mutation = { type: 3, timestamp: 5_000, data: { source: 0, adds: [], texts: [], removes: [], attributes: [] } };
    expect(measure([click(0), mutation], 0, 10_000).idle).toEqual([{ from: 0, to: 10_000 }]);
  });

  it("keeps events outside the session's time inside the strip", () => {
    const { buckets } = measure([click(-5), click(99)], 0, 10);
    expect(buckets[0]).toBeGreaterThan(0);
    expect(buckets[BUCKETS - 1]).toBeGreaterThan(0);
  });
});
