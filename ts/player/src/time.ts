/** Moments of a recording as people read them; every `t` is ms from the session's start. */

const EPOCH_FROM = 1e11; // a larger ?t_ms= is ms since the Unix epoch, a smaller one ms from the start

function parts(t: number): { sign: string; h: number; m: number; s: number; tenth: number } {
  const tenths = Math.floor(Math.max(0, t) / 100 + 1e-6);
  const seconds = Math.floor(tenths / 10);
  return { sign: "", h: Math.floor(seconds / 3600), m: Math.floor(seconds / 60) % 60, s: seconds % 60, tenth: tenths % 10 };
}

const two = (n: number): string => String(n).padStart(2, "0");

/** `03:12`, from the first hour on `1:03:12`. */
export function clock(t: number): string {
  const { h, m, s } = parts(t);
  return h ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

/** `03:12.4`. */
export function preciseClock(t: number): string {
  return `${clock(t)}.${parts(t).tenth}`;
}

/** `48 s`, `4 min`, `1 h 4 min`. */
export function span(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return `${Math.round(ms)} ms`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

/** Read `?t_ms=`: an offset from the start or ms since the epoch; null where it is absent or not a number. */
export function momentOf(search: string, startMs: number): number | null {
  const raw = new URLSearchParams(search).get("t_ms");
  if (raw === null || raw.trim() === "") return null;
  const value = Number(raw);
  if (!Number.isFinite(value)) return null;
  return value >= EPOCH_FROM ? value - startMs : value;
}
