/** Islands: the few places of our server-rendered pages that need a browser's own code. */

import { keepAgo } from "./ago";
import { batchProgress } from "./batches";
import { copyButtons } from "./copy";
import { exampleButtons } from "./examples";
import { importPage } from "./import";
import { modelSettings } from "./settings";
import { sessionList } from "./sessions";
import { themeToggle } from "./theme";
import { savedViews } from "./views";
import { waitForSite } from "./waiting";

themeToggle();
copyButtons();
keepAgo();
exampleButtons();
importPage();
sessionList();
savedViews();
waitForSite();
modelSettings();
batchProgress();
