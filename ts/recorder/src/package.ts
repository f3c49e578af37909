/** The entry of the npm package: what the tag's attributes say, as options of a call. */

import { begin, recordedAlready } from "./begin";
import { readConfig } from "./config";
import type { Options, Playhead } from "../npm/index";

/** Begin to record this document; a second call, and a call inside a frame of a recorded page, return the first one's. */
export function record(options: Options): Playhead {
  const known = recordedAlready();
  if (known) return known;
  const said = Object.entries(options).filter(([, value]) => value !== undefined && value !== null);
  const data = Object.fromEntries(said.map(([name, value]) => [name, String(value)]));
  const config = readConfig(data, new URL(`${options.server ?? "."}/`, location.href).href);
  if (typeof config === "string") throw new TypeError(`Playhead: ${config}`);
  return begin({ ...config, script: "" });
}
