/**
 * Stage: rrweb's Replayer, held so that a broken recording never breaks the player.
 *
 * The frame has no scripts (rrweb's sandbox) and canvases are never replayed from their commands
 * (`UNSAFE_replayCanvas` is code execution in this page). An event on which the Replayer throws is disarmed and
 * counted, and playing goes on.
 */

import { Replayer } from "@rrweb/replay";
import type { eventWithTime } from "@rrweb/types";

import type { Slice } from "./loader";
import type { RrwebEvent } from "./types";

const MAX_REPAIRS = 200; // broken events disarmed per seek, before the rest of the slice is given up
const CUSTOM = 5;
const META = 4;
const INCREMENTAL = 3;
const RESIZE = 4;
const TAIL = { duration: 350, lineCap: "round", lineWidth: 2, strokeStyle: "rgba(10, 143, 134, 0.55)" };
// what the site chose not to record: rrweb keeps its size only, and would paint some of it solid black
const NOT_RECORDED = "data-not-recorded";
const BLOCKED =
  ".rr-block, [data-not-recorded] { background: repeating-linear-gradient(-45deg, #dfe3e8 0 6px, #eceff2 6px 12px) !important; border-radius: 4px; }";

export interface StageEvents {
  size(width: number, height: number): void;
  address(href: string): void;
  finish(): void;
}

export class Stage {
  skipped = 0; // changes that could not be applied
  width = 0;
  height = 0;
  private replayer: Replayer | null = null;
  private slice: Slice | null = null;
  private lastCast: RrwebEvent | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly on: StageEvents,
    private readonly calm: boolean,
  ) {}

  /** Put a slice on the stage; a second call with the same slice is free. */
  show(slice: Slice, speed: number): void {
    if (slice === this.slice) return;
    this.clear();
    this.slice = slice;
    const replayer = new Replayer(slice.events as unknown as eventWithTime[], {
      root: this.root,
      speed,
      mouseTail: this.calm ? false : TAIL,
      triggerFocus: false, // a focused field of the recording would take the keys away from the player
      insertStyleRules: [BLOCKED],
      showWarning: true,
      logger: { log: () => undefined, warn: () => void this.skipped++ },
      plugins: [
        {
          handler: (event) => void (this.lastCast = event as unknown as RrwebEvent),
          onBuild: (node, { replayer }) => markBlocked(node as Node, replayer),
        },
      ],
    });
    replayer.iframe.setAttribute("title", "The recorded page");
    replayer.iframe.inert = true;
    replayer.on("resize", (size) => this.resized(size as { width: number; height: number }));
    replayer.on("event-cast", (event) => this.cast(event as RrwebEvent));
    replayer.on("finish", () => this.on.finish());
    guardTimer(replayer, () => void this.skipped++);
    this.replayer = replayer;
    // rrweb restates the first Meta event's size in a timer of its own: have the last word after a seek
    window.setTimeout(() => this.replayer === replayer && this.tellWhere(this.now()), 5);
  }

  clear(): void {
    this.replayer?.destroy();
    this.replayer = null;
    this.slice = null;
    this.lastCast = null;
  }

  /** Show the page as it was at `epochMs`; goes on from there if `playing`. */
  moveTo(epochMs: number, playing: boolean): void {
    const { replayer, slice } = this;
    if (!replayer || !slice) return;
    const offset = Math.max(this.firstPaintable(slice), epochMs - slice.fromMs);
    for (let repairs = 0; ; repairs++) {
      const before = this.lastCast;
      this.lastCast = null;
      try {
        if (playing) replayer.play(offset);
        else replayer.pause(offset);
        this.lastCast ??= before;
        break;
      } catch {
        this.skipped++;
        if (repairs >= MAX_REPAIRS || !disarm(slice, this.lastCast, before, slice.fromMs + offset)) break;
      }
    }
    this.tellWhere(slice.fromMs + offset);
  }

  pause(): void {
    this.replayer?.pause();
  }

  setSpeed(speed: number): void {
    this.replayer?.setConfig({ speed });
  }

  /** The moment on the stage, in epoch ms. */
  now(): number {
    return this.replayer && this.slice ? this.slice.fromMs + this.replayer.getCurrentTime() : 0;
  }

  get frame(): HTMLIFrameElement | null {
    return this.replayer?.iframe ?? null;
  }

  get wrapper(): HTMLElement | null {
    return this.replayer?.wrapper ?? null;
  }

  node(id: number): Node | null {
    return this.replayer?.getMirror().getNode(id) ?? null;
  }

  /** rrweb paints nothing at or before its first snapshot: stay one ms behind it. */
  private firstPaintable(slice: Slice): number {
    const snapshot = slice.events.find((event) => event.type === 2);
    return snapshot ? snapshot.timestamp - slice.fromMs + 1 : 0;
  }

  private resized({ width, height }: { width: number; height: number }): void {
    this.width = width;
    this.height = height;
    this.on.size(width, height);
  }

  private cast(event: RrwebEvent): void {
    const href = hrefOf(event);
    if (href) this.on.address(href);
    this.paintAs(schemeOf(event));
  }

  /** A page follows the frame's colour scheme: it is the visitor's, light where the recording does not say. */
  private paintAs(scheme: string): void {
    if (scheme && this.replayer) this.replayer.iframe.style.colorScheme = scheme;
  }

  /** After a seek rrweb has skipped what lies before: restate the address and the size that hold now. */
  private tellWhere(epochMs: number): void {
    let address = "";
    let scheme = "";
    let size: { width: number; height: number } | null = null;
    for (const event of this.slice?.events ?? []) {
      if (event.timestamp > epochMs && address && size) break;
      address = hrefOf(event) || address;
      scheme = schemeOf(event) || scheme;
      size = sizeOf(event) ?? size;
    }
    if (size) this.resized(size);
    if (size && this.replayer) {
      this.replayer.iframe.style.display = "inherit";
      this.replayer.iframe.width = String(size.width);
      this.replayer.iframe.height = String(size.height);
    }
    if (address) this.on.address(address);
    this.paintAs(scheme);
  }
}

