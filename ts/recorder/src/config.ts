/** Config: what the script tag says, read once; everything has a default but the site key. */

import { isId } from "./ids";
import { tagRules, type Rules } from "./rules";

export interface Config {
  /** Write key of the site. */
  site: string;
  /** Where `/ingest` lives: the folder recorder.js came from, or `data-server`. No trailing slash. */
  server: string;
  /** Address of the script itself, kept out of the recording. */
  script: string;
  /** `data-start="manual"`: nothing is recorded, stored or sent before `playhead.start()`. */
  manual: boolean;
  /** Mask every field's value (default); off, only passwords, payment and one-time-code fields are masked. */
  maskInputs: boolean;
  /** Mask all text and text-bearing attributes of the page. */
  maskText: boolean;
  /** Mask every value in a URL's query and hash, not only those that look private. */
  maskUrls: boolean;
  /** What the tag says about when and what to record; the server's rules come on top. */
  rules: Partial<Rules>;
  /** Origins of pages that may record this document when it is a frame of theirs; then nothing else records it. */
  within: string[];
  console: boolean;
  network: boolean;
}

const DEFAULT_ON = (value: string | undefined): boolean => !/^(false|off|no|0)$/i.test(value ?? "");
const DEFAULT_OFF = (value: string | undefined): boolean => value !== undefined && DEFAULT_ON(value);

/** Return the options of a script tag, or a sentence that says what is wrong with it. */
export function readConfig(data: Record<string, string | undefined>, src: string): Config | string {
  const site = data.site?.trim();
  if (!isId(site)) return `data-site must be the site's key, found ${JSON.stringify(data.site ?? null)}`;
  let server: string;
  try {
    server = data.server ? new URL(data.server, src || undefined).href : new URL(".", src).href;
  } catch {
    return `data-server is not a URL: ${JSON.stringify(data.server ?? null)}`;
  }
  return {
    site,
    server: server.replace(/[?#].*$/, "").replace(/\/+$/, ""),
    script: src,
    manual: /(?:^|,)\s*manual\s*(?:,|$)/.test(data.start ?? ""),
    rules: tagRules(data),
    within: data.within?.split(/[\s,]+/) ?? [],
    maskInputs: DEFAULT_ON(data.maskInputs),
    maskText: DEFAULT_OFF(data.maskText),
    maskUrls: DEFAULT_OFF(data.maskUrls),
    console: DEFAULT_ON(data.console),
    network: DEFAULT_ON(data.network),
  };
}

/** The tag this code runs from; inserted tags of module loaders have no `currentScript`. */
export function ownScript(): HTMLScriptElement | null {
  const current = document.currentScript;
  if (current instanceof HTMLScriptElement && current.dataset.site !== undefined) return current;
  return document.querySelector<HTMLScriptElement>("script[data-site]");
}
