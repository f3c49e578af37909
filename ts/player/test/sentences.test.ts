import { describe, expect, it } from "vitest";

import { cut, effectText, isBad, pathOf, plainSentence, signalText, type Words } from "../src/sentences";
import type { Interaction, Signal, Target } from "../src/types";

const button: Target = { role: "button", name: "Apply coupon", selector: "#c", node_id: 4 };
const interaction = (over: Partial<Interaction>): Interaction => ({
  ref: "e1",
  t_ms: 0,
  kind: "click",
  page_url: "https://shop.example/cart?x=1",
  target: button,
  effects: [],
  reaction_ms: null,
  ...over,
});
const words: Words = { rage_click: { tag: "rage click", plural: "rage clicks", tone: "amber", plain: "Clicked again and again" } };
const signal = (over: Partial<Signal>): Signal => ({
  ref: "s1",
  kind: "rage_click",
  t_ms: 0,
  end_ms: 2_000,
  refs: [],
  target: button,
  measured: {},
  ...over,
});

describe("interactions in words", () => {
  it.each<[Partial<Interaction>, string]>([
    [{}, "Clicked “Apply coupon” button"],
    [{ count: 7 }, "Clicked “Apply coupon” button ×7"],
    [{ kind: "input", target: { ...button, role: "textbox", name: "Coupon" }, value: "HIGH10" }, "Typed into “Coupon” field: “HIGH10”"],
    [{ kind: "input", target: { ...button, role: "textbox", name: "Name" }, value: "****" }, "Typed into “Name” field: (masked)"],
    [{ kind: "keypress", value: "Enter", target: { ...button, role: "searchbox", name: "Search" } }, "Pressed Enter in “Search”"],
    [{ kind: "navigate", target: null }, "Opened /cart?x=1"],
    [{ kind: "click", target: { ...button, role: "generic", name: "" } }, "Clicked the page"],
    [{ kind: "visibility", target: null, value: "hidden" }, "Left the tab"],
    [{ detail: { touch: true } }, "Tapped “Apply coupon” button"],
    [{ detail: { disabled: true } }, "Pressed the disabled “Apply coupon” button"],
    [{ kind: "input", target: { ...button, role: "checkbox", name: "Urgent" }, value: "checked" }, "Ticked “Urgent” checkbox"],
    [{ kind: "input", target: { ...button, role: "textbox", name: "Name" }, value: "" }, "Cleared “Name” field"],
    [
      { kind: "input", target: { ...button, role: "combobox", name: "Size" }, value: "Large", detail: { choice: true } },
      "Chose in “Size” list: “Large”",
    ],
    [{ kind: "select", target: null, value: "a sentence" }, "Selected text “a sentence”"],
    [{ kind: "submit", target: { ...button, role: "form", name: "" } }, "Sent the form"],
    [{ kind: "media", target: { ...button, role: "video", name: "Film" }, value: "plays" }, "Played “Film” video"],
    [{ kind: "some_new_kind", target: null }, "Some new kind"],
  ])("%j", (over, said) => expect(plainSentence(interaction(over))).toBe(said));
});

describe("effects in words", () => {
  it("says what a request was answered", () => {
    const request = { kind: "request", t_ms: 0, method: "POST", path: "/api/orders", status: 402, duration_ms: 310 };
    expect(effectText(request)).toBe("POST /api/orders 402 in 310 ms");
    expect(isBad(request)).toBe(true);
    expect(isBad({ ...request, status: 200 })).toBe(false);
    expect(effectText({ kind: "request", t_ms: 0, method: "GET", url: "https://a.example/x?y", status: 0 })).toBe("GET /x?y failed");
  });

  it("says states and closed dialogs as they are", () => {
    expect(effectText({ kind: "state", t_ms: 0, text: "Menu expanded" })).toBe("Menu expanded");
    expect(effectText({ kind: "text_removed", t_ms: 0, text: 'dialog "New invoice" closed' })).toBe("dialog “New invoice” closed");
    expect(effectText({ kind: "text_removed", t_ms: 0, text: "Row 1" })).toBe("hid “Row 1”");
  });

  it("quotes what was shown", () => expect(effectText({ kind: "alert", t_ms: 0, text: "Card\n declined" })).toBe("message “Card declined”"));
});

describe("signals in words", () => {
  it("counts", () => expect(signalText(signal({ measured: { clicks: 5 } }), words)).toBe("Clicked 5 times in 2 s: “Apply coupon” button"));
  it("falls back to plain words", () => expect(signalText(signal({ target: null }), words)).toBe("Clicked again and again"));
  it("names a kind it does not know", () => expect(signalText(signal({ kind: "new_kind", target: null }), words)).toBe("New kind"));
  it("says what a request was answered", () => {
    const failed = signal({ kind: "network_error", target: null, measured: { status: 500, method: "GET", path: "/a" } });
    expect(signalText(failed, words)).toBe("GET /a was answered 500");
  });
});

describe("addresses", () => {
  it.each([
    ["https://shop.example/p/42?a=b#c", "/p/42?a=b#c"],
    ["https://shop.example", "/"],
    ["/plain", "/plain"],
    ["javascript:alert(1)", "javascript:alert(1)"],
  ])("%s is shown as %s", (url, path) => expect(pathOf(url)).toBe(path));

  it("cuts what is too long", () => expect(cut("x".repeat(100))).toHaveLength(60));
});
