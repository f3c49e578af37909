/** Share: links to one session for people without a login; made, listed, revoked. */

import { copyText, icon, make, need, toast } from "../../islands/src/dom";
import { fetchJson } from "../../islands/src/http";
import { download, film } from "./film";
import { said, sendJson } from "./marks";
import type { Player } from "./player";
import { clock } from "./time";
import type { Share } from "./types";

export function shareDialog(sessionId: string, player: Player): void {
  const dialog = document.querySelector<HTMLDialogElement>("[data-share-dialog]");
  if (dialog) new ShareDialog(dialog, `/api/sessions/${encodeURIComponent(sessionId)}/shares`, player);
}

class ShareDialog {
  private readonly form: HTMLFormElement;
  private readonly made: HTMLElement;
  private readonly list: HTMLElement;

  constructor(
    private readonly dialog: HTMLDialogElement,
    private readonly api: string,
    private readonly player: Player,
  ) {
    this.form = need<HTMLFormElement>(dialog, "[data-share-form]");
    this.made = need(dialog, "[data-share-made]");
    this.list = need(dialog, "[data-share-list]");
    document.querySelector("[data-share]")?.addEventListener("click", () => void this.open());
    need(dialog, "[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    for (const button of dialog.querySelectorAll<HTMLButtonElement>("[data-film]")) button.addEventListener("click", () => void this.film(button));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.make();
    });
  }

  private async open(): Promise<void> {
    this.player.pause();
    this.made.hidden = true;
    need(this.dialog, "[data-share-moment]").textContent = clock(this.player.t);
    this.dialog.showModal();
    await this.refresh();
  }

  private async make(): Promise<void> {
    const given = new FormData(this.form);
    const t_ms = given.get("moment") ? this.player.t : 0;
    try {
      const { url } = await sendJson<{ url: string }>("POST", this.api, { days: Number(given.get("days")), t_ms });
      const field = make("input", { class: "input", readonly: true, value: url, "aria-label": "The link" });
      const copy = make("button", { type: "button", class: "button" }, icon("copy"), "Copy");
      copy.addEventListener("click", () => void copyText(url, "Link copied"));
      this.made.replaceChildren(make("p", { class: "share-link" }, field, copy), make("p", { class: "muted small" }, "Copy it now: it is shown this once."));
      this.made.hidden = false;
      field.select();
      await this.refresh();
    } catch (error) {
      toast(`No link was made: ${said(error)}`);
    }
  }

  private film(button: HTMLButtonElement): Promise<void> {
    const kind = button.dataset["film"] ?? "png";
    const session = this.api.replace(/\/shares$/, "");
    if (kind !== "png") return film(session, `kind=${kind}`, `playhead-session.${kind}`);
    return download(button, `${session}/export.png?from_ms=${Math.round(this.player.t)}`, `playhead-${clock(this.player.t).replace(":", "-")}.png`);
  }

  private async refresh(): Promise<void> {
    try {
      const shares = await fetchJson<Share[]>(this.api);
      const rows = shares.map((share) => this.row(share));
      this.list.replaceChildren(...(rows.length ? [make("h3", { class: "label" }, "Links that stand"), make("ul", { class: "share-list" }, ...rows)] : []));
    } catch (error) {
      this.list.replaceChildren(make("p", { class: "muted small" }, `The links could not be listed: ${said(error)}`));
    }
  }

  private row(share: Share): HTMLElement {
    const revoke = make("button", { type: "button", class: "button small" }, "Revoke");
    revoke.addEventListener("click", () => void this.revoke(share));
    const day = (ms: number): string => new Date(ms).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
    const what = `Made ${day(share.created_ms)}, ends ${day(share.expires_ms)}${share.t_ms ? `, starts at ${clock(share.t_ms)}` : ""}`;
    return make("li", {}, make("span", {}, what), revoke);
  }

  private async revoke(share: Share): Promise<void> {
    try {
      await fetchJson(`${this.api}/${share.id}`, { method: "DELETE" });
      toast("The link opens nothing any more");
      await this.refresh();
    } catch (error) {
      toast(`Not revoked: ${said(error)}`);
    }
  }
}
