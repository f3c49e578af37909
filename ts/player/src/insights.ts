/** Insights: the report, its time links, copying it, and asking a model for a better one. */

import { copyText, make, need, toast } from "../../islands/src/dom";
import { detailOf, fetchText } from "../../islands/src/http";
import { follow } from "./job";
import { Arriving, restore, restoredMarkdown } from "./placeholders";

export class Insights {
  private source: EventSource | null = null;

  constructor(
    private readonly panel: HTMLElement,
    private readonly sessionId: string,
  ) {
    panel.addEventListener("click", (event) => {
      const target = event.target as Element;
      if (target.closest("[data-copy-markdown]")) void this.copyMarkdown();
      if (target.closest("[data-analyze]")) void this.analyze();
    });
    panel.addEventListener("change", (event) => {
      if ((event.target as Element).matches("[data-template]")) void this.reshape();
    });
    void this.restore();
  }

  private get api(): string {
    return `/api/sessions/${encodeURIComponent(this.sessionId)}`;
  }

  /** Whom the report is for. */
  private get template(): string {
    return this.panel.querySelector<HTMLSelectElement>("[data-template]")?.value ?? "";
  }

  /** Show the report for another reader; the address keeps the choice. */
  private async reshape(): Promise<void> {
    const url = new URL(location.href);
    url.searchParams.set("template", this.template);
    history.replaceState(history.state, "", url);
    await this.refresh();
    this.panel.querySelector<HTMLSelectElement>("[data-template]")?.focus();
    this.panel.scrollTop = 0;
  }

  private async copyMarkdown(): Promise<void> {
    try {
      const masked = await fetchText(`${this.api}/report?format=md&template=${this.template}`);
      const text = await restoredMarkdown(masked, this.api, this.template);
      await copyText(text, "Report copied as Markdown");
    } catch (error) {
      toast(`The report could not be copied: ${said(error)}`);
    }
  }

  /** Put back what the model was not told, also after an answer came in. */
  async restore(): Promise<void> {
    try {
      await restore(this.panel, this.api, this.template);
    } catch (error) {
      toast(`The names behind the placeholders could not be loaded: ${said(error)}`);
    }
  }

  /** Start an analysis and show its progress as it is streamed. */
  private async analyze(): Promise<void> {
    const room = need(this.panel, "[data-analysis]");
    const button = this.panel.querySelector<HTMLButtonElement>("[data-analyze]");
    if (button) button.disabled = true;
    const log = make("ul", { class: "analysis-log" });
    const state = make("p", { class: "wait" }, "Asking the model…");
    room.hidden = false;
    this.panel.scrollTop = 0;
    room.replaceChildren(state, log);
    try {
      const query = new URLSearchParams();
      if (button?.dataset.analyze === "again") query.set("again", "true");
      query.set("template", this.template || "general");
      const response = await fetch(`${this.api}/analyze?${query.toString()}`, { method: "POST" });
      if (!response.ok) throw new Error(await detailOf(response));
      const { job_id } = (await response.json()) as { job_id: string };
      this.follow(job_id, state, log);
    } catch (error) {
      this.failed(said(error), state);
    }
  }

  private follow(jobId: string, state: HTMLElement, log: HTMLElement): void {
    this.source?.close();
    const arriving = new Arriving(this.api, jobId);
    this.source = follow(this.sessionId, jobId, {
      progress: (text) => void (state.textContent = text || "Asking the model…"),
      line: (cls, text) => {
        if (text) append(log, cls, text, arriving);
        log.scrollTop = log.scrollHeight;
      },
      again: () => log.replaceChildren(),
      // the report that comes with "done" is in the store by now: the panel shows it as the server lays it out
      done: () => void this.refresh(),
      failed: (why) => this.failed(why, state),
    });
  }

  private failed(why: string, state: HTMLElement): void {
    const first = /^[a-z]+ /.test(why) ? why.charAt(0).toUpperCase() + why.slice(1) : why; // a model's name stays as it is
    const detail = /[.!?]$/.test(first) ? first : `${first}.`;
    state.className = "note bad";
    state.textContent = `No report from the model. ${detail} The one below still stands.`;
    const button = this.panel.querySelector<HTMLButtonElement>("[data-analyze]");
    if (button) button.disabled = false;
  }

  /** Somebody is at it: an answer is coming in, a question is being written, or words are being selected. */
  get busy(): boolean {
    const { panel } = this;
    const coming = panel.querySelector("[data-analysis]:not([hidden]), [data-asking]:not([hidden])");
    const written = panel.querySelector<HTMLInputElement>("[data-ask] input")?.value;
    const marked = getSelection();
    const selecting = marked?.isCollapsed === false && panel.contains(marked.anchorNode);
    return coming !== null || Boolean(written) || selecting || panel.matches(":focus-within");
  }

  /** Put the report that stands now into the panel. */
  async refresh(): Promise<void> {
    const top = this.panel.scrollTop;
    try {
      const html = await fetchText(`/sessions/${encodeURIComponent(this.sessionId)}/insights?template=${this.template}`);
      this.panel.replaceChildren(document.createRange().createContextualFragment(html));
      this.panel.scrollTop = top;
      await this.restore();
    } catch (error) {
      toast(`The new report could not be loaded: ${said(error)}`);
    }
  }
}

/** A sentence that came in, and what stands behind its placeholders as soon as that is known. */
export function append(log: HTMLElement, cls: string, text: string, arriving: Arriving): void {
  const line = make("li", { class: cls }, text);
  log.append(line);
  arriving.put(line).catch(() => undefined); // it stays with its placeholders; the finished report is asked again
}

const said = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(text) ? text : `${text}.`;
};
