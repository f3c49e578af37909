/** The sessions list: filter as you type, move with j and k, open with Enter, kept fresh while sessions are live. */

import { isTyping } from "./dom";

const TYPING_MS = 250;
const FRESH_MS = 5_000;

export function sessionList(): void {
  const results = document.querySelector<HTMLElement>("#results");
  const form = document.querySelector<HTMLFormElement>("form.filters");
  const input = document.querySelector<HTMLInputElement>("#filter");
  if (!results || !form || !input) return;
  const list = new List(results);
  let timer = 0;
  const refilter = (): void => {
    const query = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
    if (!query.get("q")) query.delete("q");
    void list.load(`/sessions${query.size ? `?${query}` : ""}`);
  };
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(refilter, TYPING_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    window.clearTimeout(timer);
    refilter();
  });
  document.addEventListener("keydown", (event) => key(event, list, input));
  window.setInterval(() => {
    if (!document.hidden && !isTyping(document.activeElement)) void list.refresh();
  }, FRESH_MS);
}

class List {
  private asked = 0;
  private shown: string;

  constructor(private readonly results: HTMLElement) {
    this.shown = contentOf(results);
  }

  /** Show the list at `url` and put it into the address bar. */
  async load(url: string): Promise<void> {
    const mine = ++this.asked;
    const page = await this.fetch(url);
    if (!page || mine !== this.asked) return; // something newer was asked for meanwhile
    history.replaceState(null, "", url);
    this.put(page);
  }

  /** The same list again, if it has changed; the selected row stays selected. */
  async refresh(): Promise<void> {
    const mine = this.asked;
    const page = await this.fetch(location.pathname + location.search);
    if (page && mine === this.asked) this.put(page);
  }

  move(by: number): void {
    const rows = this.rows;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[Math.min(rows.length - 1, Math.max(0, here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by))];
    next?.querySelector<HTMLElement>(".row-link")?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  private get rows(): HTMLElement[] {
    return [...this.results.querySelectorAll<HTMLElement>("[data-row]")];
  }

  private async fetch(url: string): Promise<Document | null> {
    try {
      const response = await fetch(url, { headers: { accept: "text/html" } });
      if (!response.ok) return null;
      return new DOMParser().parseFromString(await response.text(), "text/html");
    } catch {
      return null; // the server may be restarting: the list that is shown stays
    }
  }

  private put(page: Document): void {
    const fresh = page.querySelector("#results");
    if (!fresh || contentOf(fresh) === this.shown) return;
    this.shown = contentOf(fresh);
    const selected = this.rows.find((row) => row.contains(document.activeElement))?.dataset["row"];
    this.results.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
    const again = selected && this.rows.find((row) => row.dataset["row"] === selected);
    if (again) again.querySelector<HTMLElement>(".row-link")?.focus({ preventScroll: true });
    this.adopt("#total", page);
    this.adopt(".views", page);
    document.dispatchEvent(new Event("playhead:changed"));
  }

  private adopt(selector: string, page: Document): void {
    const here = document.querySelector(selector);
    const there = page.querySelector(selector);
    if (here && there) here.replaceWith(document.importNode(there, true));
  }
}

/** What a list says, besides how long ago: that is kept up to date without replacing rows. */
const contentOf = (results: Element): string => results.innerHTML.replace(/<time[^>]*>[^<]*<\/time>/g, "");

function key(event: KeyboardEvent, list: List, input: HTMLInputElement): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") input.blur();
    if (event.key === "ArrowDown" && event.target === input) list.move(1);
    return;
  }
  if (event.key === "/") {
    event.preventDefault();
    input.focus();
    input.select();
  } else if (event.key === "j" || event.key === "ArrowDown") {
    event.preventDefault();
    list.move(1);
  } else if (event.key === "k" || event.key === "ArrowUp") {
    event.preventDefault();
    list.move(-1);
  }
}
