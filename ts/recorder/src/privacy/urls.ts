/**
 * URLs without what is private in them: paths and parameter names stay, values that may identify somebody do not.
 *
 * Kept    plain words and short numbers (`?q=garden+hose&page=2`), unless the parameter's name says they are private
 * Masked  everything else: e-mail addresses, tokens, long numbers, ids, codes; user and password of the address
 */

import { PRIVATE_PARAMETER } from "./names";

export const MASK = "*****";

const PLAIN_VALUE = /^(?:[a-z][a-z ._+-]{0,39}|-?\d{1,5})?$/i;
// bounded and without look-ahead, so that no address makes these slow
const MAIL = /[^\s/@:]{1,64}(?:@|%40)[^\s/@.]{1,64}\.[^\s/@]/i;
const JWT = /eyJ[\w-]{8}/;
const LONG_RUN = /\w{32,}/g;
/** Longer addresses are cut: nobody reads them, and a replay goes nowhere. */
const LONGEST = 2_000;

/** JWTs, API keys, reset links: 32 or more letters and digits in one go; UUIDs and words with hyphens pass. */
function isToken(text: string): boolean {
  return JWT.test(text) || (text.match(LONG_RUN) ?? []).some((run) => /\d/.test(run) && /[a-z]/i.test(run));
}

const isPrivate = (text: string): boolean => MAIL.test(text) || isToken(text);

function maskValue(name: string, value: string, all: boolean): string {
  if (value === "") return value;
  let plain = value;
  try {
    plain = decodeURIComponent(value.replace(/\+/g, " "));
  } catch {
    // a broken escape is not plain
  }
  return all || PRIVATE_PARAMETER.test(name) || !PLAIN_VALUE.test(plain) ? MASK : value;
}

/** Mask the values of `a=1&b=2`; a string without `=` is one value without a name. */
function maskQuery(query: string, all: boolean): string {
  return query
    .split("&")
    .map((pair) => {
      const at = pair.indexOf("=");
      if (at < 0) return maskValue("", pair, all);
      return `${pair.slice(0, at)}=${maskValue(pair.slice(0, at), pair.slice(at + 1), all)}`;
    })
    .join("&");
}

/** A hash may be an anchor, a route with a query of its own, or the answer of a sign-in (`#access_token=…`). */
function maskHash(hash: string, all: boolean): string {
  const at = hash.indexOf("?");
  if (at >= 0) return `${maskPath(hash.slice(0, at))}?${maskQuery(hash.slice(at + 1), all)}`;
  if (hash.includes("=")) return maskQuery(hash, all);
  return /^[!/]/.test(hash) ? maskPath(hash) : isPrivate(hash) ? MASK : hash;
}

function maskPath(path: string): string {
  if (!isPrivate(path)) return path;
  return path
    .split("/")
    .map((part) => (isPrivate(part) ? MASK : part))
    .join("/");
}

/** Return `url` with its private parts masked; relative addresses, `mailto:` and broken ones too. */
export function maskUrl(url: string, all = false): string {
  if (url.length > LONGEST) return maskUrl(url.slice(0, LONGEST), all);
  if (/^(?:data|blob|about|javascript):/i.test(url)) return url.slice(0, 200);
  if (/^(?:mailto|tel|sms):/i.test(url)) return url.slice(0, url.indexOf(":") + 1) + MASK;
  const parts = /^((?:[a-z][\w+.-]*:)?\/\/)?((?:[^/?#@]*)@)?([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(url);
  if (!parts) return MASK;
  const [, scheme = "", , host = "", path = "", query, hash] = parts;
  const start = scheme + (scheme ? host : maskPath(host)) + maskPath(path);
  return (
    start +
    (query === undefined ? "" : `?${maskQuery(query, all)}`) +
    (hash === undefined ? "" : `#${maskHash(hash, all)}`)
  );
}
