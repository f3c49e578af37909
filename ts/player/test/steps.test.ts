import { describe, expect, it } from "vitest";

import { next, previous } from "../src/steps";

const moments = [5_000, 1_000, 1_000, 9_000];

describe("steps", () => {
  it("goes to the next moment, never to the one it stands on", () => {
    expect(next(moments, 0)).toBe(1_000);
    expect(next(moments, 1_000)).toBe(5_000);
    expect(next(moments, 9_000)).toBeNull();
  });

  it("goes back to the one before", () => {
    expect(previous(moments, 5_000, 0)).toBe(1_000);
    expect(previous(moments, 1_000, 0)).toBeNull();
  });

  it("gives a hand time while playing: just past a moment means the one before it", () => {
    expect(previous(moments, 5_400, 1)).toBe(1_000);
    expect(previous(moments, 6_000, 1)).toBe(5_000);
    expect(previous(moments, 6_000, 4)).toBe(1_000);
  });
});
