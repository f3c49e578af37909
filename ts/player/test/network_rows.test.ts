import { expect, test } from "vitest";
import { type Request, waterfall } from "../src/network_rows";

const asked = (t_ms: number, duration_ms: number): Request => ({ t_ms, duration_ms, url: "https://shop.example/" });

test("requests stand where they began, in the time of their own page", () => {
  const bars = waterfall([asked(1_000, 500), asked(1_500, 500), asked(10_000, 100)], [1_000, 9_900]);
  expect(bars).toEqual([
    { left: 0, width: 0.5 },
    { left: 0.5, width: 0.5 },
    { left: 0.5, width: 0.5 },
  ]);
});

test("a short one can still be seen, and none leaves the row", () => {
  for (const bar of waterfall([asked(0, 0), asked(5, 60_000), asked(60_005, 0), asked(-50, 10)], [0])) {
    expect(bar.width).toBeGreaterThan(0);
    expect(bar.left).toBeGreaterThanOrEqual(0);
    expect(bar.left + bar.width).toBeLessThanOrEqual(1.000001);
  }
});

test("requests of a recording that tells of no page share one time", () => {
  expect(waterfall([asked(100, 100), asked(200, 100)], [])).toEqual([
    { left: 0, width: 0.5 },
    { left: 0.5, width: 0.5 },
  ]);
});
