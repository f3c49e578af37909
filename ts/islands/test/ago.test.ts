import { describe, expect, it } from "vitest";

import { ago } from "../src/ago";

const now = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;

describe("ago", () => {
  it.each([
    [0, "just now"],
    [59_000, "just now"],
    [-30_000, "just now"], // a clock a little ahead of ours
    [MINUTE, "1 min ago"],
    [59 * MINUTE, "59 min ago"],
    [60 * MINUTE, "1 h ago"],
    [24 * 60 * MINUTE, "yesterday"],
    [3 * 24 * 60 * MINUTE, "3 days ago"],
    [8 * 24 * 60 * MINUTE, "14 Nov"],
    [400 * 24 * 60 * MINUTE, "18 Oct 2025"],
  ])("%d ms before now is %s", (past, said) => expect(ago(now - past, now)).toBe(said));
});
