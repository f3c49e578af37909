/**
 * Stage: rrweb's Replayer, held so that a broken recording never breaks the player.
 *
 * The frame has no scripts (rrweb's sandbox) and canvases are never replayed from their commands
 * (`UNSAFE_replayCanvas` is code execution in this page). An event on which the Replayer throws is disarmed and
 * counted, and playing goes on.
 */

import { Replayer } from "@rrweb/replay";
import type { eventWithTime } from "@rrweb/types";

import { Drawings } from "./drawings";
import { guardMedia, guardTimer, keepSnapshots } from "./guards";
import type { Slice } from "./loader";
import { Rebase, STILL } from "./rebase";
import type { RrwebEvent } from "./types";

const MAX_SLICES = 4; // played one after the other before what lies behind is let go
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

// rrweb stops animations by a class of the root that every seek takes away and gives back: all of the page is styled anew
const STOPPED = ["", "::before", "::after"].map((part) => `html[${STILL}] *${part}`).join(", ") + " { animation-play-state: paused !important }";

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
  private events: RrwebEvent[] = []; // the Replayer's own list, in step with it
  private parts: { number: number; count: number; toMs: number }[] = []; // the slices in it
  private rewindable = false; // its first event is a keyframe
  private rebase: Rebase | null = null;
  private scrolls: Scrolls | null = null;
  private lastCast: RrwebEvent | null = null;
  private playing = false;
  private readonly drawings = new Drawings((id) => this.node(id));

  constructor(
    private readonly root: HTMLElement,
    private readonly on: StageEvents,
    private readonly calm: boolean,
  ) {}

  /** Whether the Replayer can go from where it is to a moment in this slice without being built anew. */
  reaches(number: number, epochMs: number): boolean {
    const first = this.parts[0]?.number ?? Infinity;
    if (number < first || number > (this.lastNumber ?? -1)) return false;
    return epochMs >= this.now() || (this.rewindable && number === first);
  }

  /** The last slice that is on the stage. */
  get lastNumber(): number | null {
    return this.parts[this.parts.length - 1]?.number ?? null;
  }

  /** Begin with a slice: its keyframe, then what happened. */
  show(slice: Slice, speed: number): void {
    const standing = this.rebase?.spoilt === false ? this.replayer : null;
    if (!standing) this.clear();
    this.events = [...slice.keyframe, ...slice.events];
    this.parts = [{ number: slice.number, count: this.events.length, toMs: slice.toMs }];
    this.rewindable = true;
    if (standing) this.begin(standing, speed);
    else this.build(speed);
  }

  /** Put other events under the Replayer: the page that stands is changed to theirs. */
  private begin(replayer: Replayer, speed: number): void {
    replayer.pause();
    const { context } = stateOf(replayer).state;
    context.events.splice(0, context.events.length, ...this.events);
    replayer.setConfig({ speed });
    this.lastCast = null;
    this.drawings.clear();
    const { mouse } = replayer as unknown as { mouse: HTMLElement };
    mouse.classList.remove("active", "touch-active");
    mouse.style.removeProperty("left");
    mouse.style.removeProperty("top");
    replayer.wrapper.querySelector(".target-outline")?.remove();
  }

  private build(speed: number): void {
    const replayer = new Replayer(this.events as unknown as eventWithTime[], {
      root: this.root,
      speed,
      mouseTail: this.calm ? false : TAIL,
      triggerFocus: false, // a focused field of the recording would take the keys away from the player
      insertStyleRules: [BLOCKED, STOPPED],
      pauseAnimation: false,
      useVirtualDom: false, // a slice is short: what happened in it is done to the page itself, not to a copy of all of it
      showWarning: true,
      logger: { log: () => undefined, warn: () => void this.skipped++ },
      plugins: [
        {
          handler: (event, isSync) => this.handled(event as unknown as RrwebEvent, isSync),
          onBuild: (node, { replayer }) => markBlocked(node as Node, replayer),
        },
      ],
    });
    replayer.iframe.setAttribute("title", "The recorded page");
    replayer.iframe.inert = true;
    replayer.on("resize", (size) => this.resized(size as { width: number; height: number }));
    replayer.on("event-cast", (event) => this.cast(event as RrwebEvent));
    replayer.on("finish", () => this.on.finish());
    replayer.on("fullsnapshot-rebuilded", () => this.still(!this.playing));
    guardTimer(replayer, () => void this.skipped++);
    guardMedia(replayer);
    keepSnapshots(replayer);
    this.scrolls = lastScrolls(replayer);
    this.rebase = new Rebase(replayer, (node) => markBlocked(node, replayer), this.scrolls.set);
    this.replayer = replayer;
    // rrweb restates the first Meta event's size in a timer of its own: have the last word after a seek
    window.setTimeout(() => this.replayer === replayer && this.tellWhere(this.now()), 5);
  }

  /** Go on into the next slice without building the page anew; lets go of what was played long ago. */
  extend(slice: Slice): void {
    const { replayer } = this;
    if (!replayer) return;
    const added = slice.fresh ? [...slice.keyframe, ...slice.events] : slice.events;
    this.add(replayer, added);
    this.parts.push({ number: slice.number, count: added.length, toMs: slice.toMs });
    while (this.parts.length > MAX_SLICES && (this.parts[0]?.toMs ?? Infinity) < this.now()) this.dropFirst(replayer);
  }

  /** More of the slice that is last on the stage was recorded. */
  append(number: number, events: RrwebEvent[]): void {
    const part = this.parts[this.parts.length - 1];
    if (!this.replayer || part?.number !== number) return;
    this.add(this.replayer, events);
    part.count += events.length;
    part.toMs = Math.max(part.toMs, events[events.length - 1]?.timestamp ?? 0);
  }

  /** Whether anything on the stage happens after the moment it stands at. */
  get hasMore(): boolean {
    return (this.events[this.events.length - 1]?.timestamp ?? 0) > this.now();
  }

  private add(replayer: Replayer, events: RrwebEvent[]): void {
    for (const event of events) {
      try {
        stateOf(replayer).send({ type: "ADD_EVENT", payload: { event } });
      } catch {
        this.skipped++;
      }
      this.events.push(event);
    }
  }

  private dropFirst(replayer: Replayer): void {
    const count = this.parts.shift()?.count ?? 0;
    stateOf(replayer).state.context.events.splice(0, count);
    this.events.splice(0, count);
    this.rewindable = false;
  }

  clear(): void {
    this.replayer?.destroy();
    this.replayer = null;
    this.rebase = null;
    this.scrolls = null;
    this.events = [];
    this.parts = [];
    this.lastCast = null;
    this.drawings.clear();
  }

  /** Epoch ms of the Replayer's offset 0. */
  private get fromMs(): number {
    return this.events[0]?.timestamp ?? 0;
  }

  /** Show the page as it was at `epochMs`; goes on from there if `playing`. */
  moveTo(epochMs: number, playing: boolean): void {
    const { replayer, events } = this;
    if (!replayer) return;
    const offset = Math.max(this.rewindable ? firstPaintable(events) : 0, epochMs - this.fromMs);
    this.playing = playing;
    const back = !this.lastCast || this.lastCast.timestamp > this.fromMs + offset;
    standAt(replayer, this.rewindable && back ? null : this.lastCast);
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
        if (this.rebase) this.rebase.spoilt = true;
        if (repairs >= MAX_REPAIRS || !disarm(events, this.lastCast, before, this.fromMs + offset)) break;
      }
    }
    this.still(!playing);
    this.scrolls?.apply();
    this.rebase?.settle();
    this.drawings.flush();
    this.tellWhere(this.fromMs + offset);
  }

  private handled(event: RrwebEvent, isSync: boolean): void {
    this.lastCast = event;
    this.rebase?.note(event);
    this.drawings.note(event);
    if (!isSync) this.drawings.flush();
  }

  pause(): void {
    this.playing = false;
    this.replayer?.pause();
    this.still(true);
  }

  /** Stop the page's animations, or let them run. */
  private still(on: boolean): void {
    const root = this.frame?.contentDocument?.documentElement;
    if (root?.hasAttribute(STILL) !== on) root?.toggleAttribute(STILL, on);
  }

  setSpeed(speed: number): void {
    this.replayer?.setConfig({ speed });
  }

  /** The moment on the stage, in epoch ms. */
  now(): number {
    return this.replayer ? this.fromMs + this.replayer.getCurrentTime() : 0;
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
    for (const event of this.events) {
      if (event.timestamp > epochMs && size) break;
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

/** rrweb paints nothing at or before its first snapshot: stay one ms behind it. */
function firstPaintable(events: RrwebEvent[]): number {
  const snapshot = events.find((event) => event.type === 2);
  return snapshot ? snapshot.timestamp - (events[0]?.timestamp ?? 0) + 1 : 0;
}

interface Machine {
  send(message: { type: "ADD_EVENT"; payload: { event: RrwebEvent } }): void;
  state: { context: { events: RrwebEvent[]; lastPlayedEvent: RrwebEvent | null } };
}

/** rrweb's state machine: `addEvent` hands over in a later task, too late to be in step with our list. */
function stateOf(replayer: Replayer): Machine {
  return replayer.service as unknown as Machine;
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

/**
 * Tell the Replayer which event it played last; none has it go through all anew, at a step back, without forgetting its
 * nodes. After a pointer's move it would begin earlier, by the time that move took: what it applies a second time finds no
 * nodes, and it strikes it out of the recording.
 */
function standAt(replayer: Replayer, last: RrwebEvent | null): void {
  const { context } = stateOf(replayer).state;
  context.lastPlayedEvent = last && { type: CUSTOM, timestamp: last.timestamp, data: {} };
}

interface Scrolls {
  set(id: number, x: number, y: number): void;
  apply(): void;
}

/** Of what a seek scrolls in a node, only the last counts, and comes once the page stands: each lays it out anew. */
function lastScrolls(replayer: Replayer): Scrolls {
  const own = replayer as unknown as { applyScroll(scroll: { id: number; x: number; y: number }, isSync: boolean): void };
  const apply = own.applyScroll.bind(replayer);
  const waiting = new Map<number, { id: number; x: number; y: number }>();
  own.applyScroll = (scroll, isSync) => void (isSync ? waiting.set(scroll.id, scroll) : apply(scroll, false));
  replayer.on("fullsnapshot-rebuilded", () => waiting.clear());
  return {
    set: (id, x, y) => void waiting.set(id, { id, x, y }),
    apply: () => {
      for (const scroll of waiting.values()) apply(scroll, true);
      waiting.clear();
    },
  };
}

/**
 * Turn the event on which the Replayer threw into one it ignores. It is the one after the last that was applied, or,
 * if none was, the first that this seek needed: the Meta event at or before its target.
 */
function disarm(events: RrwebEvent[], lastCast: RrwebEvent | null, before: RrwebEvent | null, targetMs: number): boolean {
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
