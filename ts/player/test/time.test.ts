import { describe, expect, it } from "vitest";

import { clock, momentOf, preciseClock, span } from "../src/time";

describe("clock", () => {
  it("says minutes and seconds, and hours from the first on", () => {
    expect(clock(0)).toBe("00:00");
    expect(clock(83_499)).toBe("01:23");
    expect(clock(3_600_000)).toBe("1:00:00");
    expect(clock(3_783_000)).toBe("1:03:03");
  });

  it("never goes below the start", () => expect(clock(-5)).toBe("00:00"));

  it("cuts tenths, it does not round them up into the next second", () => {
    expect(preciseClock(59_990)).toBe("00:59.9");
    expect(preciseClock(192_400)).toBe("03:12.4");
  });
});

describe("span", () => {
  it.each([
    [310, "310 ms"],
    [1_000, "1 s"],
    [48_200, "48 s"],
    [59_700, "59 s"],
    [240_000, "4 min"],
    [3_600_000, "1 h"],
    [3_840_000, "1 h 4 min"],
  ])("%d ms is %s", (ms, said) => expect(span(ms)).toBe(said));
});

describe("momentOf", () => {
  const start = 1_763_800_000_000;

  it("reads an offset from the start", () => expect(momentOf("?t_ms=12500", start)).toBe(12_500));
  it("reads ms since the epoch", () => expect(momentOf(`?t_ms=${start + 4_000}`, start)).toBe(4_000));
  it.each(["", "?t_ms=", "?t_ms=soon", "?t_ms=1e999"])("ignores %j", (search) => expect(momentOf(search, start)).toBeNull());
});
