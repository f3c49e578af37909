/**
 * Focus: a dialog that opens in the recording takes the keyboard focus with it, even in an inert frame; give it back
 * to where the person had it, or their next key would be lost in the recorded page.
 */

export function keepFocus(stage: HTMLElement): void {
  let theirs: HTMLElement | null = null;
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement && !stage.contains(target)) theirs = target;
  });
  document.addEventListener("focusout", () => {
    window.setTimeout(() => {
      if (document.activeElement === document.body) theirs = null; // they let go of it themselves
    });
  });
  window.addEventListener("blur", () => {
    window.setTimeout(() => {
      const active = document.activeElement;
      if (!(active instanceof HTMLIFrameElement) || !stage.contains(active)) return;
      active.blur();
      window.focus();
      theirs?.focus({ preventScroll: true });
    });
  });
}
