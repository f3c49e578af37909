/**
 * Player: our own timeline over the Stage. Every `t` is ms from the session's start.
 *
 * States  loading → ready (paused) ⇄ playing → ended; `failed` where there is nothing to play
 */

import type { Recording } from "./loader";
import type { Stage } from "./stage";
import type { Span } from "./types";

export const SPEEDS = [0.5, 1, 2, 4, 8, 16] as const;
const SKIP_LEAD_MS = 800; // idle time is left this long before the next activity, so that its cause is seen
const SKIP_AFTER_MS = 1_500; // and entered this long after the last, so that its effect is seen
const MIN_SKIP_MS = 2_000; // of idle time left, or the skip would be a stutter

export type Status = "loading" | "paused" | "playing" | "ended" | "failed";
export type Change = "time" | "status" | "speed" | "skip-idle";
type Listener = (change: Change) => void;

export class Player {
  t = 0;
  length = 0;
  speed = 1;
  skipIdle = true;
  status: Status = "loading";
  onSkip: (skipped: Span) => void = () => undefined;
  private recording: Recording | null = null;
  private baseMs = 0;
  private frame = 0;
  private wanted: number | null = null; // a move that waits for the next frame: scrubbing asks faster than we paint
  private readonly listeners: Listener[] = [];

  constructor(private readonly stage: Stage) {}

  subscribe(listener: Listener): void {
    this.listeners.push(listener);
  }

  get startMs(): number {
    return this.baseMs;
  }

  get idle(): Span[] {
    return this.recording?.activity.idle ?? [];
  }

  /** Know the session's time before, and whether or not, its recording arrives. */
  expect(baseMs: number, lengthMs: number): void {
    this.baseMs = baseMs;
    this.length = Math.max(1, lengthMs);
  }

  /** Take a recording and show its moment `t`, paused. */
  open(recording: Recording, baseMs: number, lengthMs: number, t: number): void {
    this.recording = recording;
    this.baseMs = baseMs || recording.startMs;
    this.length = Math.max(lengthMs, recording.endMs - this.baseMs, 1);
    this.t = this.clamp(t);
    this.place(false);
    this.setStatus("paused");
    this.tell("time");
  }

  fail(): void {
    this.setStatus("failed");
  }

  toggle(): void {
    if (this.status === "playing") this.pause();
    else this.play();
  }

  play(): void {
    if (this.status === "ended" || this.t >= this.length - 50) this.t = 0;
    if (!this.recording || this.status === "playing") return;
    this.wanted = null;
    this.place(true);
    this.setStatus("playing");
    this.schedule();
  }

  pause(): void {
    if (this.status !== "playing") return;
    this.t = this.clamp(this.stage.now() - this.baseMs);
    this.stage.pause();
    this.setStatus("paused");
    this.tell("time");
  }

  /** Move to `t`; keeps playing if it was playing. */
  moveTo(t: number): void {
    if (!this.recording) return;
    this.t = this.clamp(t);
    this.wanted = this.t;
    if (this.status === "ended") this.setStatus("paused");
    this.tell("time");
    this.schedule();
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.stage.setSpeed(speed);
    this.tell("speed");
  }

  faster(steps: number): void {
    const index = SPEEDS.findIndex((speed) => speed >= this.speed);
    this.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, index + steps))] ?? 1);
  }

  setSkipIdle(on: boolean): void {
    this.skipIdle = on;
    this.tell("skip-idle");
  }

  private place(playing: boolean): void {
    const epochMs = this.baseMs + this.t;
    const slice = this.recording?.sliceAt(epochMs);
    if (!slice) return;
    this.stage.show(slice, this.speed);
    this.stage.moveTo(epochMs, playing);
  }

  private schedule(): void {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.step());
  }

  private step(): void {
    this.frame = 0;
    if (this.wanted !== null) {
      this.wanted = null;
      this.place(this.status === "playing");
    }
    if (this.status !== "playing") return;
    this.t = this.clamp(this.stage.now() - this.baseMs);
    this.skipIdleTime();
    if (this.t >= this.length) this.finish();
    else this.schedule();
    this.tell("time");
  }

  private skipIdleTime(): void {
    if (!this.skipIdle) return;
    const span = this.idle.find(({ from, to }) => this.t >= from + SKIP_AFTER_MS && this.t < to);
    if (!span) return;
    const target = span.to >= this.length ? this.length : span.to - SKIP_LEAD_MS;
    if (target - this.t < MIN_SKIP_MS) return;
    this.onSkip({ from: this.t, to: target });
    this.t = target;
    if (target < this.length) this.place(true);
  }

  /** The slice has played out: go on with the next, or end. */
  finish(): void {
    if (this.status !== "playing") return;
    this.stage.pause();
    this.t = this.length;
    this.setStatus("ended");
    this.tell("time");
  }

  private clamp(t: number): number {
    return Math.min(this.length, Math.max(0, Number.isFinite(t) ? t : 0));
  }

  private setStatus(status: Status): void {
    this.status = status;
    this.tell("status");
  }

  private tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }
}
