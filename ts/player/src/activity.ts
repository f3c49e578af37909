/** Activity: how much the visitor did, when; and the stretches in which they did nothing (core/activity.py). */

import type { Span } from "./types";

export interface Activity {
  buckets: number[]; // 0–1, equal parts of the whole session
  idle: Span[];
}
