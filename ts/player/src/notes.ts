/** Notes: tags of a session, comments pinned to moments, clips with a title; in step with the player. */

import { copyText, icon, make, need, toast } from "../../islands/src/dom";
import { fetchJson } from "../../islands/src/http";
import { linkTo } from "./address";
import { film } from "./film";
import { said, sendJson } from "./marks";
import type { Player } from "./player";
import { clock } from "./time";
import type { Marks, Note } from "./types";

const MIN_CLIP_MS = 200;

interface Hooks {
  changed: (notes: Note[]) => void;
  play: (from: number, to: number) => void;
}

export class Notes {
  private readonly list = make("ol", { class: "rows note-rows" });
  private readonly tags = make("ul", { class: "tags", "aria-label": "Tags" });
  private readonly text = make("textarea", { class: "input", rows: 2, maxlength: 2000, "aria-label": "Comment" });
  private readonly pin = make("button", { type: "submit", class: "button small primary" });
  private readonly clip = make("button", { type: "button", class: "button small" });
  private readonly api: string;
  private clipFrom: number | null = null;

  constructor(
    private readonly panel: HTMLElement,
    private readonly player: Player,
    private readonly id: string,
    private readonly marks: Marks,
    private readonly readOnly: boolean,
    private readonly hooks: Hooks,
  ) {
    this.api = `/api/sessions/${encodeURIComponent(id)}`;
    panel.append(...(readOnly ? [this.list] : [this.tagBar(), this.form(), this.list]));
    player.subscribe((change) => change === "time" && this.follow());
    this.show();
    this.follow();
  }

  /** Put the cursor where a comment on this moment is written. */
  focus(): void {
    this.player.pause();
    this.text.focus();
  }

  private tagBar(): HTMLElement {
    const input = make("input", { class: "input tag-input", placeholder: "Add a tag…", "aria-label": "Add a tag", maxlength: 40, enterkeyhint: "done" });
    const bar = make("form", { class: "tag-bar" }, this.tags, input);
    bar.addEventListener("submit", (event) => {
      event.preventDefault();
      const tag = input.value.trim();
      input.value = "";
      if (tag) void this.setTags([...this.marks.tags, tag]);
    });
    this.showTags();
    return bar;
  }

  private showTags(): void {
    this.tags.replaceChildren(
      ...this.marks.tags.map((tag) => {
        const remove = make("button", { type: "button", "aria-label": `Remove the tag ${tag}` }, icon("close"));
        remove.addEventListener("click", () => void this.setTags(this.marks.tags.filter((one) => one !== tag)));
        const link = make("a", { href: `/sessions?q=${encodeURIComponent(`tag:${tag}`)}` }, tag);
        return make("li", { class: "chip tag" }, link, remove);
      }),
    );
  }

  private async setTags(tags: string[]): Promise<void> {
    try {
      this.marks.tags = (await sendJson<Marks>("PATCH", `${this.api}/marks`, { tags })).tags;
      this.showTags();
    } catch (error) {
      toast(`The tag was not kept: ${said(error)}`);
    }
  }

