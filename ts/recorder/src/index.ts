/** The script tag's entry: reads the tag, begins to record unless told to wait, and gives the page `window.playhead`. */

import { begin, recordedAlready } from "./begin";
import { ownScript, readConfig } from "./config";
import { quietly } from "./guard";

function boot(): void {
  if (recordedAlready()) return;
  const script = ownScript();
  const config = script ? readConfig({ ...script.dataset }, script.src) : "the script tag was not found";
  if (typeof config === "string") window.console.warn(`Playhead does not record: ${config}`);
  else begin(config);
}

quietly(boot);
