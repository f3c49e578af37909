/**
 * Offline: the player of an exported file. Everything it needs stands in the file: no server, no request.
 *
 * The recording is one slice that begins with a keyframe; what could act was taken out when it was exported, and the
 * file's own policy forbids the rest.
 */

import { need } from "../../islands/src/dom";
import { type Files, withFiles } from "./offline_files";
import { Stage } from "./stage";
import { clock, preciseClock } from "./time";
import type { RrwebEvent } from "./types";

const CALM = matchMedia("(prefers-reduced-motion: reduce)").matches;
const JUMP_MS = 5_000;

interface Facts {
  start_ms: number; // of the session, epoch
  from_ms: number; // of what was exported, ms from the session's start
  to_ms: number;
}

/** Undo gzip and base64: a recording shrinks to a tenth, and no character of it can end the script that holds it. */
async function unpack(text: string): Promise<RrwebEvent[]> {
  const packed = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(stream).json()) as RrwebEvent[];
}

class OfflinePage {
  private readonly stage: Stage;
  private readonly box = need(document, "[data-stage]");
  private readonly fit = need(document, "[data-stage-fit]");
  private readonly seek = need<HTMLInputElement>(document, "[data-seek]");
  private readonly speed = need<HTMLSelectElement>(document, "[data-speed]");
  private playing = false;
  private t: number;

  constructor(
    private readonly facts: Facts,
    events: RrwebEvent[],
  ) {
    this.t = facts.from_ms;
    this.stage = new Stage(this.fit, { size: () => this.scale(), address: (href) => this.address(href), finish: () => this.pause() }, CALM);
    const snapshot = events.findIndex((event) => event.type === 2) + 1;
    this.stage.show({ number: 0, keyframe: events.slice(0, snapshot), events: events.slice(snapshot), fresh: true, toMs: facts.start_ms + facts.to_ms } as Parameters<Stage["show"]>[0], 1);
    this.seek.min = String(facts.from_ms);
    this.seek.max = String(facts.to_ms);
    new ResizeObserver(() => this.scale()).observe(this.box);
    this.listen();
    this.moveTo(facts.from_ms);
    requestAnimationFrame(() => this.tick());
  }

  private listen(): void {
    need(document, "[data-toggle]").addEventListener("click", () => this.toggle());
    this.seek.addEventListener("input", () => this.moveTo(Number(this.seek.value)));
    this.speed.addEventListener("change", () => this.stage.setSpeed(Number(this.speed.value)));
    for (const link of document.querySelectorAll<HTMLElement>("[data-t]")) link.addEventListener("click", () => this.moveTo(Number(link.dataset["t"])));
    document.addEventListener("keydown", (event) => {
      if (event.target === this.speed || event.ctrlKey || event.metaKey) return;
      if (event.key === " " && !(event.target as Element).closest("button")) this.toggle();
      else if (event.key === "ArrowLeft") this.moveTo(this.t - JUMP_MS);
      else if (event.key === "ArrowRight") this.moveTo(this.t + JUMP_MS);
      else return;
      event.preventDefault();
    });
  }

  private toggle(): void {
    if (this.playing) {
      this.pause();
      return;
    }
    if (this.t >= this.facts.to_ms - 50) this.t = this.facts.from_ms;
    this.playing = true;
    this.stage.moveTo(this.facts.start_ms + this.t, true);
    document.body.classList.add("playing");
  }

  private pause(): void {
    this.playing = false;
    this.stage.pause();
    document.body.classList.remove("playing");
  }

  private moveTo(t: number): void {
    this.t = Math.min(this.facts.to_ms, Math.max(this.facts.from_ms, t));
    this.stage.moveTo(this.facts.start_ms + this.t, this.playing);
    this.tell();
  }

  private tick(): void {
    if (this.playing) {
      this.t = Math.min(this.facts.to_ms, this.stage.now() - this.facts.start_ms);
      if (this.t >= this.facts.to_ms) this.pause();
      this.tell();
    }
    requestAnimationFrame(() => this.tick());
  }

  private tell(): void {
    this.seek.value = String(Math.round(this.t));
    this.seek.setAttribute("aria-valuetext", preciseClock(this.t));
    need(document, "[data-now]").textContent = preciseClock(this.t);
    need(document, "[data-length]").textContent = clock(this.facts.to_ms);
  }

  private address(href: string): void {
    need(document, "[data-address]").textContent = href;
  }

  private scale(): void {
    const { width, height } = this.stage;
    if (!width || !height) return;
    const by = Math.min(1, this.box.clientWidth / width, this.box.clientHeight / height);
    this.fit.style.width = `${width}px`;
    this.fit.style.height = `${height}px`;
    this.fit.style.transform = `translate(${Math.max(0, (this.box.clientWidth - width * by) / 2)}px, ${Math.max(0, (this.box.clientHeight - height * by) / 2)}px) scale(${by})`;
  }
}

async function start(): Promise<void> {
  const facts = JSON.parse(need(document, "#facts").textContent || "{}") as Facts;
  try {
    const files = JSON.parse(need(document, "#assets").textContent || "{}") as Files;
    new OfflinePage(facts, withFiles(await unpack(need(document, "#recording").textContent || ""), files));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    need(document, "[data-address]").textContent = `This file cannot be played here: ${why}. A browser from 2023 or later is needed.`;
  }
}

void start();
