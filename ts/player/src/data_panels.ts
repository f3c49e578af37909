/** Console, network and page: fetched when one of them is first looked at, then in step with the player. */

import { make } from "../../islands/src/dom";
import { fetchJson } from "../../islands/src/http";
import { assetSection } from "./asset_facts";
import { CHOICES, type Request, requestRows } from "./network_rows";
import type { Player } from "./player";
import { type Choice, type Row, Rows } from "./rows";
import { clock, preciseClock, span } from "./time";

interface Line {
  t_ms: number;
  level: string;
  parts: string[];
  stack: string[];
}

interface PageFacts {
  t_ms: number;
  url: string;
  facts: Record<string, string>;
}

interface Panels {
  console: Line[];
  requests: Request[];
  vitals: { t_ms: number; name: string; value: number }[];
  pages: PageFacts[];
  events: { t_ms: number; name: string; props: Record<string, string> }[];
  user: Record<string, string>;
  left_out: number;
}

const FOLDED_FROM = 400; // characters of an object
const NAMES = ["console", "network", "page"] as const;
// good and poor, as web.dev publishes them
const LIMITS: Record<string, [number, number]> = { LCP: [2_500, 4_000], FCP: [1_800, 3_000], INP: [200, 500], CLS: [0.1, 0.25], TTFB: [800, 1_800] };
const FACT_NAMES: Record<string, string> = { user_agent: "Browser says", color_scheme: "Colours", referrer: "Came from", navigation: "Opened by", status: "Answered", title: "Title", viewport: "Viewport", screen: "Screen", language: "Language", boxes: "Parts left out as too large", timezone: "Time zone" };

export class DataPanels {
  private data: Panels | null = null;
  private asked = false;
  private shownPage: PageFacts | null = null;
  private assets: HTMLElement | null = null;
  private readonly rows = new Map<string, Rows>();

  constructor(
    private readonly root: HTMLElement,
    private readonly player: Player,
    private readonly sessionId: string,
  ) {
    player.subscribe((change) => change === "time" && this.showPage(false));
  }

  /** Fill the panel that was opened; harmless for panels of others. */
  open(name: string): void {
    if (!(NAMES as readonly string[]).includes(name) || this.asked) return;
    this.asked = true;
    void this.load();
  }

  /** What was read is not all any more: read it again, now or when a panel is opened. */
  stale(): void {
    if (this.asked) void this.load();
  }

  private panel(name: (typeof NAMES)[number]): HTMLElement {
    return this.root.querySelector<HTMLElement>(`#panel-${name}`) as HTMLElement;
  }

  private async load(): Promise<void> {
    try {
      this.data = await fetchJson<Panels>(`/api/sessions/${encodeURIComponent(this.sessionId)}/panels`);
    } catch (error) {
      this.asked = false;
      const why = error instanceof Error ? error.message : String(error);
      for (const name of NAMES) this.panel(name).replaceChildren(make("p", { class: "nothing muted" }, `This could not be read: ${why}. Open the panel again to retry.`));
      return;
    }
    this.fillConsole(this.data.console);
    this.fillNetwork(this.data.requests);
    this.showPage(true);
    this.assets = await assetSection(this.sessionId);
    this.showPage(true);
  }

  private offset(epochMs: number): number {
    return Math.max(0, epochMs - this.player.startMs);
  }

  private fillConsole(lines: Line[]): void {
    const choices = [
      { name: "All", kinds: null },
      { name: "Errors", kinds: ["error", "assert"] },
      { name: "Warnings", kinds: ["warn"] },
      { name: "Info", kinds: ["log", "info", "debug"] },
    ];
    const rows = lines.map((line) => consoleRow(line, this.offset(line.t_ms)));
    this.rowsOf("console", choices).fill(rows, "Nothing was written to the console, or it was not recorded.");
  }

  private fillNetwork(requests: Request[]): void {
    const rows = requestRows(requests, this.data?.pages.map(({ t_ms }) => t_ms) ?? [], (epochMs) => this.offset(epochMs));
    this.rowsOf("network", CHOICES).fill(rows, "No requests were recorded.");
  }

  private rowsOf(name: "console" | "network", choices: Choice[]): Rows {
    const rows = this.rows.get(name) ?? new Rows(this.panel(name), this.player, name, choices);
    this.rows.set(name, rows);
    return rows;
  }

