// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { findBoxes, Meter } from "../src/light";

describe("Meter", () => {
  it("lets a recorder be that takes its share, for hours", () => {
    const meter = new Meter();
    for (let now = 0; now < 3_600_000; now += 100) expect(meter.spent(14, now)).toBe(0);
  });
  it("forgives one burst", () => {
    const meter = new Meter();
    expect(meter.spent(250, 0)).toBe(0);
    expect(meter.spent(1, 5_000)).toBe(0);
  });
  it("goes up level by level while more is spent, and down again", () => {
    const meter = new Meter();
    const levels = new Set<number>();
    let now = 0;
    for (; meter.level < 3; now += 100) levels.add(meter.spent(80, now));
    expect([...levels]).toEqual([0, 1, 2, 3]);
    const down = new Set<number>();
    for (; meter.level > 0; now += 100) down.add(meter.spent(1, now));
    expect([...down]).toEqual([2, 1, 0]);
  });
});

const MOST = 300;

describe("findBoxes", () => {
  const page = (html: string): Element => {
    document.body.innerHTML = html;
    return document.documentElement;
  };
  const rows = (count: number): string => "<tr><td></td></tr>".repeat(count);

  it("leaves a page of usual size alone", () => {
    const boxes = new Set<Element>();
    expect(findBoxes(page(`<main><table>${rows(100)}</table></main>`), boxes, MOST)).toBe(true);
    expect(boxes.size).toBe(0);
  });
  it("takes the smallest part that holds what is too much", () => {
    const boxes = new Set<Element>();
    const root = page(`<header></header><main><p></p><table><tbody>${rows(MOST)}</tbody></table></main>`);
    expect(findBoxes(root, boxes, MOST)).toBe(true);
    expect([...boxes].map((box) => box.tagName)).toEqual(["TBODY"]);
  });
  it("takes several, and forgets those of another page", () => {
    const boxes = new Set<Element>([document.body]);
    const list = `<ul>${"<li></li>".repeat(220)}</ul>`;
    expect(findBoxes(page(`<main><div>${list}</div><div>${list}</div><div>${list}</div></main>`), boxes, MOST)).toBe(true);
    expect([...boxes].map((box) => box.tagName)).toEqual(["UL", "UL"]);
  });
  it("says when no part can be spared", () => {
    expect(findBoxes(page("<i></i>".repeat(MOST + 1)), new Set(), MOST)).toBe(false);
  });
});
