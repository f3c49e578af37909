/** Fit: the recorded page, whole and centred in the room there is; and an outline around one of its elements. */

/** What is fitted: a frame in a wrapper, as large as the visitor's window was. */
export interface Framed {
  readonly wrapper: HTMLElement | null;
  readonly frame: HTMLIFrameElement | null;
  readonly width: number;
  readonly height: number;
  node(id: number): Node | null;
}

const MARGIN = 12; // px of stage around the page
const MAX_SCALE = 1.25; // beyond this text turns soft and a phone looks like a poster
const MAX_CURSOR = 2.6;
const OUTLINE_MS = 2_600;
const OUTLINE_PAD = 4;

export class Fit {
  private readonly observer: ResizeObserver;
  private outline: HTMLElement | null = null;
  private timers: number[] = [];
  private room: DOMRect | null = null; // null until it was laid out

  constructor(
    box: HTMLElement,
    private readonly stage: Framed,
  ) {
    this.observer = new ResizeObserver(() => {
      this.room = box.getBoundingClientRect(); // read here only: after a page was put up it would be laid out for the answer
      this.apply();
    });
    this.observer.observe(box);
  }

  stop(): void {
    this.observer.disconnect();
  }

  apply(): void {
    const { room } = this;
    const { wrapper, width, height } = this.stage;
    if (!room || !wrapper || !width || !height) return;
    const margin = room.width < 500 ? 6 : MARGIN;
    const scale = Math.min((room.width - 2 * margin) / width, (room.height - 2 * margin) / height, MAX_SCALE);
    if (scale <= 0) return;
    const left = Math.round((room.width - width * scale) / 2);
    const top = Math.round((room.height - height * scale) / 2);
    wrapper.style.width = `${width}px`;
    wrapper.style.height = `${height}px`;
    wrapper.style.setProperty("--cursor", Math.min(MAX_CURSOR, Math.max(1, 1 / scale)).toFixed(2));
    wrapper.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  }

  /** Outline a node of the recorded page for a moment; false if it is not there or not to be seen. */
  show(nodeId: number): boolean {
    return this.outlineOf(this.stage.node(nodeId));
  }

  outlineOf(node: Node | null): boolean {
    this.clear();
    const place = placeOf(node, this.stage.frame);
    const { wrapper, width, height } = this.stage;
    if (!place || !wrapper) return false;
    const left = Math.max(2, place.left - OUTLINE_PAD);
    const top = Math.max(2, place.top - OUTLINE_PAD);
    const right = Math.min(width - 2, place.right + OUTLINE_PAD);
    const bottom = Math.min(height - 2, place.bottom + OUTLINE_PAD);
    if (right - left < 4 || bottom - top < 4) return false;
    const outline = document.createElement("div");
    outline.className = "target-outline";
    Object.assign(outline.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`,
    });
    wrapper.append(outline);
    this.outline = outline;
    this.timers = [
      window.setTimeout(() => outline.classList.add("fading"), OUTLINE_MS),
      window.setTimeout(() => this.clear(), OUTLINE_MS + 600),
    ];
    return true;
  }

  clear(): void {
    this.timers.forEach((timer) => window.clearTimeout(timer));
    this.outline?.remove();
    this.outline = null;
  }
}

/** Where a node is on the recorded page's viewport, frames inside frames included. */
function placeOf(node: Node | null, top: HTMLIFrameElement | null): DOMRect | null {
  const view = node?.ownerDocument?.defaultView;
  const element = node && node.nodeType === 1 ? (node as Element) : (node?.parentElement ?? null);
  if (!view || !element || !top?.contentWindow) return null;
  let { left, top: y, width, height } = element.getBoundingClientRect();
  if (!width && !height) return null;
  for (let frame = view.frameElement; frame && frame !== top; frame = frame.ownerDocument.defaultView?.frameElement ?? null) {
    const outer = frame.getBoundingClientRect();
    left += outer.left;
    y += outer.top;
  }
  return new DOMRect(left, y, width, height);
}
