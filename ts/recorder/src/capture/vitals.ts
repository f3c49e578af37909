/**
 * Web vitals → `playhead.vital` {name, value}: TTFB, FCP, LCP, INP in ms, CLS without a unit.
 *
 * Values of a document load as the Chrome team defines them (web.dev/articles/vitals): LCP ends at the first input,
 * CLS is the worst window of shifts (gaps under 1 s, at most 5 s long), INP is the worst interaction, leaving out one
 * in fifty. The web-vitals package does the same and more for 3.4 KB gzip, where the whole recorder may have 30.
 */

import { quietly, type Stop } from "../guard";
import type { Context } from "./context";

interface Shift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
}

interface Interaction extends PerformanceEntry {
  interactionId?: number;
}

/** Worst window of layout shifts so far. */
export class Shifts {
  worst = 0;
  private sum = 0;
  private first = 0;
  private last = 0;

  add(at: number, value: number): void {
    const same = this.sum > 0 && at - this.last < 1_000 && at - this.first < 5_000;
    if (!same) {
      this.first = at;
      this.sum = 0;
    }
    this.sum += value;
    this.last = at;
    this.worst = Math.max(this.worst, this.sum);
  }
}

/** The slowest interactions; one in fifty is forgiven. */
export class Interactions {
  private readonly slowest = new Map<number, number>();
  private count = 0;
  private newest = 0;

  add(id: number, duration: number): void {
    if (id > this.newest) {
      this.newest = id;
      this.count++;
    }
    this.slowest.set(id, Math.max(duration, this.slowest.get(id) ?? 0));
    if (this.slowest.size <= 10) return;
    const [fastest] = [...this.slowest].reduce((a, b) => (b[1] < a[1] ? b : a));
    this.slowest.delete(fastest);
  }

  value(): number | undefined {
    const durations = [...this.slowest.values()].sort((a, b) => b - a);
    return durations[Math.min(durations.length - 1, Math.floor(this.count / 50))];
  }
}

export interface Vitals {
  /** Record what changed since the last report. */
  report(): void;
  stop: Stop;
}

export function captureVitals(context: Context): Vitals {
  const values = new Map<string, number | undefined>();
  const reported = new Map<string, number>();
  const shifts = new Shifts();
  const interactions = new Interactions();
  let lcpOpen = true;
  const stops = [
    observe("paint", (entry) => {
      if (entry.name === "first-contentful-paint") values.set("FCP", entry.startTime);
    }),
    observe("largest-contentful-paint", (entry) => {
      if (lcpOpen) values.set("LCP", entry.startTime);
    }),
    observe("layout-shift", (entry) => {
      const { hadRecentInput, value, startTime } = entry as Shift;
      if (!hadRecentInput) shifts.add(startTime, value);
      values.set("CLS", shifts.worst);
    }),
    observe("event", (entry) => {
      const { interactionId, duration } = entry as Interaction;
      if (!interactionId) return;
      lcpOpen = false;
      interactions.add(interactionId, duration);
      values.set("INP", interactions.value());
    }),
  ];
  const report = (): void => {
    const navigation = performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined;
    if (navigation && navigation.responseStart > 0) values.set("TTFB", navigation.responseStart);
    for (const [name, value] of values) {
      if (value === undefined) continue;
      const rounded = name === "CLS" ? Math.round(value * 1e4) / 1e4 : Math.round(value);
      if (reported.get(name) === rounded) continue;
      reported.set(name, rounded);
      context.custom("playhead.vital", { name, value: rounded });
    }
  };
  return { report: () => void quietly(report), stop: () => stops.forEach((stop) => stop()) };
}

function observe(type: string, take: (entry: PerformanceEntry) => void): Stop {
  return (
    quietly(() => {
      const observer = new PerformanceObserver((list) => quietly(() => list.getEntries().forEach(take)));
      observer.observe({ type, buffered: true, durationThreshold: 40 } as PerformanceObserverInit);
      return () => observer.disconnect();
    }) ?? (() => {})
  );
}
