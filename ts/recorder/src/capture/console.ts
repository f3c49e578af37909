/**
 * Console → `rrweb/console@1`, as rrweb's plugin writes it: `{level, trace: string[], payload: string[]}`.
 *
 * Written anew because the plugin parses a stack for every call (also of `console.log`), writes elements with their
 * whole HTML (fields included), listens to errors a second time, and weighs 2.8 KB gzip of a budget of 30.
 */

import { quietly, wrap, type Stop } from "../guard";
import { cut, type Context } from "./context";

const LEVELS = ["error", "warn", "info", "log", "debug", "assert"] as const;
const MOST_LINES = 1_000;
const ARGUMENT = 2_000;
const DEPTH = 4;
const KEYS = 50;

/** `script`: our own address, whose frames are no callers. */
export function captureConsole(context: Context, script: string): Stop {
  let left = MOST_LINES;
  let inside = false; // what is logged while we write a log line down is ours
  const write = (level: string, args: unknown[]): void => {
    if (inside || left <= 0) return;
    inside = true;
    try {
      const last = --left === 0;
      const trace = level === "error" || level === "warn" || level === "assert" ? callers(new Error().stack, script).map(context.stack) : [];
      const payload = last ? ['"The limit of recorded console lines of this page is reached"'] : args.map(stringify);
      context.plugin("rrweb/console@1", { level: last ? "warn" : level, trace: last ? [] : trace, payload });
    } finally {
      inside = false;
    }
  };
  const stops = LEVELS.map((level) =>
    wrap(
      window.console,
      level,
      (original, live) =>
        function (this: Console, ...args: unknown[]): void {
          (original as (...args: unknown[]) => void).apply(this, args);
          if (!live() || (level === "assert" && args[0])) return;
          quietly(() => write(level, level === "assert" ? args.slice(1) : args));
        },
    ),
  );
  return () => stops.forEach((stop) => stop());
}

/** The callers' lines of a stack, nearest first. */
export function callers(stack: string | undefined, script: string): string[] {
  return (stack ?? "")
    .split("\n")
    .map((line) => line.trim().replace(/^at /, ""))
    .filter((line) => /:\d+:\d+\)?$/.test(line) && !(script && line.includes(script)))
    .slice(0, 10)
    .map((line) => cut(line, 300));
}

/** One argument as bounded JSON; circles, getters that throw and elements are said, not followed. */
export function stringify(value: unknown): string {
  const json = quietly(() => JSON.stringify(plain(value, DEPTH, []))) ?? '"?"';
  return json.length > ARGUMENT ? JSON.stringify(cut(typeof value === "string" ? value : json, ARGUMENT)) : json;
}

function plain(value: unknown, depth: number, above: object[]): unknown {
  if (typeof value === "string") return cut(value, ARGUMENT);
  if (typeof value === "bigint") return `${value}n`;
  if (value === undefined) return "undefined";
  if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return cut(value.stack || `${value.name}: ${value.message}`, ARGUMENT);
  if (typeof Node === "function" && value instanceof Node) return `<${value.nodeName.toLowerCase()}>`;
  if (typeof Event === "function" && value instanceof Event) return `[event ${value.type}]`;
  if (above.includes(value)) return "[circular]";
  if (depth === 0) return Array.isArray(value) ? "[array]" : "[object]";
  const path = [...above, value];
  const read = (key: string): unknown => {
    try {
      return plain((value as Record<string, unknown>)[key], depth - 1, path);
    } catch {
      return "[getter failed]";
    }
  };
  if (Array.isArray(value)) return value.slice(0, KEYS).map((_, index) => read(String(index)));
  return Object.fromEntries(Object.keys(value).slice(0, KEYS).map((key) => [key, read(key)]));
}
