/** The frames script's entry: fetched by a page that records frames of other origins, and by such frames. */

import type { FrameScript } from "../capture/frames";
import { above } from "./above";
import { within } from "./within";

(window as Window & { playheadFrames?: FrameScript }).playheadFrames = { above, within };
