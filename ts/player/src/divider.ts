/** Divider: how wide the panel is, by mouse or arrow keys, kept for the next session page. */

const KEPT = "playhead.panel";
const MIN = 300;
const STEP = 24;

export function divide(root: HTMLElement, handle: HTMLElement): void {
  const limit = (): number => Math.max(MIN, root.clientWidth - 420);
  const set = (width: number): void => {
    const fitting = Math.round(Math.min(limit(), Math.max(MIN, width)));
    root.style.setProperty("--panel", `${fitting}px`);
    handle.setAttribute("aria-valuenow", String(fitting));
    keep(fitting);
  };
  const width = (): number => root.getBoundingClientRect().right - handle.getBoundingClientRect().right;
  const kept = Number(read());
  if (kept >= MIN) set(kept);

  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    root.classList.add("dividing"); // the recorded page must not swallow the drag
  });
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) set(root.getBoundingClientRect().right - event.clientX - 3);
  });
  handle.addEventListener("lostpointercapture", () => root.classList.remove("dividing"));
  handle.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    set(width() + step);
  });
}

function read(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // storage may be forbidden: the panel then keeps its usual width
  }
}

function keep(width: number): void {
  try {
    localStorage.setItem(KEPT, String(width));
  } catch {
    // see above
  }
}
