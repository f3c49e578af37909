// How recorder.js is built.
import { readFileSync } from "node:fs";
import { slimRrweb } from "./slim.mjs";

/** gzip -9; a page's owner pays this for every visitor. A test in tests/browser/recorder fails above it. */
export const BUDGET_BYTES = 30 * 1024;

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

export const recorderOptions = {
  target: "es2022",
  plugins: [slimRrweb],
  drop: ["console"], // what rrweb warns about is nothing a visitor's console should show
  define: { __VERSION__: JSON.stringify(version) },
};
