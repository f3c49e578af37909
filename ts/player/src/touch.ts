/**
 * Touch: fingers on the timeline and on the replay.
 *
 * Timeline   a tap moves the player, a drag scrubs, a long press shows what is there, two fingers zoom and pan
 * Replay     a swipe steps to the next or the previous interaction
 */

const LONG_MS = 420;
const SLOP_PX = 8;
const SWIPE_PX = 56;

export interface TimelineTouch {
  move(clientX: number): void;
  look(clientX: number): void;
  unlook(): void;
  pinch(clientX: number, factor: number, panPx: number): void;
}

/** Listen for fingers on `track`; a target with a moment of its own is tapped as it is. */
export function touchTimeline(track: HTMLElement, on: TimelineTouch): void {
  const fingers = new Map<number, number>();
  let mode: "none" | "waiting" | "scrub" | "look" | "pinch" = "none";
  let startX = 0;
  let timer = 0;
  const ours = (event: PointerEvent): boolean => event.pointerType === "touch";
  track.addEventListener("pointerdown", (event) => {
    if (!ours(event)) return;
    fingers.set(event.pointerId, event.clientX);
    window.clearTimeout(timer);
    if (fingers.size === 2) mode = "pinch";
    if (fingers.size !== 1) return;
    mode = "waiting";
    startX = event.clientX;
    timer = window.setTimeout(() => {
      if (mode !== "waiting") return;
      mode = "look";
      on.look(startX);
    }, LONG_MS);
  });
  track.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!ours(event) || before === undefined) return;
    if (mode === "pinch" && fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1] ?? event.clientX;
      const factor = Math.max(12, Math.abs(event.clientX - other)) / Math.max(12, Math.abs(before - other));
      on.pinch((event.clientX + other) / 2, factor, (before - event.clientX) / 2);
    }
    fingers.set(event.pointerId, event.clientX);
    if (mode === "waiting" && Math.abs(event.clientX - startX) > SLOP_PX) {
      window.clearTimeout(timer);
      mode = "scrub";
    }
    if (mode === "scrub") on.move(event.clientX);
    if (mode === "scrub" || mode === "look") on.look(event.clientX);
  });
  const lift = (event: PointerEvent): void => {
    if (!fingers.delete(event.pointerId)) return;
    window.clearTimeout(timer);
    if (mode === "waiting" && event.type === "pointerup" && !(event.target as Element).closest("[data-t]")) on.move(event.clientX);
    if (!fingers.size) {
      mode = "none";
      on.unlook();
    }
  };
  track.addEventListener("pointerup", lift);
  track.addEventListener("pointercancel", lift);
  track.addEventListener("contextmenu", (event) => mode === "look" && event.preventDefault());
}

export function swipes(stage: HTMLElement, step: (forward: boolean) => void): void {
  let from: { id: number; x: number; y: number } | null = null;
  let swiped = 0;
  stage.addEventListener("pointerdown", (event) => {
    from = event.pointerType === "touch" && event.isPrimary ? { id: event.pointerId, x: event.clientX, y: event.clientY } : null;
  });
  stage.addEventListener("pointerup", (event) => {
    if (from?.id !== event.pointerId) return;
    const along = event.clientX - from.x;
    const across = Math.abs(event.clientY - from.y);
    from = null;
    if (Math.abs(along) < SWIPE_PX || across > Math.abs(along) / 2) return;
    swiped = Date.now();
    step(along < 0);
  });
  stage.addEventListener("click", (event) => Date.now() - swiped < 400 && event.stopImmediatePropagation(), true);
}
