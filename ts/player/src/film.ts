/** Film: a stretch as video, made by the server in its turn while a bar says how far it is; a moment as a picture. */

import { make, toast } from "../../islands/src/dom";
import { detailOf, fetchJson } from "../../islands/src/http";

const LOOK_MS = 500; // between looks at a film that is being made

interface FilmState {
  id: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  ahead: number;
  frames: number;
  of: number;
  error: string;
}

/** Fetch the file at `url` and hand it to the browser as a download; the button waits meanwhile. */
export async function download(button: HTMLButtonElement, url: string, name: string): Promise<void> {
  const label = [...button.childNodes];
  button.disabled = true;
  button.replaceChildren("Rendering…");
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(await detailOf(response));
    handOver(URL.createObjectURL(await response.blob()), name);
  } catch (error) {
    toast(`Nothing was made: ${saidBy(error)}`);
  } finally {
    button.replaceChildren(...label);
    button.disabled = false;
  }
}

/** Have a film made and handed over; its progress, and a way to stop it, stand at the foot of the page. */
export async function film(api: string, query: string, name: string): Promise<void> {
  let row: FilmRow | null = null;
  try {
    let film = await fetchJson<FilmState>(`${api}/films?${query}`, { method: "POST" });
    const path = `${api}/films/${film.id}`;
    row = new FilmRow(name, () => void fetch(path, { method: "DELETE" }));
    while (film.state === "waiting" || film.state === "running") {
      row.show(film);
      await new Promise((done) => window.setTimeout(done, LOOK_MS));
      film = await fetchJson<FilmState>(path);
    }
    if (film.state === "failed") throw new Error(film.error);
    if (film.state === "done") handOver(`${path}/file`, name);
    else toast("The film was stopped");
  } catch (error) {
    toast(`No film was made: ${saidBy(error)}`);
  } finally {
    row?.remove();
  }
}

class FilmRow {
  private readonly said = make("span", { class: "film-said num", role: "status" });
  private readonly bar = make("progress", { class: "film-bar", "aria-label": "How far the film is" });
  private readonly node: HTMLElement;

  constructor(name: string, stop: () => void) {
    const button = make("button", { type: "button", class: "button small" }, "Stop");
    button.addEventListener("click", () => {
      button.disabled = true;
      stop();
    });
    this.node = make("div", { class: "film-row", "aria-label": name }, this.said, this.bar, button);
  }

  show({ state, ahead, frames, of }: FilmState): void {
    const home = shelf();
    if (this.node.parentElement !== home) home.append(this.node); // the dialog it stood in was closed
    const waits = ahead === 1 ? "1 film is made before this" : `${ahead} films are made before this`;
    const text = state === "waiting" && ahead ? waits : of ? `Film: ${Math.floor((100 * frames) / of)} %` : "The film begins…";
    if (this.said.textContent !== text) this.said.textContent = text;
    if (of) Object.assign(this.bar, { max: of, value: frames });
    else this.bar.removeAttribute("value");
  }

  remove(): void {
    this.node.remove();
  }
}

/** Where films under way are listed: in the dialog that is open, which nothing can lie over, or else on the page. */
function shelf(): HTMLElement {
  const home = document.querySelector<HTMLElement>("dialog[open]") ?? document.body;
  const found = home.querySelector<HTMLElement>(":scope > .films");
  if (found) return found;
  const made = make("div", { class: "films" });
  home.append(made);
  return made;
}

function handOver(href: string, name: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
  if (href.startsWith("blob:")) window.setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

const saidBy = (error: unknown): string => (error instanceof Error ? error.message : String(error));
