/** Selector: a short CSS selector that will find the same element in other visits: names before places. */

const TEST_NAMES = ["data-testid", "data-test", "data-test-id", "data-cy", "data-qa"];
const MOST_STEPS = 4;
/** Made by a build or a framework, other tomorrow: hashes, counters, ids of React and Radix. */
const MADE = /\d{3}|[0-9a-f]{6,}|__|^[:«]|^(?:css|sc|jsx|svelte|ng|ember|radix|mui)-|-[A-Za-z0-9]*\d[A-Za-z0-9]*$/;

/** Return a selector that matches `element` in its document or shadow tree. */
export function selectorOf(element: Element): string {
  const root = element.getRootNode() as Document | ShadowRoot;
  let path = "";
  let at: Element | null = element;
  for (let step = 0; at && step < MOST_STEPS; step++, at = at.parentElement) {
    const named = nameOf(at);
    const own = named ?? placeOf(at);
    path = path ? `${own} > ${path}` : own;
    if (named && isGood(root, path, element)) return path;
    if (["html", "body"].includes(at.localName)) break;
  }
  return path;
}

/** What people or tests call the element; null where it has no such name. */
function nameOf(element: Element): string | null {
  for (const name of TEST_NAMES) {
    const value = element.getAttribute(name);
    if (value) return `[${name}="${CSS.escape(value)}"]`;
  }
  if (element.id && !MADE.test(element.id)) return `#${CSS.escape(element.id)}`;
  const field = element.getAttribute("name");
  if (field && /^(?:input|select|textarea|button|form)$/.test(element.localName) && !MADE.test(field)) return `${element.localName}[name="${CSS.escape(field)}"]`;
  const spoken = element.localName.includes("-") ? element.localName : null; // a custom element
  const classes = [...element.classList].filter((name) => !MADE.test(name) && /^[A-Za-z][\w-]{2,40}$/.test(name) && !/^rr(?:web)?-/.test(name));
  const longest = classes.sort((a, b) => b.length - a.length)[0];
  return longest ? `.${CSS.escape(longest)}` : spoken;
}

function placeOf(element: Element): string {
  const alike = [...(element.parentElement?.children ?? [])].filter(({ localName }) => localName === element.localName);
  const tag = CSS.escape(element.localName);
  return alike.length > 1 ? `${tag}:nth-of-type(${alike.indexOf(element) + 1})` : tag;
}

/** It finds the element, and not half of the page with it: a class that all rows of a list have is what is meant. */
function isGood(root: ParentNode, selector: string, element: Element): boolean {
  const found = matchesOf(root, selector);
  return found !== null && found.includes(element) && found.every((one) => one === element || !(one.contains(element) || element.contains(one)));
}

/** Everything a selector finds; null where it is none. */
export function matchesOf(root: ParentNode, selector: string): Element[] | null {
  try {
    return [...root.querySelectorAll(selector)];
  } catch {
    return null;
  }
}
