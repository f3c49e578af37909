/**
 * Hover: rrweb shows where the visitor's pointer was by giving every `:hover` rule a twin, `.\:hover`. It parses all
 * style sheets for that, with a full parser and anew for each Replayer: of the 290 ms that a page with 200 KB of CSS took
 * to its first picture, half. Here a sheet is read once, by what matters, and kept from seek to seek.
 */

const MAX_KEPT_CHARACTERS = 8_000_000;
const PIECE = /\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?|[{};]/g;

let kept: Map<string, string> = new Map();
let size = 0;

/** What rrweb asks for a sheet (`build.mjs` has it ask here): the sheet with its twins, kept from seek to seek. */
export function twinsOf(css: string): string {
  let twins = kept.get(css);
  if (twins === undefined) {
    if (size > MAX_KEPT_CHARACTERS) {
      kept = new Map();
      size = 0;
    }
    kept.set(css, (twins = withTwins(css)));
    size += css.length;
  }
  return twins;
}

/** The sheet with a twin beside each selector that hovers, and the viewport in place of the device's screen. */
export function withTwins(css: string): string {
  const sized = /-device-(?:width|height)/.test(css) ? css.replace(/\b(min|max)-device-(width|height)\b/g, "$1-$2") : css;
  if (!sized.includes(":hover")) return sized;
  const out: string[] = [];
  let from = 0;
  let taken = 0;
  for (const match of sized.matchAll(PIECE)) {
    const mark = match[0];
    const at = match.index;
    if (mark === "{") {
      const prelude = sized.slice(from, at);
      if (prelude.includes(":hover") && !prelude.trimStart().startsWith("@")) {
        out.push(sized.slice(taken, from), doubled(prelude));
        taken = at;
      }
    }
    if (mark.length === 1 && "{};".includes(mark)) from = at + 1;
  }
  out.push(sized.slice(taken));
  return out.join("");
}

function doubled(prelude: string): string {
  const bare = prelude.replace(/\/\*[\s\S]*?\*\//g, "");
  const twins = selectorsOf(bare).filter((selector) => selector.includes(":hover")).map((selector) => selector.trim().replace(/:hover\b/g, ".\\:hover"));
  if (!twins.length) return prelude;
  const [, text = prelude, space = ""] = /^([\s\S]*?)(\s*)$/.exec(prelude) ?? [];
  return `${text}, ${twins.join(", ")}${space}`;
}

/** Split at commas that are not inside brackets. */
function selectorsOf(prelude: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < prelude.length; at++) {
    const mark = prelude[at];
    if (mark === "(" || mark === "[") depth++;
    else if (mark === ")" || mark === "]") depth--;
    else if (mark === "," && depth === 0) {
      parts.push(prelude.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, prelude.slice(from)];
}
