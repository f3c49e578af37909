/**
 * Plain: words that are on everybody's page ("Place order", "Pay $49.00", "3 of 12"), told from what may be somebody's.
 *
 * For captions, options and text that styles write: a code, a number of more than six digits, an address is not plain.
 */

import { MASK } from "./urls";

/** Letters with punctuation, or digits with punctuation; not both, and not a row of words with hyphens. */
const PLAIN_WORD = /^(?:(?!.*-.*-)[^\d@_]{1,24}|[^\p{L}@_]{1,12})$/u;

export function isPlain(text: string): boolean {
  return text.replace(/\D/g, "").length <= 6 && text.trim().split(/\s+/).every((word) => PLAIN_WORD.test(word) || !word);
}

const CONTENT = /(\bcontent\s*:)((?:"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[^;{}"'])*)/gi;
const STRING = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/g;
/** Characters of icon fonts and line breaks. */
const ESCAPE = /\\(?:[\da-f]{1,6}\s?|[^])/gi;

/** Mask what a style sheet writes onto the page, unless it is plain; `all` leaves signs and icons only. */
export function maskCss(css: string, all: boolean): string {
  if (!/content/i.test(css)) return css;
  const keep = (text: string): boolean => (all ? !/[\p{L}\d]/u.test(text) : isPlain(text));
  return css.replace(CONTENT, (_, name: string, value: string) =>
    name + value.replace(STRING, (string) => (keep(string.slice(1, -1).replace(ESCAPE, "")) ? string : `"${MASK}"`)),
  );
}
