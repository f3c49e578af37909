/**
 * Player: our own timeline over the Stage. Every `t` is ms from the session's start.
 *
 * States  loading → ready (paused) ⇄ playing → ended; `failed` where there is nothing to play
 */

import type { LiveClock } from "./live_clock";
import { Broken, type Gap, type Recording, type Slice } from "./loader";
import type { Stage } from "./stage";
import type { RrwebEvent, Span } from "./types";

export const SPEEDS = [0.5, 1, 2, 4, 8, 16] as const;
const SKIP_LEAD_MS = 800; // idle time is left this long before the next activity, so that its cause is seen
const SKIP_AFTER_MS = 1_500; // and entered this long after the last, so that its effect is seen
const AHEAD_MS = 8_000; // of watching; what plays within it is fetched before it is needed
const BEHIND_MS = 500; // further from the visitor's present than that, the stage jumps there
const NEAR_LIVE_MS = 400; // who moves this near to the present wants the present
const MIN_SKIP_MS = 2_000; // of idle time left, or the skip would be a stutter

export type Status = "loading" | "paused" | "playing" | "ended" | "failed";
export type Change = "time" | "status" | "speed" | "skip-idle" | "waiting" | "live" | "tab";
type Listener = (change: Change) => void;

export class Player {
  t = 0;
  length = 0;
  speed = 1;
  skipIdle = true;
  status: Status = "loading";
  waiting = false; // for a slice that has not arrived yet
  peeked: string | null = null; // the lane that is shown, where it is not the one in front
  following = false; // playing what the visitor does, as they do it
  onSkip: (skipped: Span) => void = () => undefined;
  onGapPassed: (gap: Span) => void = () => undefined;
  onStalled: (error: unknown) => void = () => undefined;
  private recording: Recording | null = null;
  private clock: LiveClock | null = null; // while the session is being recorded
  private resting = false; // what is on the stage has played out, and more is to come
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

  get gaps(): Gap[] {
    return this.recording?.gaps ?? [];
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
    if (this.clock && this.t >= this.clock.position(Date.now()) - this.baseMs - NEAR_LIVE_MS) {
      this.goLive();
      return;
    }
    if (this.status === "ended" || this.t >= this.length - 50) this.t = 0;
    if (!this.recording || this.status === "playing") return;
    this.wanted = null;
    this.place(true);
    this.setStatus("playing");
    this.tell("time"); // from the end it goes on at the beginning: the playhead is there at once
    this.schedule();
  }

  get live(): boolean {
    return this.clock !== null;
  }

  /** The session is being recorded, with this clock; null: it is not any more, and ends where its recording does. */
  setLive(clock: LiveClock | null): void {
    this.clock = clock;
    if (!clock) {
      this.follow(false);
      this.length = Math.max(1, (this.recording?.endMs ?? 0) - this.baseMs);
      this.t = this.clamp(this.t);
      if (this.status === "playing" && this.resting) this.finishAt(this.length);
      this.tell("time");
    }
    this.tell("live");
  }

  /** More of slice `number` was recorded. */
  grew(number: number, events: RrwebEvent[]): void {
    if (events.length) this.stage.append(number, events);
    const length = Math.max(this.length, (this.recording?.endMs ?? 0) - this.baseMs);
    if (length === this.length) return;
    this.length = length;
    this.tell("live"); // who looks at an earlier moment sees that it goes on, too
  }

  /** Play the visitor's present, and stay with it. */
  goLive(): void {
    if (!this.clock || !this.recording) return;
    this.wanted = null;
    this.resting = true; // wherever the stage is, it is to move
    this.follow(true);
    if (this.status !== "playing") this.setStatus("playing");
    this.schedule();
  }

  /** Slices were cut anew: what is on the stage may not be among them. */
  restage(): void {
    this.stage.clear();
    this.place(this.status === "playing");
  }

  private follow(on: boolean): void {
    if (on === this.following) return;
    this.following = on;
    this.stage.setSpeed(on ? 1 : this.speed);
    this.tell("live");
  }

  /** Keep the stage with the visitor: it plays by itself, and jumps where it fell behind. */
  private stepLive(clock: LiveClock): void {
    const { stage, recording } = this;
    const now = Date.now();
    const epochMs = clock.position(now);
    this.length = Math.max(this.length, clock.edge(now) - this.baseMs);
    this.t = this.clamp(epochMs - this.baseMs);
    if (!recording || this.waiting) return;
    const there = stage.lastNumber !== null && recording.numberAt(epochMs) <= stage.lastNumber;
    if (there && !this.resting && epochMs - stage.now() < BEHIND_MS) return;
    if (there && this.resting && !stage.hasMore && epochMs >= stage.now()) return;
    this.resting = false;
    this.place(true);
  }

  pause(): void {
    if (this.status !== "playing") return;
    this.follow(false);
    if (!this.waiting) this.t = this.clamp(this.stage.now() - this.baseMs);
    this.stage.pause();
    this.setStatus("paused");
    this.tell("time");
  }

  /** Move to `t`; keeps playing if it was playing. */
  moveTo(t: number): void {
    if (!this.recording) return;
    const present = this.clock ? this.clock.position(Date.now()) - this.baseMs : Infinity;
    if (t >= present - NEAR_LIVE_MS && this.status === "playing") {
      this.goLive();
      return;
    }
    this.follow(false);
    this.resting = false;
    this.t = this.clamp(t);
    this.wanted = this.t;
    if (this.status === "ended") this.setStatus("paused");
    this.tell("time");
    this.schedule();
  }

