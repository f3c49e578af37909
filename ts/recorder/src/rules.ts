/**
 * Rules: what the script tag and the server's settings of the site say about when and what to record.
 *
 *   sample   "0.1", "url:/checkout*=1", "trait:plan=team=1": the highest rate that applies; a session that was let in stays in
 *   start    "manual", "error", "30s", "event:NAME", "url:PATTERN": until one of them happens, what is recorded waits in
 *            memory, the last minute or two of it, and goes nowhere
 *   never    patterns of addresses where nothing is recorded
 *   block mask ignore   CSS selectors, beside the marks in the page
 *   respect  "gpc", "dnt": a visitor who asks so is not recorded
 *   canvas   pictures of canvases a second, "0.2" to "4"; nothing said is none
 *   bodies   patterns of addresses whose requests are kept with headers and bodies; redact: names of headers and members
 *            whose values are not
 *   frames   origins whose frames are recorded as part of the page, if their own tag names the page
 *
 * A pattern with "/" in front is compared with the path, another one with the whole address; "*" is anything.
 */

export interface Rules {
  sample: string[];
  start: string[];
  never: string[];
  block: string[];
  mask: string[];
  ignore: string[];
  respect: string[];
  canvas: string[];
  frames: string[];
  bodies: string[];
  redact: string[];
}

const LISTS = ["sample", "start", "never", "block", "mask", "ignore", "respect", "canvas", "frames", "bodies", "redact"] as const;
const SELECTORS = ["block", "mask", "ignore"];
/** How long a server that does not answer is left alone. */
const FIRST_WAIT_MS = 1_000;
const LAST_WAIT_MS = 60_000;

/** The rules of a script tag; lists are separated by commas. */
export function tagRules(data: Record<string, string | undefined>): Partial<Rules> {
  const rules: Partial<Rules> = {};
  for (const name of LISTS) {
    const said = data[name]?.trim();
    if (said) rules[name] = SELECTORS.includes(name) ? [said] : said.split(/\s*,\s*/);
  }
  return rules;
}

/** Both together: for what must not be seen both hold, for the rest the tag is nearer. */
export function merged(tag: Partial<Rules>, server: Partial<Rules>): Rules {
  const rules = {} as Rules;
  for (const name of LISTS) {
    const both = name === "never" || name === "redact" || SELECTORS.includes(name);
    const lists = both ? [tag[name], server[name]] : [tag[name] ?? server[name]];
    rules[name] = lists.flatMap((list) => (Array.isArray(list) ? list : [])).map(String);
  }
  return rules;
}

/**
 * What the server says, from the browser's cache where it has it. A server that cannot be asked is asked again: what it
 * wants masked must not be recorded for not knowing.
 */
export async function fetchRules(url: string, send: typeof fetch): Promise<Partial<Rules>> {
  for (let wait_ms = FIRST_WAIT_MS; ; wait_ms = Math.min(wait_ms * 2, LAST_WAIT_MS)) {
    for (const cache of ["default", "force-cache"] as const) {
      try {
        const answer = await send(url, { cache, credentials: "omit", priority: "low" });
        if (answer.ok) return ((await answer.json()) as Partial<Rules> | null) ?? {};
        if (answer.status < 500) return {}; // a server that knows no rules
      } catch {
        // no connection, or no JSON
      }
    }
    await new Promise((resolve) => setTimeout(resolve, wait_ms));
  }
}

export function matchesPattern(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}

/** Whether this document's address is meant. */
export const isHere = (pattern: string): boolean =>
  matchesPattern(pattern, pattern.startsWith("/") ? location.pathname : location.href);

/** The selectors a browser understands, as one. */
export function selectorOf(selectors: string[]): string {
  return selectors
    .filter((selector) => {
      try {
        return !document.createElement("p").matches(selector) || true;
      } catch {
        return false;
      }
    })
    .join();
}
