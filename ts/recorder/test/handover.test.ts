// @vitest-environment jsdom
import { beforeEach, expect, it, vi } from "vitest";
import { handOver, takeOver } from "../src/delivery/handover";
import type { StoredBatch } from "../src/delivery/spool";

const row = (seq: number, size = 2): StoredBatch => ({
  page: "p",
  seq,
  url: "http://x.example/ingest",
  tab: "t",
  saved_ms: 1,
  body: "x".repeat(size),
});

beforeEach(() => sessionStorage.clear());

it("gives the next document what this one could not send, once", () => {
  handOver([row(0), row(1)]);
  expect(takeOver()).toEqual([row(0), row(1)]);
  expect(takeOver()).toEqual([]);
  expect(sessionStorage.length).toBe(0);
});

it("gives as much as there is room for, oldest first", () => {
  handOver([row(0, 1_000_000), row(1, 9_000_000)]); // jsdom's storage holds 5 MB
  expect(takeOver().map((it) => it.seq)).toEqual([0]);
});

it("has nothing to give where storage is broken or blocked", () => {
  sessionStorage.setItem("playhead.left", "{");
  expect(takeOver()).toEqual([]);
  const blocked = vi.spyOn(window, "sessionStorage", "get").mockImplementation(() => {
    throw new DOMException("no", "SecurityError");
  });
  expect(() => handOver([row(0)])).not.toThrow();
  expect(takeOver()).toEqual([]);
  blocked.mockRestore();
});
