/**
 * Drawings: canvases are shown as the pictures the recorder took of them.
 *
 * rrweb would replay a canvas by calling what the recording names, constructors included (`UNSAFE_replayCanvas`), which
 * is code execution in this page. Only bytes of pictures are read here, and drawn.
 */

import type { RrwebEvent } from "./types";

const INCREMENTAL = 3;
const CANVAS = 9;
const PICTURE = /^image\/(png|jpeg|webp|gif|avif|bmp)$/;
const MAX_WAITING = 64;

interface Drawing {
  url: string;
  place: number[]; // the arguments of drawImage after the picture
}

export class Drawings {
  private waiting = new Map<number, Drawing>(); // the last one of each canvas

  constructor(private readonly nodeOf: (id: number) => Node | null) {}

  note(event: RrwebEvent): void {
    const data = event.data as { source?: number; id?: number } | null;
    if (event.type !== INCREMENTAL || data?.source !== CANVAS || typeof data.id !== "number") return;
    const drawing = drawingOf(data);
    if (drawing && this.waiting.size < MAX_WAITING) this.waiting.set(data.id, drawing);
  }

  /** Draw what was noted since; a newer picture of a canvas replaces one that has not loaded yet. */
  flush(): void {
    for (const [id, drawing] of this.waiting) {
      const canvas = this.nodeOf(id);
      if (canvas?.nodeName === "CANVAS") paint(canvas as HTMLCanvasElement, drawing);
    }
    this.waiting.clear();
  }

  clear(): void {
    this.waiting.clear();
  }
}

const latest = new WeakMap<HTMLCanvasElement, Drawing>();

function paint(canvas: HTMLCanvasElement, drawing: Drawing): void {
  latest.set(canvas, drawing);
  const image = new Image();
  image.onload = () => {
    if (latest.get(canvas) !== drawing) return;
    const context = canvas.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, canvas.width, canvas.height);
    const [x = 0, y = 0, width = canvas.width, height = canvas.height] = drawing.place;
    context.drawImage(image, x, y, width, height);
  };
  image.src = drawing.url;
}

/** Read the last picture of a canvas event; null where it has none. */
export function drawingOf(data: unknown): Drawing | null {
  const { commands } = data as { commands?: unknown };
  const list: unknown[] = Array.isArray(commands) ? commands : [data];
  for (const command of [...list].reverse()) {
    const { property, args } = (command ?? {}) as { property?: unknown; args?: unknown };
    if (property !== "drawImage" || !Array.isArray(args)) continue;
    const url = pictureIn(args[0]);
    const numbers = args.slice(1).filter((value): value is number => typeof value === "number" && Number.isFinite(value));
    if (url) return { url, place: numbers.length === 2 || numbers.length === 4 ? numbers : [] };
  }
  return null;
}

/** ImageBitmap(Blob([ArrayBuffer(base64)], type)), as rrweb writes it. */
function pictureIn(bitmap: unknown): string | null {
  const blob = (bitmap as { args?: unknown[] } | null)?.args?.[0] as { data?: unknown[]; type?: unknown } | undefined;
  const bytes = (blob?.data?.[0] as { base64?: unknown } | undefined)?.base64;
  if (typeof bytes !== "string" || !/^[A-Za-z0-9+/=]+$/.test(bytes)) return null;
  const type = typeof blob?.type === "string" && PICTURE.test(blob.type) ? blob.type : null;
  return type ? `data:${type};base64,${bytes}` : null;
}
