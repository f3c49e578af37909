/** Questions about the session: asked in the Insights panel, answered below the report. */

import { make, need } from "../../islands/src/dom";
import { detailOf, fetchText } from "../../islands/src/http";
import { append } from "./insights";
import { follow } from "./job";
import { Arriving } from "./placeholders";

export class Questions {
  private source: EventSource | null = null;

  constructor(
    private readonly panel: HTMLElement,
    private readonly sessionId: string,
    private readonly restore: () => Promise<void>,
  ) {
    panel.addEventListener("submit", (event) => {
      const form = event.target as HTMLFormElement;
      if (!form.matches("[data-ask]")) return;
      event.preventDefault();
      void this.ask(form);
    });
  }

  private async ask(form: HTMLFormElement): Promise<void> {
    const field = need<HTMLInputElement>(form, "input");
    const question = field.value.trim();
    if (!question || this.source) return;
    const room = need(this.panel, "[data-asking]");
    const state = make("p", { class: "wait" }, "Reading the session…");
    const log = make("ul", { class: "analysis-log" });
    need(this.panel, ".chat").hidden = false;
    room.hidden = false;
    room.replaceChildren(make("b", {}, question), state, log);
    room.scrollIntoView({ block: "nearest" });
    try {
      const api = `/api/sessions/${encodeURIComponent(this.sessionId)}`;
      const response = await fetch(`${api}/ask`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ question }),
      });
      if (!response.ok) throw new Error(await detailOf(response));
      const { job_id } = (await response.json()) as { job_id: string };
      field.value = "";
      const arriving = new Arriving(api, job_id);
      this.source = follow(this.sessionId, job_id, {
        progress: (text) => void (state.textContent = text),
        line: (cls, text) => append(log, cls, text, arriving),
        again: () => log.replaceChildren(),
        done: () => void this.finish(room),
        failed: (why) => void this.finish(room, why),
      });
    } catch (error) {
      state.className = "note bad";
      state.textContent = `Not asked. ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** The answer, or the stated failure, is in the store by now: show it as the server lays it out. */
  private async finish(room: HTMLElement, why = ""): Promise<void> {
    this.source = null;
    try {
      const list = need(this.panel, "[data-replies]");
      const before = list.children.length;
      const html = await fetchText(`/sessions/${encodeURIComponent(this.sessionId)}/answers`);
      list.replaceChildren(document.createRange().createContextualFragment(html));
      await this.restore();
      if (why && list.children.length === before) throw new Error(why);
      room.hidden = true;
      list.lastElementChild?.scrollIntoView({ block: "nearest" });
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      room.replaceChildren(make("p", { class: "note bad" }, `No answer. ${said}`));
    }
  }
}
