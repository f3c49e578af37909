/**
 * rrweb without what is never switched on here: its file, pinned in package.json, with parts taken out while bundling.
 *
 * Measured with @rrweb/record 2.1.6, bytes of gzip: 22,994 as it comes; without console calls 22,638; without canvas
 * recording 19,545; without cross-origin frames 18,674; enums as numbers, plain fields and dead branches 17,057.
 * Every landmark must be found: should the version be raised and the file differ, the build fails instead of shipping
 * something else.
 */
import { readFileSync } from "node:fs";

function need(found, landmark) {
  if (!found) throw new Error(`@rrweb/record has changed: ${landmark} was not found; look at ts/recorder/slim.mjs`);
}

/** Put `replacement` between two landmarks, the first one included. */
function between(source, from, to, replacement) {
  const start = source.indexOf(from);
  const end = source.indexOf(to, start);
  need(start >= 0 && end >= 0, `${from} … ${to}`);
  return source.slice(0, start) + replacement + source.slice(end);
}

function all(source, pattern, replacement) {
  need(typeof pattern === "string" ? source.includes(pattern) : source.search(pattern) >= 0, pattern);
  return source.replaceAll(pattern, replacement);
}

/** `EventType.Meta` → `4`; the enum's object then has no reader and falls out of the bundle. */
function numbersForEnums(source) {
  const enums = [...source.matchAll(/var (\w+) = \/\* @__PURE__ \*\/ \(\((\w+)\) => \{([\s\S]*?)return \2;/g)];
  need(enums.length >= 6, "enums");
  for (const [, name, , body] of enums) {
    for (const [, key, value] of body.matchAll(/\["(\w+)"\] = (\d+)\]/g)) {
      source = source.replace(new RegExp(`\\b${name}\\.${key}\\b`, "g"), value);
    }
  }
  return source;
}

/** `__publicField(this, "mirror", x)` → `this.mirror = x`: no class here has setters or frozen instances. */
function plainFields(source) {
  source = all(source, /__publicField\(this, "\w+"\);/g, "");
  return all(source, /__publicField\(this, "(\w+)", (.*)\);\n/g, "this.$1 = $2;\n");
}

const BRANCHES = {
  'if (tagName === "canvas" && recordCanvas) {': "if (false) {",
  'if (tagName === "img" && inlineImages) {': "if (false) {",
  "if (o.collectFonts) {": "if (false) {",
  "this.recordCrossOriginIframes)": "false)",
};

/** Some of rrweb's listeners are not behind its error handler: what fails there would be the page's uncaught error. */
function fenceListeners(source) {
  const head = "function on(type, fn, target = document) {";
  return all(source, head, `${head}\n  fn = callbackWrapper(fn);`);
}

/**
 * A style attribute set by name counts as inline style: under a strict Content-Security-Policy rrweb's note of the old
 * style is refused, the site is told of a violation at every change, and what was taken away is not recorded.
 */
function styleWithinPolicy(source) {
  return all(source, 'old.setAttribute("style", m.oldValue);', "old.style.cssText = m.oldValue;");
}

/** Text is masked by the scrubber, for every event in one way; looking every text node up twice costs bursts 3 %. */
function noTextMasks(source) {
  return between(source, "function needMaskingText(", "function onceIframeLoaded", "const needMaskingText = () => false;\n");
}

/**
 * What recording costs is measured where rrweb works, and what costs too much is left out (light.ts): elements in
 * `light.boxes` are blocked, more than `light.most` nodes added at once are not serialised but told to `light.flood`.
 */
function lightHooks(source) {
  source = `const light = { boxes: new Set(), most: 20_000, depth: 0, spent() {}, flood() {} };\n${source}`;
  source = all(source, "record.mirror = mirror;", `record.mirror = mirror;
record.light = light;
record.genId = genId;
record.thaw = () => callbackWrapper(() => mutationBuffers.forEach((buf) => buf.unfreeze()))();`);
  const element = "function _isBlockedElement(element, blockClass, blockSelector) {";
  source = all(source, element, `${element}\n  if (light.boxes.has(element)) return true;`);
  const blocked = "  const el = closestElementOfNode(node);\n  if (!el) {\n    return false;\n  }\n";
  source = all(source, blocked, `${blocked}
  for (let e = light.boxes.size && el; e; e = checkAncestors && e.parentElement) if (light.boxes.has(e)) return true;\n`);
  source = all(source, "      return cb(...rest);\n    } catch (error) {\n      if (errorHandler &&", `
      const start = light.depth++ ? 0 : performance.now();
      try {
        return cb(...rest);
      } finally {
        if (!--light.depth) light.spent(performance.now() - start);
      }
    } catch (error) {\n      if (errorHandler &&`);
  const emit = "      let n = null;\n";
  return all(source, emit, `      if (this.addedSet.size > light.most) {
        this.addedSet.clear();
        this.movedSet.clear();
        this.removes = [];
        light.flood();
        return;
      }\n${emit}`);
}

/** What no recorder here can be told: plugins, packing, snapshots by count or time, hooks, events of others, old browsers. */
function fewerOptions(source) {
  source = between(source, "try {\n  if (Array.from([1]", "const mirror = createMirror();", "");
  source = between(source, "  const inEmittingFrame = ", "  if (mousemoveWait !==", "");
  for (const options of ["maskAllInputs", "_maskInputOptions"]) { // in snapshot, in record
    source = between(source, "  const maskInputOptions = maskAllInputs", "  const slimDOMOptions", `  const maskInputOptions = (${options});\n`);
  }
  source = between(source, "  polyfill();\n  let lastFull", "  wrappedEmit = (r, isCheckout)", "");
  source = between(source, "    if (inEmittingFrame) {", "  const wrappedMutationEmit", "    emit(e);\n  };\n");
  source = between(source, "  for (const plugin of plugins || []) {\n    if (plugin.getMirror)", "  const processedNodeManager", "");
  source = between(source, "          plugins: ((_a2 = plugins", "        hooks\n", "        },\n");
  source = between(source, "  mergeHooks(o, hooks);", "  let mutationObserver;", "");
  source = between(source, "  const pluginHandlers = [];", "  return callbackWrapper(", "");
  source = all(source, "    pluginHandlers.forEach((h) => h());\n", "");
  source = between(source, "          canvasMutationCb: wrappedCanvas", "          selectionCb:", "");
  // begun when the document can be observed (rrweb.ts)
  source = between(source, '    if (["interactive", "complete"]', "    return () => {\n      handlers.forEach", "    init();\n");
  return between(source, "record.addCustomEvent = ", "record.freezePage", "");
}

/** `slimDOMOptions: true`, and of `<meta>` what the scrubber would leave anything of. */
function fewerNodes(source) {
  source = between(source, "function slimDOMDefaults(", "function slimDOMExcluded(", "const slimDOMDefaults = () => ({ headWhitespace: true });\n");
  return between(source, "function slimDOMExcluded(", "function serializeNodeWithId(", `function slimDOMExcluded({ type, tagName, attributes }) {
  if (type !== NodeType.Element) return type === NodeType.Comment;
  const { rel, as, name, href } = attributes;
  if (tagName === "meta") return !/^(?:viewport|color-scheme|theme-color|description|keywords|generator)$/i.test(name);
  if (tagName !== "link") return tagName === "script";
  return /^(?:shortcut icon|modulepreload)$/.test(rel) || (rel === "preload" && as === "script") || (rel === "prefetch" && /\\.js(?:[?#]|$)/.test(href));
}
`);
}

function slim(source) {
  source = between(source, "const jsContent = ", "class StylesheetManager", "");
  source = all(source, /\s*this\.canvasManager\.\w+\(\);/g, "");
  source = between(source, '    [\n      "mutationCb",', "  }\n  freeze() {", "    Object.assign(this, options);\n");
  source = all(source, /\n {2}canvasManager = new CanvasManager\(\{[\s\S]*?\}\);/g, "");
  source = all(source, /\n\s+canvasManager,/g, "");
  source = between(source, "  handleMessage(message) {", "class ShadowDomManager", "}\n");
  source = between(source, "class CrossOriginIframeMirror", "class IframeManager", "class CrossOriginIframeMirror {}\n");
  source = fewerNodes(fewerOptions(noTextMasks(source)));
  for (const [condition, never] of Object.entries(BRANCHES)) source = all(source, condition, never);
  return lightHooks(styleWithinPolicy(fenceListeners(plainFields(numbersForEnums(source)))));
}

export const slimRrweb = {
  name: "slim-rrweb",
  setup(build) {
    build.onLoad({ filter: /@rrweb[\\/]record[\\/]dist[\\/]record\.js$/ }, ({ path }) => ({
      contents: slim(readFileSync(path, "utf8")),
      loader: "js",
    }));
  },
};
