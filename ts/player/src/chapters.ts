/** Chapters: the report's findings as named stretches of the session, read from the panel that shows the report. */

const LEAST_MS = 1_500;
const MOST_SHARE = 0.4; // of a session: what is spread wider than that is no stretch; its first moment stands for it

export interface Chapter {
  from: number; // ms from the session's start
  to: number;
  title: string;
  severity: number;
}

export function chaptersIn(report: ParentNode, lengthMs: number): Chapter[] {
  return [...report.querySelectorAll(".finding:not(.set-aside)")].flatMap((finding) => {
    const moments = [...finding.querySelectorAll<HTMLElement>("[data-t-ms]")].map(({ dataset }) => Number(dataset["tMs"])).filter(Number.isFinite);
    const title = finding.querySelector("h3")?.textContent?.trim() ?? "";
    if (!moments.length || !title) return [];
    const from = Math.min(...moments);
    const last = Math.max(...moments);
    const to = last - from > MOST_SHARE * lengthMs ? from : last;
    const severity = Number(/severity-(\d)/.exec(finding.className)?.[1] ?? 1);
    return [{ from, to: Math.max(to, from + LEAST_MS), title, severity }];
  });
}

/** Tell whenever another report is shown, or its words change: names that were taken out come back in the browser only. */
export function followChapters(panel: HTMLElement, changed: () => void): void {
  let frame = 0;
  const soon = (): void => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      changed();
    });
  };
  new MutationObserver(soon).observe(panel, { childList: true, subtree: true, characterData: true });
}
