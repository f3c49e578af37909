import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Batcher, LARGEST_EVENT, type SealedBatch } from "../src/delivery/batcher";

const owner = { session: "s", visitor: "v", page: "p" };
let sealed: SealedBatch[];
let busy: boolean;
let batcher: Batcher;

beforeEach(() => {
  vi.useFakeTimers();
  sealed = [];
  busy = false;
  batcher = new Batcher(owner, (batch) => sealed.push(batch), () => busy);
});
afterEach(() => void vi.useRealTimers());

const push = (timestamp: number, size = 10): boolean => batcher.push(`"${"x".repeat(size - 2)}"`, timestamp);

it("sends the first batch soon, the next ones a second after their first event", () => {
  push(5);
  vi.advanceTimersByTime(150);
  expect(sealed).toEqual([{ ...owner, seq: 0, n: 1, first_ms: 5, last_ms: 5, end: false, text: '["xxxxxxxx"]' }]);
  vi.advanceTimersByTime(10_000);
  push(6);
  vi.advanceTimersByTime(999);
  expect(sealed).toHaveLength(1);
  push(9);
  vi.advanceTimersByTime(1);
  expect(sealed[1]).toMatchObject({ seq: 1, n: 2, first_ms: 6, last_ms: 9 });
  expect(JSON.parse(sealed[1]?.text ?? "")).toHaveLength(2);
});

it("seals at 64 KB, or at 1 MB while a request is on its way", () => {
  push(1, 64 * 1024);
  expect(sealed).toHaveLength(1);
  busy = true;
  push(2, 64 * 1024);
  expect(sealed).toHaveLength(1);
  push(3, 1024 * 1024);
  expect(sealed.map((batch) => batch.n)).toEqual([1, 2]);
});

it("takes no event that no server takes, and no two into one batch that are too large together", () => {
  expect(push(1, LARGEST_EVENT + 1)).toBe(false);
  busy = true;
  expect(push(1, 500_000)).toBe(true);
  expect(push(2, LARGEST_EVENT)).toBe(true);
  expect(sealed.map((batch) => batch.n)).toEqual([1, 1]);
});

it("says goodbye even with nothing else to say", () => {
  batcher.seal();
  expect(sealed).toHaveLength(0);
  batcher.seal(true);
  expect(sealed[0]).toMatchObject({ seq: 0, n: 0, end: true, text: "[]" });
});

it("leaves no timer behind", () => {
  push(1);
  batcher.seal();
  vi.advanceTimersByTime(60_000);
  expect(sealed).toHaveLength(1);
});
