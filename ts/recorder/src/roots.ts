/**
 * Roots: where rrweb looks, for the scripts that look there too: the document, the documents of frames of its own
 * origin, and the open shadow trees in all of them.
 */

export type Root = Document | ShadowRoot;

export function rootsOf(top: Document): Root[] {
  const found: Root[] = [top];
  for (const root of found) {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) found.push(element.shadowRoot);
      const inner = documentIn(element);
      if (inner) found.push(inner);
    }
  }
  return found;
}

/** The document of a frame of this origin. */
function documentIn(element: Element): Document | null {
  try {
    return /^I?FRAME$/i.test(element.tagName) ? (element as HTMLIFrameElement).contentDocument : null;
  } catch {
    return null;
  }
}

/** All of a kind under these roots. */
export const elementsIn = <E extends Element>(roots: Root[], selector: string): E[] =>
  roots.flatMap((root) => [...root.querySelectorAll<E>(selector)]);

/** Whether `isHidden` says so of the element, or of what its shadow tree or its frame lies in. */
export function isHiddenIn(element: Element, isHidden: (element: Element) => boolean): boolean {
  for (let one: Element | null | undefined = element; one; ) {
    if (isHidden(one)) return true;
    const root: Node = one.getRootNode();
    one = (root as Partial<ShadowRoot>).host ?? (root as Document).defaultView?.frameElement;
  }
  return false;
}
