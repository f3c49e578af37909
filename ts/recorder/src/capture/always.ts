/** Always: what is written down of every recorded page beside what rrweb sees; the tag may switch off console and network. */

import type { Config } from "../config";
import type { Stop } from "../guard";
import { captureActions } from "./actions";
import { captureConsole } from "./console";
import type { Context } from "./context";
import { captureErrors } from "./errors";
import { captureNavigation } from "./navigation";
import { captureNetwork } from "./network";
import { captureVitals, type Vitals } from "./vitals";

/** Begin all of it, its ends into `stops`. `first`: nothing of this document was recorded before. */
export function captureAlways(context: Context, config: Config, first: boolean, stops: Stop[]): Vitals {
  const vitals = captureVitals(context);
  stops.push(vitals.stop, captureErrors(context), captureNavigation(context), captureActions(context));
  if (config.console) stops.push(captureConsole(context, config.script));
  const ours = [`${config.server}/ingest`, config.script];
  if (config.network) stops.push(captureNetwork(context, { ours, initial: !config.manual && first }));
  return vitals;
}
