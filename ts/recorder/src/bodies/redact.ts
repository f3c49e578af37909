/**
 * Redact: what of headers and bodies leaves the browser. Members, parameters and headers with a secret's name, and
 * those the site names, are masked whole; in all other values what looks like an address, a card or a token is.
 */

import { SECRET_PART, SECRET_WORDS } from "../privacy/names";
import { MASK } from "../privacy/urls";

/** A name with one of them is a secret's or a person's: "user_email", "cardNumber", "x-csrf-token". */
const WORDS = new Set(SECRET_WORDS.split(" "));
const PERSONAL =
  /[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:\d[ -]?){12,18}\d\b|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b|\beyJ[\w-]+\.[\w-]+\.[\w-]*|\b(?:Bearer|Basic)\s+\S+|\b[A-Za-z0-9_-]{32,}\b/g;
const MOST_HEADERS = 60;
const MOST_HEADER = 300;
const MOST_BODY = 4_000;
const MOST_DEPTH = 20;
/** Above that a body is not looked into: parsing it would be felt in the page. */
export const MOST_READ = 64_000;

export class Redactor {
  private readonly names: Set<string>;

  constructor(redact: string[]) {
    this.names = new Set(redact.map((name) => name.toLowerCase()));
  }

  headers(pairs: Iterable<[string, string]>): Record<string, string> {
    const kept: Record<string, string> = {};
    let left = MOST_HEADERS;
    for (const [name, value] of pairs) if (left-- > 0) kept[name.toLowerCase()] = this.value(name, value).slice(0, MOST_HEADER);
    return kept;
  }

  /** A body as text: JSON and forms member by member, other text as it is but for what looks personal. */
  body(text: string): string {
    if (text.length > MOST_READ) return `(${text.length} characters)`;
    const redacted = this.json(text) ?? this.form(text) ?? mask(text);
    return redacted.length > MOST_BODY ? `${redacted.slice(0, MOST_BODY)}…` : redacted;
  }

  private json(text: string): string | undefined {
    if (!/^\s*[[{"]/.test(text)) return undefined;
    try {
      return JSON.stringify(this.walk("", JSON.parse(text), 0));
    } catch {
      return MASK; // begins as JSON and is none, or is nested without end: what its members are called is not known
    }
  }

  private form(text: string): string | undefined {
    if (!/^[\w.[\]%+-]+=[^\s]*$/.test(text)) return undefined;
    const fields = [...new URLSearchParams(text)].map(([name, value]) => `${name}=${this.value(name, value)}`);
    return fields.join("&");
  }

  private walk(name: string, value: unknown, depth: number): unknown {
    if (value === null || typeof value === "boolean") return value;
    if (this.isSecret(name)) return MASK;
    if (typeof value === "string") return mask(value);
    if (typeof value === "number") return String(value) === mask(String(value)) ? value : MASK;
    if (depth >= MOST_DEPTH) return MASK;
    if (Array.isArray(value)) return value.map((one) => this.walk(name, one, depth + 1));
    return Object.fromEntries(Object.entries(value as object).map(([key, one]) => [mask(key), this.walk(key, one, depth + 1)]));
  }

  private value(name: string, value: string): string {
    return this.isSecret(name) ? MASK : mask(value);
  }

  private isSecret(name: string): boolean {
    const words = name.replace(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase().split(/[^a-z\d]+/);
    return this.names.has(name.toLowerCase()) || words.some((word) => WORDS.has(word)) || SECRET_PART.test(words.join(""));
  }
}

const mask = (text: string): string => text.replace(PERSONAL, MASK);
