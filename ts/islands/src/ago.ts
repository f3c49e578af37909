/** Times ago: `4 min ago`, exact in the reader's own time zone on hover; kept up to date. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function ago(ms: number, nowMs: number): string {
  const past = nowMs - ms;
  if (past < MINUTE) return past < -MINUTE ? date(ms, nowMs) : "just now";
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h ago`;
  if (past < 7 * DAY) return Math.floor(past / DAY) === 1 ? "yesterday" : `${Math.floor(past / DAY)} days ago`;
  return date(ms, nowMs);
}

function date(ms: number, nowMs: number): string {
  const sameYear = new Date(ms).getFullYear() === new Date(nowMs).getFullYear();
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) };
  return new Intl.DateTimeFormat("en-GB", options).format(ms);
}

let exact: Intl.DateTimeFormat | null = null; // takes 20 ms to make

function exactly(ms: number): string {
  exact ??= new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });
  return exact.format(ms);
}

function restate(root: ParentNode): void {
  const now = Date.now();
  for (const node of root.querySelectorAll<HTMLTimeElement>("time.ago[data-ms]")) {
    const ms = Number(node.dataset["ms"]);
    if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) continue; // a recorder's clock may say anything
    node.textContent = ago(ms, now);
    node.dateTime = new Date(ms).toISOString();
  }
}

function exactUnder(event: Event): void {
  const node = (event.target as Element).closest<HTMLTimeElement>("time.ago[data-ms]");
  const ms = Number(node?.dataset["ms"]);
  if (node && Math.abs(ms) <= 8.64e15) node.title = exactly(ms);
}

/** The server said the times already, in words; the exact one is said of what the pointer is on. */
export function keepAgo(): void {
  const soon = window.requestIdleCallback ?? ((run: () => void) => window.setTimeout(run, 200));
  soon(() => restate(document), { timeout: 1_000 });
  document.addEventListener("pointerover", exactUnder);
  document.addEventListener("playhead:changed", () => restate(document));
  window.setInterval(() => restate(document), 30_000);
}
