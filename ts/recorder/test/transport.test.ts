import { describe, expect, it, vi } from "vitest";
import { backoff_ms, classify, gzip, parseRetryAfter, post } from "../src/delivery/transport";

describe("classify", () => {
  it.each([
    [200, "ok"],
    [204, "ok"],
    [400, "drop"],
    [404, "drop"],
    [409, "drop"],
    [413, "drop"],
    [401, "refused"],
    [403, "refused"],
    [408, "retry"],
    [425, "retry"],
    [429, "retry"],
    [500, "retry"],
    [503, "retry"],
    [0, "retry"],
    [302, "retry"],
  ])("%i → %s", (status, kind) => expect(classify(status, null, 0).kind).toBe(kind));

  it("passes on what the server asked for", () => {
    expect(classify(503, "7", 0)).toEqual({ kind: "retry", after_ms: 7_000 });
  });
});

describe("parseRetryAfter", () => {
  const now_ms = Date.parse("2026-11-22T12:00:00Z");
  it.each([
    [null, 0],
    ["", 0],
    ["5", 5_000],
    [" 5 ", 5_000],
    ["-5", 0],
    ["soon", 0],
    ["Sun, 22 Nov 2026 12:00:30 GMT", 30_000],
    ["Sun, 22 Nov 2020 12:00:30 GMT", 0],
    ["999999999999", 3_600_000],
  ])("%j → %i ms", (value, wait_ms) => expect(parseRetryAfter(value, now_ms)).toBe(wait_ms));
});

it("backs off from a second to a minute, with jitter", () => {
  expect([0, 1, 2, 3, 9, 99].map((attempt) => backoff_ms(attempt, 1))).toEqual([1e3, 2e3, 4e3, 8e3, 6e4, 6e4]);
  expect(backoff_ms(3, 0)).toBe(4_000);
});

describe("post", () => {
  it("takes a failed connection for later", async () => {
    const send = vi.fn().mockRejectedValue(new TypeError("Failed to fetch"));
    expect(await post(send, "/ingest", "[]", false)).toEqual({ kind: "retry", after_ms: 0 });
  });

  it("takes a fetch that throws at once for later", async () => {
    const send = (() => {
      throw new Error("replaced by the page");
    }) as unknown as typeof fetch;
    expect((await post(send, "/ingest", "[]", false)).kind).toBe("retry");
  });

  it("follows no redirect and asks for no preflight", async () => {
    const send = vi.fn().mockResolvedValue(new Response("{}"));
    await post(send, "/ingest", "[]", true);
    expect(send.mock.calls[0]?.[1]).toMatchObject({
      method: "POST",
      redirect: "error",
      keepalive: true,
      headers: { "Content-Type": "text/plain" },
    });
  });
});

it("gzips", async () => {
  const text = JSON.stringify(Array.from({ length: 5_000 }, (_, i) => `Zeile ${i} ä`));
  const packed = await gzip(text);
  expect(packed).not.toBeNull();
  const unpacked = new Blob([packed ?? ""]).stream().pipeThrough(new DecompressionStream("gzip"));
  expect(await new Response(unpacked).text()).toBe(text);
});
