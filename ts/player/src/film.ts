/** Film: a stretch as video or a moment as picture; the server renders it while the button says so. */

import { toast } from "../../islands/src/dom";
import { detailOf } from "../../islands/src/http";

/** Fetch the file at `url` and hand it to the browser as a download; the button waits meanwhile. */
export async function download(button: HTMLButtonElement, url: string, name: string): Promise<void> {
  const label = [...button.childNodes];
  button.disabled = true;
  if (button.classList.contains("icon-button")) toast("Rendering the clip…");
  else button.replaceChildren("Rendering…");
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(await detailOf(response));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  } catch (error) {
    toast(`Nothing was made: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    button.replaceChildren(...label);
    button.disabled = false;
  }
}