  private form(): HTMLElement {
    const form = make("form", { class: "note-form" }, this.text, make("p", {}, this.pin, this.clip));
    this.text.placeholder = "What should others see at this moment?";
    this.clip.addEventListener("click", () => this.toggleClip());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
      if (event.key === "Escape") this.text.blur();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.add();
    });
    return form;
  }

  private toggleClip(): void {
    this.clipFrom = this.clipFrom === null ? this.player.t : null;
    this.follow();
    if (this.clipFrom !== null) toast("The clip begins here: move on to its end, then give it a title");
  }

  private async add(): Promise<void> {
    const { t } = this.player;
    const from = this.clipFrom;
    if (from !== null && Math.abs(t - from) < MIN_CLIP_MS) {
      toast("Move the player to the end of the clip first");
      return;
    }
    const span = from === null ? { t_ms: t } : { t_ms: Math.min(from, t), end_ms: Math.max(from, t) };
    try {
      const note = await sendJson<Note>("POST", `${this.api}/notes`, { text: this.text.value, ...span });
      this.marks.notes = [...this.marks.notes, note].sort((a, b) => a.t_ms - b.t_ms || a.id - b.id);
      this.text.value = "";
      this.clipFrom = null;
      this.show();
      this.follow();
    } catch (error) {
      toast(`Not kept: ${said(error)}`);
    }
  }

  private async remove(note: Note): Promise<void> {
    try {
      await fetchJson(`${this.api}/notes/${note.id}`, { method: "DELETE" });
      this.marks.notes = this.marks.notes.filter((one) => one !== note);
      this.show();
    } catch (error) {
      toast(`Not deleted: ${said(error)}`);
    }
  }

  private show(): void {
    const { notes } = this.marks;
    this.list.replaceChildren(...notes.map((note) => this.row(note)));
    if (!notes.length) {
      const hint = this.readOnly ? "Nobody has commented on this session." : "No notes yet. Pause where something matters and write it down: it is pinned to that moment, and everybody who opens the session sees it.";
      this.list.append(make("li", { class: "nothing muted" }, hint));
    }
    const count = document.querySelector("[data-count=notes]");
    if (count) count.textContent = notes.length ? String(notes.length) : "";
    this.hooks.changed(notes);
  }

  private row(note: Note): HTMLElement {
    const clip = note.end_ms !== null;
    const when = clip ? `${clock(note.t_ms)} – ${clock(note.end_ms ?? 0)}` : clock(note.t_ms);
    const go = make("button", { type: "button", class: "row note-row" }, icon(clip ? "clip" : "note"), make("span", { class: "what" }, note.text), make("span", { class: "at num" }, when));
    go.addEventListener("click", () => (clip ? this.hooks.play(note.t_ms, note.end_ms ?? note.t_ms) : this.player.moveTo(note.t_ms)));
    const row = make("li", { "data-note": note.id }, go);
    if (!this.readOnly) row.append(make("span", { class: "note-tools" }, clip && this.filmButton(note), clip && this.fileLink(note), this.linkButton(note), this.deleteButton(note)));
    return row;
  }

  private linkButton(note: Note): HTMLElement {
    const button = make("button", { type: "button", class: "icon-button", title: "Copy a link", "aria-label": "Copy a link to this note" }, icon("link"));
    button.addEventListener("click", () => {
      const url = linkTo(this.id);
      url.searchParams.set("t_ms", String(Math.round(note.t_ms)));
      if (note.end_ms !== null) url.searchParams.set("end_ms", String(Math.round(note.end_ms)));
      void copyText(url.href, note.end_ms === null ? "Link to this comment copied" : "Link to this clip copied");
    });
    return button;
  }

  private fileLink(note: Note): HTMLElement {
    const href = `${this.api}/export.html?from_ms=${Math.round(note.t_ms)}&to_ms=${Math.round(note.end_ms ?? 0)}`;
    return make("a", { class: "icon-button", href, download: true, title: "Download the clip as a file that plays offline", "aria-label": "Download this clip" }, icon("download"));
  }

  private filmButton(note: Note): HTMLElement {
    const button = make("button", { type: "button", class: "icon-button film", title: "Download the clip as a video", "aria-label": "Download this clip as a video" }, icon("play"));
    const query = `kind=mp4&from_ms=${Math.round(note.t_ms)}&to_ms=${Math.round(note.end_ms ?? 0)}`;
    button.addEventListener("click", () => void film(this.api, query, `playhead-clip-${clock(note.t_ms).replace(":", "-")}.mp4`));
    return button;
  }

  private deleteButton(note: Note): HTMLElement {
    const button = make("button", { type: "button", class: "icon-button", title: "Delete", "aria-label": "Delete this note" }, icon("trash"));
    button.addEventListener("click", () => void this.remove(note));
    return button;
  }

  /** The moment that a comment would be pinned to, and the rows the player has passed. */
  private follow(): void {
    const { t } = this.player;
    const from = this.clipFrom;
    this.pin.textContent = from === null ? `Comment at ${clock(t)}` : `Save clip ${clock(Math.min(from, t))} – ${clock(Math.max(from, t))}`;
    this.clip.textContent = from === null ? "Begin a clip here" : "No clip";
    let current: Note | null = null;
    for (const note of this.marks.notes) if (note.t_ms <= t + 1) current = note;
    for (const row of this.list.children) row.toggleAttribute("aria-current", (row as HTMLElement).dataset["note"] === String(current?.id));
  }
}

/** The panel of a session's notes, or null where the page has none. */
export function notesOf(root: HTMLElement, player: Player, id: string, readOnly: boolean, hooks: Hooks): Notes | null {
  const panel = root.querySelector<HTMLElement>("#panel-notes");
  if (!panel) return null;
  const marks = JSON.parse(need(document, "#marks").textContent || "{}") as Marks;
  return new Notes(panel, player, id, marks, readOnly, hooks);
}
