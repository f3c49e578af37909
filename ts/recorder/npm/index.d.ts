/** Options of `record`; all but `site` and `server` are optional, and mean what the script tag's `data-` attributes do. */
export interface Options {
  /** The site's write key. */
  site: string;
  /** Where the Playhead server is, or a first-party proxy of it: "https://replay.example.org", "/playhead". */
  server: string;
  /** "manual", or what to wait for: "error", "30s", "event:NAME", "url:/checkout*". */
  start?: string | string[];
  /** Rates: 0.1, "0.1, url:/checkout*=1, trait:plan=team=1". */
  sample?: number | string | string[];
  /** Patterns of addresses where nothing is recorded. */
  never?: string | string[];
  /** Requests not to be tracked that are heeded: "gpc" (default), "dnt", "none". */
  respect?: string | string[];
  /** CSS selectors. */
  block?: string;
  mask?: string;
  ignore?: string;
  /** Pictures of canvases a second, 0.2 to 4; none unless asked for. Fetched from the server: `recorder-canvas.js`. */
  canvas?: number;
  /** Origins whose frames are recorded as part of this page. Fetched from the server: `recorder-frames.js`. */
  frames?: string | string[];
  /** Addresses (`/api/*`) whose requests are kept with headers and bodies. Fetched from the server: `recorder-bodies.js`. */
  bodies?: string | string[];
  /** Names of headers, parameters and JSON members whose values are masked in them. */
  redact?: string | string[];
  /** In a frame: origins of pages that may record it as part of theirs. */
  within?: string | string[];
  maskInputs?: boolean;
  maskText?: boolean;
  maskUrls?: boolean;
  console?: boolean;
  network?: boolean;
}

export interface Stopped {
  sessionId: string | null;
  sessionUrl: string | null;
  /** Whether the server has confirmed everything. */
  delivered: boolean;
}

/** `window.playhead`. */
export interface Playhead {
  readonly version: string;
  start(): void;
  stop(): Promise<Stopped>;
  /** Record nothing in this document until `resume()`; the session goes on. */
  pause(): void;
  resume(): void;
  /** The visitor wants no recording, in any tab, until `optIn()`. */
  optOut(): void;
  optIn(): void;
  /** Erase this visitor on the server, and what is kept here; whether that was done. */
  forget(): Promise<boolean>;
  identify(id: unknown, traits?: unknown): void;
  event(name: unknown, props?: unknown): void;
  sessionId(): string | null;
  sessionUrl(): string | null;
}

/**
 * Begin to record this document, and give `window.playhead`. Call it in a browser, as early as you can; a second call
 * returns what the first one did. Throws a TypeError for options that cannot work, and nothing afterwards.
 */
export function record(options: Options): Playhead;
