import { describe, expect, it } from "vitest";

import { withTwins } from "../src/hover";

describe("withTwins", () => {
  it.each([
    ["leaves a sheet without hover as it is", "a { color: red } /* b */", "a { color: red } /* b */"],
    ["adds a twin", "a:hover { color: red }", "a:hover, a.\\:hover { color: red }"],
    ["adds one for each selector that hovers", "a:hover, b, i:hover>u {x:y}", "a:hover, b, i:hover>u, a.\\:hover, i.\\:hover>u {x:y}"],
    ["works inside media queries", "@media (min-width: 3px) { b{} a:hover{c:d} }", "@media (min-width: 3px) { b{} a:hover, a.\\:hover{c:d} }"],
    ["keeps commas in brackets together", ":is(a, b):hover {c:d}", ":is(a, b):hover, :is(a, b).\\:hover {c:d}"],
    ["reads no rule in strings and comments", 'a{content:"}b:hover{"} /* c:hover{} */ d{}', 'a{content:"}b:hover{"} /* c:hover{} */ d{}'],
    ["takes the viewport for the device", "@media (max-device-width: 9px) {a{}}", "@media (max-width: 9px) {a{}}"],
    ["survives a sheet that is cut", "a:hover { color: 'x", "a:hover, a.\\:hover { color: 'x"],
    ["leaves @supports alone", "@supports selector(a:hover) { b{} }", "@supports selector(a:hover) { b{} }"],
  ])("%s", (_, css, expected) => expect(withTwins(css)).toBe(expected));
});