  private showPage(anew: boolean): void {
    const { data } = this;
    if (!data) return;
    const now = this.player.startMs + this.player.t + 1;
    let page: PageFacts | null = data.pages[0] ?? null;
    for (const one of data.pages) if (one.t_ms <= now) page = one;
    if (page === this.shownPage && !anew) return;
    this.shownPage = page;
    const box = this.panel("page");
    if (!page && !Object.keys(data.user).length) {
      box.replaceChildren(make("p", { class: "nothing muted" }, "The recording says nothing about its pages."), ...(this.assets ? [this.assets] : []));
      return;
    }
    const until = data.pages.find((other) => page && other.t_ms > page.t_ms)?.t_ms ?? Infinity;
    const vitals = data.vitals.filter(({ t_ms }) => page && t_ms >= page.t_ms && t_ms < until);
    box.replaceChildren(
      ...section("This page", page ? { Address: page.url, ...named(page.facts) } : {}),
      ...vitalSection(vitals),
      ...section("User", data.user),
      ...this.told(data),
      ...(this.assets ? [this.assets] : []),
    );
  }

  private told({ events }: Panels): HTMLElement[] {
    if (!events.length) return [];
    const rows = events.slice(0, 200).map(({ t_ms, name, props }) => {
      const t = this.offset(t_ms);
      const said = Object.entries(props).map(([key, value]) => `${key}: ${value}`).join(", ");
      const link = make("a", { class: "time-link", href: `?t_ms=${Math.round(t)}`, "data-t-ms": t }, clock(t));
      return make("li", {}, link, " ", make("b", {}, name), said && make("span", { class: "muted" }, ` ${said}`));
    });
    return [make("h3", {}, "Events the site told"), make("ul", { class: "told" }, ...rows)];
  }
}

function consoleRow(line: Line, t: number): Row {
  const words = line.parts.map(plain).join(" ");
  const body = make("button", { type: "button", class: `row level-${line.level}`, "aria-expanded": "false" }, make("span", { class: "level" }, line.level), make("span", { class: "what" }, words || "(empty)"), make("time", { class: "at" }, clock(t)));
  const objects = line.parts.map(parsed).filter((value) => typeof value === "object" && value !== null);
  const details = make("div", { class: "row-details", hidden: true }, make("pre", {}, words), ...objects.map(folded), line.stack.length ? make("pre", { class: "muted" }, line.stack.join("\n")) : null);
  return { t, kind: line.level, text: `${words} ${line.stack.join(" ")}`.toLowerCase(), node: make("li", {}, body, details) };
}

/** An object: its first words in a line, all of it when it is opened. */
function folded(value: unknown): HTMLElement {
  const whole = JSON.stringify(value, null, 2);
  if (whole.length <= FOLDED_FROM) return make("pre", {}, whole);
  return make("details", { class: "object" }, make("summary", {}, `${JSON.stringify(value).slice(0, 80)}…`), make("pre", {}, whole));
}

function vitalSection(vitals: Panels["vitals"]): HTMLElement[] {
  if (!vitals.length) return [];
  const last = new Map(vitals.map((vital) => [vital.name, vital.value]));
  const items = [...last].map(([name, value]) => {
    const [good, poor] = LIMITS[name] ?? [Infinity, Infinity];
    const verdict = value <= good ? "good" : value <= poor ? "needs work" : "poor";
    const shown = name === "CLS" ? value.toFixed(2) : value >= 1_000 ? `${(value / 1_000).toFixed(1)} s` : `${Math.round(value)} ms`;
    return make("li", { class: verdict.replace(" ", "-") }, make("b", {}, name), make("span", { class: "num" }, shown), make("small", {}, verdict));
  });
  return [make("h3", {}, "Web vitals"), make("ul", { class: "vitals" }, ...items)];
}

function section(title: string, facts: Record<string, string>): HTMLElement[] {
  const pairs = Object.entries(facts).filter(([, value]) => value);
  if (!pairs.length) return [];
  const list = make("dl", { class: "facts-list" }, ...pairs.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  return title ? [make("h3", {}, title), list] : [list];
}

function named(facts: Record<string, string>): Record<string, string> {
  const skipped = new Set(["url", "page", "tab", "from"]);
  const shown = Object.entries(facts).filter(([name, value]) => !skipped.has(name) && !(name === "boxes" && value === "0"));
  return Object.fromEntries(shown.map(([name, value]) => [FACT_NAMES[name] ?? name.replace(/_/g, " "), measured(value)]));
}

/** “1280×800” for a width and a height; anything else as it was told. */
function measured(value: string): string {
  const size = parsed(value) as { width?: unknown; height?: unknown } | null;
  return typeof size?.width === "number" && typeof size.height === "number" ? `${size.width}×${size.height}` : value;
}

function parsed(part: string): unknown {
  try {
    return JSON.parse(part) as unknown;
  } catch {
    return part;
  }
}

function plain(part: string): string {
  const value = parsed(part);
  return typeof value === "string" ? value : part;
}
