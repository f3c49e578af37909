/** Copy buttons: `data-copy` names the element whose text they copy. */

import { copyText } from "./dom";

export function copyButtons(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
    const source = button && document.querySelector(button.dataset["copy"] ?? "");
    if (source?.textContent) void copyText(source.textContent.trim(), "Copied");
  });
}
