// @vitest-environment jsdom
import { describe as group, expect, it } from "vitest";
import { keyName } from "../src/capture/actions";
import { callers, stringify } from "../src/capture/console";
import { bounded, cut, stackWriter } from "../src/capture/context";
import { describe } from "../src/capture/errors";
import { Interactions, Shifts } from "../src/capture/vitals";
import { readConfig } from "../src/config";

group("keyName", () => {
  const press = (key: string, held: Partial<KeyboardEvent> = {}): string =>
    keyName({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

  it.each(["Enter", "Escape", "Tab", "ArrowUp", "Backspace", "Delete", "F5", "PageDown"])("names %s", (key) => {
    expect(press(key)).toBe(key);
  });
  it.each(["a", "ä", "1", " ", "@", "Dead", "Process", "Unidentified", "Shift", "", "密"])("never says %j", (key) => {
    expect(press(key)).toBe("");
  });
  it("knows shortcuts, but not AltGr", () => {
    expect(press("c", { ctrlKey: true })).toBe("Ctrl+C");
    expect(press("z", { metaKey: true, shiftKey: true })).toBe("Meta+Shift+Z");
    expect(press("@", { ctrlKey: true, altKey: true })).toBe("");
    expect(press("Tab", { shiftKey: true })).toBe("Shift+Tab");
  });
});

group("stringify", () => {
  it.each([
    ["text", '"text"'],
    [7, "7"],
    [null, "null"],
    [undefined, '"undefined"'],
    [Symbol("s"), '"[symbol]"'],
    [() => 1, '"[function]"'],
    [{ a: [1, { b: { c: { d: 1 } } }] }, '{"a":[1,{"b":{"c":"[object]"}}]}'],
  ])("%j", (value, json) => expect(stringify(value)).toBe(json));

  it("writes what JSON cannot", () => expect(stringify([12n, NaN])).toBe('["12n",null]'));

  it("is bounded", () => {
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, "x".repeat(100)]));
    expect(stringify(wide).length).toBeLessThan(4_100);
    expect(stringify("x".repeat(1e6)).length).toBeLessThan(2_100);
  });

  it("does not say what stands in a field", () => {
    document.body.innerHTML = '<input value="secret">';
    expect(stringify(document.querySelector("input"))).toBe('"<input>"');
  });

  it("survives traps", () => {
    const proxy = new Proxy({}, { ownKeys: () => { throw new Error("no"); } });
    expect(stringify(proxy)).toBe('"?"');
  });
});

it("callers leaves our own frames out", () => {
  const stack = "Error\n    at x (https://p.example/recorder.js:1:2)\n    at pay (https://shop.example/a.js:3:4)";
  expect(callers(stack, "https://p.example/recorder.js")).toEqual(["pay (https://shop.example/a.js:3:4)"]);
  expect(callers(undefined, "")).toEqual([]);
});

it("stacks lose the private parts of their addresses, not the places", () => {
  const write = stackWriter((url) => url.replace("secret", "*****"));
  expect(write("at f (https://x.example/a?t=secret:10:20)\nat https://x.example/secret:1:2")).toBe(
    "at f (https://x.example/a?t=*****:10:20)\nat https://x.example/*****:1:2",
  );
});

group("describe", () => {
  it("reads whatever was thrown", () => {
    expect(describe(new RangeError("far"), "")).toMatchObject({ name: "RangeError", message: "far" });
    expect(describe("text", "Uncaught text")).toEqual({ name: "", message: "text", stack: "" });
    expect(describe(undefined, "Script error.")).toMatchObject({ message: "Script error." });
    expect(describe(null, "ResizeObserver loop completed")).toMatchObject({ message: "ResizeObserver loop completed" });
    expect(describe({ code: 7 }, "")).toMatchObject({ message: '{"code":7}' });
    const trap = { get message() { throw new Error("no"); } };
    expect(describe(trap, "fallback").message).toBe("fallback");
  });
});

group("context", () => {
  it("bounds what a page hands over", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(bounded(circle, 100)).toBeNull();
    expect(bounded({ a: new Date(0), f: () => 1 }, 100)).toEqual({ a: "1970-01-01T00:00:00.000Z" });
    expect(bounded("x".repeat(200), 100)).toEqual({ truncated: 202 });
    expect(bounded(undefined, 100)).toBeNull();
    expect(cut("abc", 2)).toBe("ab…");
  });
});

group("vitals", () => {
  it("CLS is the worst window, not the sum", () => {
    const shifts = new Shifts();
    shifts.add(100, 0.1);
    shifts.add(600, 0.1);
    shifts.add(3_000, 0.15); // more than a second later: a window of its own
    expect(shifts.worst).toBeCloseTo(0.2);
    for (let at = 10_000; at < 20_000; at += 500) shifts.add(at, 0.01); // a window ends after five seconds
    expect(shifts.worst).toBeCloseTo(0.2);
  });

  it("INP forgives one interaction in fifty", () => {
    const few = new Interactions();
    for (const [id, duration] of [[1, 80], [2, 400], [2, 90]] as const) few.add(id, duration);
    expect(few.value()).toBe(400);
    const many = new Interactions();
    for (let id = 1; id <= 60; id++) many.add(id, id === 7 ? 900 : 100);
    expect(many.value()).toBe(100);
    expect(new Interactions().value()).toBeUndefined();
  });
});

group("readConfig", () => {
  it("takes the server from the script's address", () => {
    expect(readConfig({ site: "k" }, "https://h.example/recorder.js")).toMatchObject({
      site: "k",
      server: "https://h.example",
      manual: false,
      maskInputs: true,
      maskText: false,
    });
    expect(readConfig({ site: "k" }, "https://h.example/p/recorder.js?v=2")).toMatchObject({ server: "https://h.example/p" });
    expect(readConfig({ site: "k", server: "/proxy/" }, "https://h.example/r.js")).toMatchObject({
      server: "https://h.example/proxy",
    });
  });
  it("reads switches", () => {
    const data = { site: "k", start: "manual", maskInputs: "false", maskText: "", console: "off" };
    expect(readConfig(data, "https://h.example/r.js")).toMatchObject({
      manual: true,
      maskInputs: false,
      maskText: true,
      console: false,
      network: true,
    });
  });
  it.each([[{}], [{ site: "" }], [{ site: "a b" }], [{ site: "k", server: "http://[" }]])("says what is wrong with %j", (data) => {
    expect(readConfig(data, "https://h.example/r.js")).toMatch(/^data-(site|server) /);
  });
});
