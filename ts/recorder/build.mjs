// How recorder.js is built.
import { readFileSync } from "node:fs";
import { minify } from "terser";
import { slimRrweb } from "./slim.mjs";

/** gzip -9; a page's owner pays this for every visitor. A test in tests/browser/recorder fails above it. */
export const BUDGET_BYTES = 30 * 1024;

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/**
 * Names of properties that only this bundle sees, rrweb's and ours: none is the browser's, none is sent, stored or
 * looked up by a string. Short ones in their place save 0.5 KB gzip.
 */
const OWN_NAMES = `
  addedSet movedSet droppedSet restoreHandlers removesSubTreeCache bypassOptions nodeMetaMap idNodeMap attributeMap
  trackedLinkElements crossOriginIframeStyleMirror crossOriginIframeMirror styleIDMap idStyleMap unattachedDoc mapRemoves
  crossOriginIframeMap shadowDoms trackLinkElement adoptedStyleSheetCb adoptStyleSheets
  styleMirror getNodeFromID getMeta removeNodeFromMap hasNode
  keepaliveBytes notBefore_ms leftovers outbox packing waiters spooled clockOffset_ms latest_ms touched_ms begun_ms
  batcher delivery masking scrubber selectors healings tellUser vitals early economise checkRoom retryLater enqueue
  onSealed onDropped onRefused onFull onRoom openPage introduce checkIdle reconcile knownUser onRested rests debt_ms at_ms overloaded parentTag resendLeftovers
  happened isRefused inlineImages recordCanvas dataURLOptions keepIframeSrcFn maskTextFn maskTextClass maskTextSelector
  inlineStylesheet stylesheetLoadTimeout iframeLoadTimeout newlyAddedElement preserveWhiteSpace onStylesheetLoad
  onIframeLoad onSerialize cssCaptured needsMask skipChild mouseInteractionCb mediaInteractionCb styleDeclarationCb
  viewportResizeCb styleSheetRuleCb canvasMutationCb customElementCb selectionCb mousemoveCb scrollCb mutationCb
  processedNodeManager shadowDomManager stylesheetManager iframeManager recordCrossOriginIframes blockSelector
  blockClass maskInputOptions maskInputFn slimDOMOptions userTriggeredOnInput ignoreSelector ignoreClass
  headMetaVerification headMetaDescKeywords headMetaAuthorship headTitleMutations headMetaHttpEquiv headMetaSocial
  headMetaRobots headWhitespace ignoreCSSAttributes mousemoveCallback observeAttachShadow patchAttachShadow
  attachLinkElement addShadowRoot recordDOM recordAfter movedMap styleDiff maskAllInputs unfreeze thaw flood
`;

/** A second minifier sees what the first one leaves: 1.3 KB gzip. */
export async function shrink(code, more = {}) {
  const left = OWN_NAMES.trim().split(/\s+/).filter((name) => new RegExp(`["'\`.]${name}\\b`).test(code));
  if (left.length) throw new Error(`the recorder still looks up ${left} by name: take it out of OWN_NAMES`);
  return (await minify(code, { ecma: 2020, compress: { passes: 3, ecma: 2020, unsafe_arrows: false }, mangle: true, ...more })).code;
}

export const recorderOptions = {
  target: "es2022",
  plugins: [slimRrweb],
  mangleProps: new RegExp(`^(?:${OWN_NAMES.trim().split(/\s+/).join("|")})$`),
  drop: ["console"], // what rrweb warns about is nothing a visitor's console should show
  define: { __VERSION__: JSON.stringify(version) },
};

/** The npm package is a module; whoever bundles it does the rest. */
export const packageOptions = { ...recorderOptions, format: "esm" };
export const shrinkModule = (code) => shrink(code, { module: true });
