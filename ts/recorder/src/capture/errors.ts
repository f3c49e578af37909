/** Uncaught exceptions and unhandled rejections → `playhead.error`. */

import { listen, quietly, type Stop } from "../guard";
import { cut, type Context } from "./context";

/** A page that throws in a loop is told about once a hundred times, not a hundred thousand times. */
const MOST_ERRORS = 100;
const MESSAGE = 1_000;
const STACK = 4_000;

export function captureErrors(context: Context): Stop {
  let left = MOST_ERRORS;
  const report = (payload: Record<string, unknown>): void => {
    if (left-- > 0) context.custom("playhead.error", payload);
  };
  const told = (thrown: unknown, message: string): Record<string, string> => {
    const what = describe(thrown, message);
    return { ...what, stack: context.stack(what.stack) };
  };
  const stops = [
    listen<ErrorEvent>(window, "error", (event) => {
      // resources that fail to load arrive here as plain events; they are network entries
      if (!(event instanceof ErrorEvent)) return;
      report({
        kind: "exception",
        ...told(event.error, event.message),
        source: event.filename ? context.url(event.filename) : "",
        line: event.lineno || null,
        column: event.colno || null,
      });
    }),
    listen<PromiseRejectionEvent>(window, "unhandledrejection", (event) => {
      report({ kind: "unhandledrejection", ...told(event.reason, ""), source: "", line: null, column: null });
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

/** Name, message and stack of whatever was thrown: errors, strings, objects with traps for getters. */
export function describe(thrown: unknown, message: string): { name: string; message: string; stack: string } {
  const read = (key: string): unknown => quietly(() => (thrown as Record<string, unknown> | null)?.[key]);
  const isObject = typeof thrown === "object" && thrown !== null;
  const plain = isObject || thrown === null || thrown === undefined ? "" : (quietly(() => String(thrown)) ?? "");
  const own = isObject ? read("message") : plain;
  return {
    name: cut(isObject ? (read("name") ?? "") : "", 200),
    message: cut(typeof own === "string" && own !== "" && own !== "undefined" ? own : message || asJson(thrown), MESSAGE),
    stack: cut(isObject ? read("stack") : "", STACK),
  };
}

const asJson = (value: unknown): string => quietly(() => JSON.stringify(value)) ?? "";
