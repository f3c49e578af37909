/**
 * Painter: pictures of the page's canvases, a few a second at most, in the shape rrweb's own canvas recording writes.
 *
 * Taken right after the page has drawn (a WebGL canvas is empty later), scaled down, as WebP where the browser makes it,
 * and only where one differs from the last. A canvas that holds pictures of another origin cannot be read: told once.
 */

import type { CanvasHooks } from "../capture/canvas";
import { elementsIn, isHiddenIn, rootsOf, type Root } from "../roots";

/** Longest side of a picture in px: what is drawn larger is scaled down. */
export const MOST_PX = 1_280;
/** Canvases looked at in one round; pages of hundreds of tiny ones exist (sparklines). */
export const MOST_CANVASES = 16;
/** Characters of one picture; a larger one is taken again with a quarter of the pixels. */
export const MOST_CHARACTERS = 400_000;
/** Shadow trees and frames are looked for this often: that goes over every element. */
const ROOTS_MS = 2_000;
const LEAST_PX = 8;
const QUALITY = 0.5;
const INCREMENTAL = 3;
const CANVAS = 9;

interface Known {
  page: string;
  picture: string;
  scale: number;
}

export class Painter {
  private readonly known = new WeakMap<HTMLCanvasElement, Known>();
  private readonly told = new WeakSet<HTMLCanvasElement>();
  private readonly sheet = document.createElement("canvas");
  private roots: Root[] = [];
  private rootsAt_ms = -ROOTS_MS;

  constructor(private readonly hooks: CanvasHooks) {}

  /** One round over the canvases that can be seen. */
  look(): void {
    let left = MOST_CANVASES;
    const now_ms = performance.now();
    if (now_ms - this.rootsAt_ms >= ROOTS_MS) {
      this.roots = rootsOf(document);
      this.rootsAt_ms = now_ms;
    }
    for (const canvas of elementsIn<HTMLCanvasElement>(this.roots, "canvas")) {
      if (left === 0) return;
      if (!canvas.isConnected || !inSight(canvas)) continue;
      left--;
      try {
        this.take(canvas);
      } catch {
        this.refused(canvas);
      }
    }
  }

  private take(canvas: HTMLCanvasElement): void {
    const { hooks } = this;
    const id = hooks.idOf(canvas);
    const page = hooks.page();
    if (id < 0 || !page || isHiddenIn(canvas, hooks.isHidden)) return;
    const before = this.known.get(canvas);
    let scale = before?.scale ?? 1;
    let picture = this.picture(canvas, scale);
    while (picture.length > MOST_CHARACTERS && scale > 0.1) picture = this.picture(canvas, (scale /= 2));
    if (picture.length > MOST_CHARACTERS || (before?.page === page && before.picture === picture)) return;
    this.known.set(canvas, { page, picture, scale });
    if (before === undefined && picture === this.blank()) return; // nothing was drawn yet
    const [head = "", base64 = ""] = picture.split(",");
    const blob = { rr_type: "Blob", data: [{ rr_type: "ArrayBuffer", base64 }], type: /image\/\w+/.exec(head)?.[0] };
    const { width, height } = canvas;
    hooks.emit({
      type: INCREMENTAL,
      timestamp: Date.now(),
      data: {
        source: CANVAS,
        id,
        type: 0,
        commands: [
          { property: "clearRect", args: [0, 0, width, height] },
          { property: "drawImage", args: [{ rr_type: "ImageBitmap", args: [blob] }, 0, 0, width, height] },
        ],
      },
    });
  }

  /** A data URL of what the canvas shows. Throws where it may not be read. */
  private picture(canvas: HTMLCanvasElement, scale: number): string {
    const { sheet } = this;
    const by = scale * Math.min(1, MOST_PX / Math.max(canvas.width, canvas.height));
    sheet.width = Math.max(1, Math.round(canvas.width * by));
    sheet.height = Math.max(1, Math.round(canvas.height * by));
    sheet.getContext("2d")?.drawImage(canvas, 0, 0, sheet.width, sheet.height);
    return sheet.toDataURL("image/webp", QUALITY);
  }

  /** What an empty canvas of the last picture's size looks like. */
  private blank(): string {
    const { sheet } = this;
    sheet.getContext("2d")?.clearRect(0, 0, sheet.width, sheet.height);
    return sheet.toDataURL("image/webp", QUALITY);
  }

  private refused(canvas: HTMLCanvasElement): void {
    if (this.told.has(canvas)) return;
    this.told.add(canvas);
    this.hooks.custom("playhead.canvas", { node: this.hooks.idOf(canvas), reason: "it holds pictures of another origin" });
    // drawing it onto ours has spoiled ours
    Object.assign(this, { sheet: document.createElement("canvas") });
  }
}

function inSight(canvas: HTMLCanvasElement): boolean {
  if (canvas.width < LEAST_PX || canvas.height < LEAST_PX) return false;
  const box = canvas.getBoundingClientRect();
  const { innerHeight, innerWidth } = canvas.ownerDocument.defaultView ?? window;
  return box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
}
