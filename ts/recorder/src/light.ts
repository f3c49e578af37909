/**
 * Light: what recording may cost the page, and what is given up, one after the other, where it costs more.
 *
 * Meter     the time rrweb and we spend, minus a share of the time that passed, is a debt; its size is the level
 *           1 mouse moves are thinned · 2 changes are gathered for a second and recorded as one · 3 recording pauses
 * Boxes     a page of more than MOST_ELEMENTS is recorded with its largest parts as empty boxes
 * Additions of more than MOST_ADDED nodes at once are not written down one by one: a snapshot, with boxes, is cheaper
 */

export const MOST_ELEMENTS = 25_000;
const MOST_BOXES = 20;
const MOST_CHILDREN = 2_000;
/** The share of the main thread that recording may take for good. */
const SHARE = 0.15;
/** Debts that reach the levels, in ms. */
const LEVELS = [300, 900, 3_000];

export class Meter {
  private debt_ms = 0;
  private at_ms = 0;
  level = 0;

  /** Note what was spent until now; return the level. */
  spent(ms: number, now_ms: number): number {
    this.debt_ms = Math.max(0, this.debt_ms - (now_ms - this.at_ms) * SHARE) + ms;
    this.at_ms = now_ms;
    return (this.level = LEVELS.filter((limit) => this.debt_ms > limit).length);
  }

  clear(): void {
    this.debt_ms = this.level = 0;
  }
}

/** Elements in and under `element`, without those of boxes. */
function sizeOf(element: Element, boxes: Set<Element>): number {
  let size = element.getElementsByTagName("*").length + 1;
  for (const box of boxes) if (element.contains(box)) size -= sizeOf(box, new Set());
  return size;
}

/** Fill `boxes` with the parts that make a document too large; false if no part does, and it is too large all the same. */
export function findBoxes(root: Element, boxes: Set<Element>, mostElements = MOST_ELEMENTS): boolean {
  boxes.clear();
  let left = sizeOf(root, boxes) - mostElements;
  while (left > 0 && boxes.size < MOST_BOXES) {
    let box = root;
    for (let next: Element | null = root, most = 0; next; most = 0) {
      box = next;
      next = null;
      if (box.childElementCount > MOST_CHILDREN) break;
      for (const child of box.children) {
        const size = sizeOf(child, boxes);
        if (size > most) [next, most] = [child, size];
      }
      // go down while a few parts of this size would do
      if (most < Math.max(left / (MOST_BOXES - boxes.size), mostElements / 50)) break;
    }
    if (box === root || box.tagName === "BODY") return false;
    left -= sizeOf(box, boxes);
    boxes.add(box);
  }
  return left <= 0;
}