  /** Show a tab that is not in front at `t`, standing still; whatever moves or plays next is of the one in front again. */
  peek(lane: string, t: number): void {
    const { recording } = this;
    if (!recording) return;
    this.pause();
    this.follow(false);
    this.wanted = null;
    this.t = this.clamp(t);
    if (this.status === "ended") this.setStatus("paused");
    this.setPeeked(lane);
    this.setWaiting(true);
    this.tell("time");
    const asked = ++this.asked;
    recording.lane(lane, this.baseMs + this.t).then(
      (slice) => asked === this.asked && this.stand(slice),
      (error: unknown) => {
        if (asked !== this.asked) return;
        this.onStalled(error);
        this.place(false);
      },
    );
  }

  private stand(slice: Slice): void {
    this.setWaiting(false);
    this.stage.show(slice, this.speed);
    this.stage.moveTo(slice.fromMs + 1, false);
  }

  private setPeeked(lane: string | null): void {
    if (lane === this.peeked) return;
    this.peeked = lane;
    this.tell("tab");
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    if (speed < 1) this.follow(false);
    this.stage.setSpeed(this.following ? 1 : speed);
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

  /** The stretch of the recording that cannot be shown and holds the moment. */
  get gap(): Gap | null {
    const epochMs = this.baseMs + this.t;
    return this.recording?.gaps.find(({ fromMs, toMs }) => epochMs >= fromMs && epochMs < toMs) ?? null;
  }

  /** Show the moment; where its slice is not here yet, ask for it and show it once it is. */
  private place(playing: boolean): void {
    const { recording, stage } = this;
    if (!recording) return;
    const epochMs = this.baseMs + this.t;
    const number = recording.numberAt(epochMs);
    this.asked++;
    this.setPeeked(null);
    if (recording.isBroken(number)) {
      this.passGap(number, playing);
      return;
    }
    if (!stage.reaches(number, epochMs)) {
      const slice = recording.ready(number);
      if (!slice) {
        this.await(number);
        return;
      }
      stage.show(slice, this.following ? 1 : this.speed);
    }
    this.setWaiting(false);
    stage.moveTo(epochMs, playing);
    this.lookAhead();
  }

  private asked = 0; // grows with every move: an answer to an older one is not shown

  private await(number: number): void {
    const { recording } = this;
    const asked = this.asked;
    this.setWaiting(true);
    if (this.status === "playing") this.stage.pause();
    recording?.slice(number).then(
      () => asked === this.asked && this.place(this.status === "playing"),
      (error: unknown) => {
        if (asked !== this.asked) return;
        if (error instanceof Broken) this.place(this.status === "playing");
        else {
          this.setWaiting(false);
          if (this.status === "playing") this.setStatus("paused");
          this.onStalled(error);
        }
      },
    );
  }

  /** Nothing can be shown here: while playing, go on behind it. */
  private passGap(number: number, playing: boolean): void {
    const { recording } = this;
    this.setWaiting(false);
    this.stage.pause();
    if (!recording || !playing) return;
    let next = number;
    while (next <= recording.last && recording.isBroken(next)) next++;
    if (next > recording.last) {
      this.finishAt(this.length);
      return;
    }
    const from = this.t;
    this.t = this.clamp(recording.startOf(next) - this.baseMs + 2);
    this.onGapPassed({ from, to: this.t });
    this.place(true);
  }

  /** Put the next slice on the stage before it is needed, and ask for the one after. */
  private lookAhead(): void {
    const { recording, stage } = this;
    const last = stage.lastNumber;
    if (!recording || last === null) return;
    const next = last + 1;
    recording.prefetch(next);
    if (this.speed > 2) recording.prefetch(next + 1);
    const near = recording.startOf(next) - (this.baseMs + this.t) < AHEAD_MS * this.speed;
    const slice = near && !recording.isBroken(next) ? recording.ready(next) : null;
    if (slice) this.goOn(slice);
  }

  private goOn(slice: Slice): void {
    this.stage.extend(slice);
    this.recording?.prefetch(slice.number + 1);
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
    if (this.following && this.clock) {
      this.stepLive(this.clock);
      this.lookAhead();
      this.schedule();
      this.tell("time");
      return;
    }
    if (!this.waiting) {
      this.t = this.clamp(this.stage.now() - this.baseMs);
      this.skipIdleTime();
      this.lookAhead();
    }
    if (this.t >= this.length && this.clock) this.goLive();
    else if (this.t >= this.length) this.finishAt(this.length);
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
    this.place(target < this.length);
  }

  /** What is on the stage has played out: go on with the next slice, or end. */
  finish(): void {
    const { recording, stage } = this;
    if (this.status !== "playing" || this.waiting || !recording) return;
    if (this.following) {
      this.resting = true;
      return;
    }
    const last = stage.lastNumber ?? recording.last;
    if (last < recording.last) {
      const next = last + 1;
      const slice = recording.ready(next);
      if (slice && !recording.isBroken(next)) {
        this.goOn(slice);
        stage.moveTo(this.baseMs + this.t, true);
        return;
      }
      this.t = this.clamp(Math.max(this.t, recording.startOf(next) - this.baseMs + 2));
      this.place(true);
      return;
    }
    if (this.clock) this.goLive();
    else this.finishAt(this.length);
  }

  private finishAt(t: number): void {
    if (this.status !== "playing") return;
    if (this.clock) {
      this.goLive();
      return;
    }
    this.stage.pause();
    this.t = t;
    this.setStatus("ended");
    this.tell("time");
  }

  private setWaiting(waiting: boolean): void {
    if (waiting === this.waiting) return;
    this.waiting = waiting;
    this.tell("waiting");
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
