/** The script's entry: fetched by the recorder where a site asks for headers and bodies, nobody else pays for it. */

import type { MakeKeep } from "../capture/bodies";
import { makeKeep } from "./keep";

(window as Window & { playheadBodies?: MakeKeep }).playheadBodies = makeKeep;
