/** Rows: a list in step with the player; a click moves it, the row of the moment is marked, words filter. */

import { icon, make } from "../../islands/src/dom";
import type { Player } from "./player";

const MAX_SHOWN = 1_000;
const HANDS_OFF_MS = 4_000; // after the person scrolled the list it is theirs for a while

export interface Row {
  t: number; // ms from the session's start
  node: HTMLElement;
  text: string; // lower case, what the filter looks in
  kind: string; // what the buttons above the list choose by: one word, or several
}

export interface Choice {
  name: string;
  kinds: string[] | null; // null: all
}

export class Rows {
  private rows: Row[] = [];
  private current: Row | null = null;
  private kinds: string[] | null = null;
  private words: string[] = [];
  private theirsUntil = 0;
  private readonly list = make("ol", { class: "rows data-rows" });
  private readonly more = make("p", { class: "nothing muted", hidden: true });

  constructor(
    private readonly panel: HTMLElement,
    private readonly player: Player,
    private readonly noun: string,
    private readonly choices: Choice[],
  ) {
    for (const kind of ["wheel", "touchmove"]) {
      panel.addEventListener(kind, () => (this.theirsUntil = Date.now() + HANDS_OFF_MS), { passive: true });
    }
    this.list.addEventListener("click", (event) => this.click(event));
    player.subscribe((change) => change === "time" && this.follow());
  }

  fill(rows: Row[], nothing: string): void {
    this.rows = rows;
    if (!rows.length) {
      this.panel.replaceChildren(make("p", { class: "nothing muted" }, nothing));
      return;
    }
    this.panel.replaceChildren(this.tools(), this.list, this.more);
    this.show();
  }

  private tools(): HTMLElement {
    const find = `Find in ${this.noun}`;
    const input = make("input", { class: "input", type: "search", placeholder: find, "aria-label": find });
    input.addEventListener("input", () => {
      this.words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      this.show();
    });
    const buttons = this.choices.map((choice, at) => {
      const button = make("button", { type: "button", class: "button small quiet toggle", "aria-pressed": String(at === 0) }, choice.name);
      button.addEventListener("click", () => {
        this.kinds = choice.kinds;
        for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
        if (document.activeElement === button) button.blur();
        this.show();
      });
      return button;
    });
    return make("div", { class: "data-tools" }, make("div", { class: "finder" }, icon("search"), input), make("div", { class: "data-choices", role: "group", "aria-label": "Show" }, ...buttons));
  }

  private show(): void {
    const found = this.rows.filter(({ kind, text }) => (!this.kinds || kind.split(" ").some((one) => this.kinds?.includes(one))) && this.words.every((word) => text.includes(word)));
    this.list.replaceChildren(...found.slice(0, MAX_SHOWN).map(({ node }) => node));
    this.more.hidden = found.length > 0 && found.length <= MAX_SHOWN;
    this.more.textContent = found.length ? `and ${found.length - MAX_SHOWN} more: find by a word to see them` : "Nothing here matches.";
    this.follow();
  }

  private click(event: MouseEvent): void {
    const button = (event.target as Element).closest<HTMLElement>("button.row");
    const row = button && this.rows.find(({ node }) => node.contains(button));
    if (!row) return;
    if (event.detail) button.blur(); // space belongs to the player again
    const details = row.node.querySelector<HTMLElement>(".row-details");
    if (details) {
      details.hidden = !details.hidden;
      button.setAttribute("aria-expanded", String(!details.hidden));
    }
    this.player.moveTo(row.t);
  }

  private follow(): void {
    const row = lastAt(this.rows, this.player.t + 1);
    if (row === this.current) return;
    this.current?.node.removeAttribute("aria-current");
    this.current = row;
    row?.node.setAttribute("aria-current", "true");
    if (row && Date.now() > this.theirsUntil && row.node.isConnected && !this.panel.hidden) {
      const box = this.panel;
      const top = row.node.offsetTop - box.offsetTop;
      if (top < box.scrollTop + 90 || top > box.scrollTop + box.clientHeight - 60) box.scrollTop = top - box.clientHeight / 3;
    }
  }
}

function lastAt(rows: Row[], t: number): Row | null {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.t ?? 0) <= t) low = middle + 1;
    else high = middle;
  }
  return rows[low - 1] ?? null;
}
