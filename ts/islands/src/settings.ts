/** Settings: which model explains sessions; saved and tested without leaving the page. */

import { need } from "./dom";
import { fetchJson } from "./http";

interface ModelState {
  model: string;
  base_url: string;
  has_key: boolean;
}

interface ModelTest {
  ok: boolean;
  detail: string;
}

type Tone = "" | "good" | "bad";

export function modelSettings(): void {
  const form = document.querySelector<HTMLFormElement>("[data-model-settings]");
  if (form) new ModelForm(form);
}

class ModelForm {
  private readonly state: HTMLElement;

  constructor(private readonly form: HTMLFormElement) {
    this.state = need(form, "[data-model-state]");
    form.addEventListener("change", (event) => {
      if ((event.target as HTMLInputElement).name === "provider") this.choose(true);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save();
    });
    need(form, "[data-test-model]").addEventListener("click", () => void this.test());
    need(form, "[data-forget-key]").addEventListener("click", () => void this.forgetKey());
    this.choose(false);
  }

  private get choice(): HTMLInputElement {
    return need<HTMLInputElement>(this.form, "input[name=provider]:checked");
  }

  private field(name: string): HTMLInputElement {
    return need<HTMLInputElement>(this.form, `input[name=${name}]`);
  }

  /** Show the fields this provider needs; a new choice starts with its own usual values. */
  private choose(fresh: boolean): void {
    const { needs = "", example = "", address = "" } = this.choice.dataset;
    need(this.form, "[data-model-fields]").hidden = !needs;
    for (const name of ["name", "base_url", "api_key"]) {
      need(this.form, `[data-field=${name}]`).hidden = !needs.split(" ").includes(name);
    }
    need(this.form, "[data-hint=name]").textContent = example ? `For example ${example}` : "";
    if (fresh) {
      this.field("name").value = "";
      this.field("base_url").value = address;
    }
    need(this.form, "[data-test-model]").hidden = !needs;
    this.say("", "");
  }

  /** What to send, or null after saying what is missing. */
  private read(): Record<string, unknown> | null {
    const { needs = "", prefix = "" } = this.choice.dataset;
    if (!needs) return { model: "none" };
    const name = this.field("name").value.trim();
    if (!name) {
      this.say("Name the model first.", "bad");
      this.field("name").focus();
      return null;
    }
    const wants = (field: string): boolean => needs.split(" ").includes(field);
    const key = this.field("api_key").value.trim();
    return {
      model: `${prefix}:${name}`,
      base_url: wants("base_url") ? this.field("base_url").value.trim() : "",
      api_key: key || null,
    };
  }

  private async save(): Promise<void> {
    const body = this.read();
    if (!body) return;
    try {
      const state = await this.send<ModelState>("PUT", "/api/settings/model", body);
      this.keyStored(state.has_key);
      const model = this.field("name").value.trim();
      const then = state.model === "none" ? "Sessions are explained by rules" : `“Explain with a model” on a session asks ${model}`;
      this.say(`Saved. ${then}.`, "good");
    } catch (error) {
      this.say(`Not saved. ${said(error)}`, "bad");
    }
  }

  private async test(): Promise<void> {
    const body = this.read();
    if (!body) return;
    const button = need<HTMLButtonElement>(this.form, "[data-test-model]");
    button.disabled = true;
    this.say(`Asking ${this.field("name").value.trim()} for one short answer…`, "");
    try {
      const { ok, detail } = await this.send<ModelTest>("POST", "/api/settings/model/test", body);
      this.say(detail, ok ? "good" : "bad");
    } catch (error) {
      this.say(said(error), "bad");
    } finally {
      button.disabled = false;
    }
  }

  private async forgetKey(): Promise<void> {
    const body = this.read();
    if (!body) return;
    try {
      const state = await this.send<ModelState>("PUT", "/api/settings/model", { ...body, api_key: "" });
      this.keyStored(state.has_key);
      this.say("The key is forgotten.", "good");
    } catch (error) {
      this.say(`The key is still stored. ${said(error)}`, "bad");
    }
  }

  private keyStored(stored: boolean): void {
    this.field("api_key").value = "";
    this.field("api_key").placeholder = stored ? "A key is stored; leave empty to keep it" : "";
    need(this.form, "[data-forget-key]").hidden = !stored;
  }

  private send<T>(method: string, url: string, body: unknown): Promise<T> {
    return fetchJson<T>(url, { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  }

  private say(text: string, tone: Tone): void {
    this.state.hidden = !text;
    this.state.className = `note ${tone}`;
    this.state.textContent = text;
  }
}

const said = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
};