function hrefOf(event: RrwebEvent): string {
  const data = event.data as { href?: unknown; tag?: unknown; payload?: { url?: unknown } } | null;
  if (event.type === META && typeof data?.href === "string") return data.href;
  const moved = event.type === CUSTOM && (data?.tag === "playhead.navigate" || data?.tag === "playhead.page");
  return moved && typeof data?.payload?.url === "string" ? data.payload.url : "";
}

function schemeOf(event: RrwebEvent): "light" | "dark" | "" {
  const data = event.data as { tag?: unknown; payload?: { color_scheme?: unknown } } | null;
  if (event.type !== CUSTOM || data?.tag !== "playhead.page") return "";
  return data.payload?.color_scheme === "dark" ? "dark" : "light";
}

function sizeOf(event: RrwebEvent): { width: number; height: number } | null {
  const data = event.data as { source?: number; width?: number; height?: number } | null;
  const sized = event.type === META || (event.type === INCREMENTAL && data?.source === RESIZE);
  return sized && data ? { width: data.width ?? 0, height: data.height ?? 0 } : null;
}

function markBlocked(node: Node, replayer: Replayer): void {
  const meta = replayer.getMirror().getMeta(node);
  if (node.nodeType !== 1 || !meta || !("attributes" in meta) || !("rr_width" in meta.attributes)) return;
  (node as HTMLElement).setAttribute(NOT_RECORDED, "");
  const { rr_width: width, rr_height: height } = meta.attributes;
  if (width === "0px" && height === "0px") (node as HTMLElement).style.display = "none"; // it was not shown
}

/** An action of the Replayer's clock that throws must not stop the clock. */
function guardTimer(replayer: Replayer, failed: () => void): void {
  const timer = replayer.timer as unknown as { addAction(action: { doAction: () => void; delay: number }): void };
  const add = timer.addAction.bind(timer);
  timer.addAction = ({ doAction, delay }) =>
    add({
      delay,
      doAction: () => {
        try {
          doAction();
        } catch {
          failed();
        }
      },
    });
}

/**
 * Turn the event on which the Replayer threw into one it ignores. It is the one after the last that was applied, or,
 * if none was, the first that this seek needed: the Meta event at or before its target.
 */
function disarm(slice: Slice, lastCast: RrwebEvent | null, before: RrwebEvent | null, targetMs: number): boolean {
  const { events } = slice;
  let index: number;
  if (lastCast) index = events.indexOf(lastCast) + 1;
  else if (before && before.timestamp < targetMs && events.includes(before)) index = events.indexOf(before) + 1;
  else index = Math.max(0, lastMeta(events, targetMs));
  while (index < events.length && (events[index]?.type ?? 0) < 2) index++;
  const broken = events[index];
  if (!broken || broken.timestamp > targetMs) return false;
  broken.type = CUSTOM;
  broken.data = { tag: "playhead.unreadable", payload: null };
  return true;
}

function lastMeta(events: RrwebEvent[], targetMs: number): number {
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index];
    if (event && event.type === META && event.timestamp <= targetMs) return index;
  }
  return 0;
}
