/** What the server answers, as far as the player reads it (core/trace.py, query/session.py). */

export interface RrwebEvent {
  type: number;
  timestamp: number;
  data: unknown;
  delay?: number;
}

export interface Target {
  role: string;
  name: string;
  selector: string;
  node_id: number;
  container?: string;
}

export interface Effect {
  kind: string;
  t_ms: number;
  text?: string | null;
  method?: string | null;
  url?: string | null;
  path?: string | null;
  status?: number | null;
  duration_ms?: number | null;
}

export interface Interaction {
  ref: string;
  t_ms: number;
  kind: string;
  page_url: string;
  target: Target | null;
  effects: Effect[];
  reaction_ms: number | null;
  value?: string;
  end_ms?: number;
  count?: number;
  detail?: Record<string, string | number | boolean>;
}

export interface Signal {
  ref: string;
  kind: string;
  t_ms: number;
  end_ms: number;
  refs: string[];
  target: Target | null;
  measured: Record<string, string | number | boolean>;
  page_url?: string;
}

export interface PageView {
  url: string;
  title: string;
  start_ms: number;
  end_ms: number;
  page?: string; // the lane it was in
}

export interface Trace {
  session: { start_ms: number; end_ms: number; duration_ms: number; event_count: number; pages: PageView[] };
  interactions: Interaction[];
  signals: Signal[];
  coverage: Record<string, unknown>;
}

export type Tone = "red" | "amber" | "violet";

export interface SignalWords {
  tag: string;
  plural: string;
  tone: Tone;
  plain: string;
}

/** A stretch of a session, in ms from its start. */
export interface Span {
  from: number;
  to: number;
}

/** What people added to a session (query/marks.py); moments are ms from its start. */
export interface Note {
  id: number;
  t_ms: number;
  end_ms: number | null;
  text: string;
  created_ms: number;
}

export interface Marks {
  starred: boolean;
  watched_ms: number;
  tags: string[];
  notes: Note[];
}

/** A link that shows one session without a login (query/shares.py). */
export interface Share {
  id: number;
  t_ms: number;
  created_ms: number;
  expires_ms: number;
}
