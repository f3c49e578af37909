// Plays recordings in rrweb's own Replayer and writes down the DOM it reached, node by node, by rrweb id.
import { Replayer } from "@rrweb/replay";
import { record } from "@rrweb/record";

const DOCUMENT = 9, ELEMENT = 1, DOCTYPE = 10, FRAGMENT = 11;

function rulesOf(sheet) {
  try {
    return sheet ? Array.from(sheet.cssRules, (rule) => rule.cssText) : null;
  } catch {
    return null;
  }
}

function isInPage(node, top) {
  for (let at = node; at?.isConnected; ) {
    const document = at.nodeType === DOCUMENT ? at : at.ownerDocument;
    if (document === top) return true;
    at = document.defaultView?.frameElement;
  }
  return false;
}

function dumpNode(node, mirror, top) {
  const idOf = (other) => (other ? mirror.getId(other) : -1);
  let parent = node.parentNode;
  if (node.nodeType === DOCUMENT) parent = node.defaultView?.frameElement ?? null;
  const isShadow = parent?.nodeType === FRAGMENT;
  if (isShadow) parent = parent.host;
  const dump = { type: node.nodeType, parent: idOf(parent), isShadow, connected: isInPage(node, top) };
  if (node.nodeType === DOCTYPE) return { ...dump, name: node.name, publicId: node.publicId, systemId: node.systemId };
  if (node.nodeType !== ELEMENT && node.nodeType !== DOCUMENT) return { ...dump, text: node.textContent };
  const children = [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes];
  dump.children = children.map(idOf).filter((child) => child > 0);
  if (node.adoptedStyleSheets || node.shadowRoot) {
    dump.adopted = Array.from((node.shadowRoot ?? node).adoptedStyleSheets, rulesOf);
  }
  if (node.nodeType === DOCUMENT) {
    const scroller = node.scrollingElement;
    if (!scroller) return dump;
    dump.scroll = [scroller.scrollLeft, scroller.scrollTop];
    dump.room = [scroller.scrollWidth - scroller.clientWidth, scroller.scrollHeight - scroller.clientHeight];
    return dump;
  }
  dump.tag = node.localName;
  dump.svg = node.namespaceURI === "http://www.w3.org/2000/svg";
  dump.shadowHost = Boolean(node.shadowRoot);
  dump.attributes = Object.fromEntries(Array.from(node.attributes, ({ name, value }) => [name, value]));
  dump.scroll = [node.scrollLeft, node.scrollTop];
  dump.room = [node.scrollWidth - node.clientWidth, node.scrollHeight - node.clientHeight];
  if ("value" in node) dump.value = String(node.value);
  if (node.localName === "input") dump.checked = node.checked;
  if (node.style) dump.style = node.style.cssText;
  if (node.localName === "style") dump.rules = rulesOf(node.sheet);
  if (node.localName === "dialog") dump.modal = node.open && node.matches("dialog:modal");
  return dump;
}

function dump(replayer) {
  const mirror = replayer.getMirror();
  const nodes = {};
  for (const id of mirror.getIds()) {
    const node = mirror.getNode(id);
    if (id > 0 && node && mirror.getId(node) === id) nodes[id] = dumpNode(node, mirror, replayer.iframe.contentDocument);
  }
  return nodes;
}

const settled = () => new Promise((done) => setTimeout(done, 60));

// Returns one dump for each of `offsets` (ms since the first event; whatever happened by then is in it).
async function play(events, offsets, { virtual = true } = {}) {
  const root = document.createElement("div");
  document.body.append(root);
  const silent = { log() {}, warn() {} };
  const replayer = new Replayer(structuredClone(events), {
    root, useVirtualDom: virtual, mouseTail: false, triggerFocus: false, logger: silent, showWarning: false,
  });
  await settled();
  const dumps = [];
  for (const offset of offsets) {
    replayer.pause(offset + 0.5);
    await settled();
    dumps.push(dump(replayer));
  }
  replayer.destroy();
  root.remove();
  return dumps;
}

// Leaves the recording standing at `offset`, to be looked at from outside.
async function hold(events, offset) {
  document.querySelectorAll(".replayer-wrapper").forEach((node) => node.remove());
  const silent = { log() {}, warn() {} };
  const replayer = new Replayer(events, {
    root: document.body, mouseTail: false, triggerFocus: false, logger: silent, showWarning: false,
    useVirtualDom: false, // event by event, as it plays: its virtual DOM sets the fields of a group in the page's order
  });
  await settled();
  try {
    replayer.pause(offset);
  } catch (error) {
    if (!String(error).includes("target.pause is not a function")) throw error; // Plyr: it takes any element for a video
  }
  await settled();
}

// What the browser makes of a style attribute, to compare spellings of the same declarations.
function spellStyle(texts) {
  const probe = document.createElement("div");
  return texts.map((text) => {
    probe.setAttribute("style", text);
    return probe.style.cssText;
  });
}

// What a field of these attributes makes of a value set by a script.
function spellValue(attributes, value) {
  const probe = document.createElement("input");
  for (const [name, given] of Object.entries(attributes)) probe.setAttribute(name, given);
  probe.value = value;
  return probe.value;
}

let recorded = [];
function startRecording(options) {
  recorded = [];
  const other = window.rrweb ?? window.rrwebRecord; // another recorder that the page was given
  (other?.record ?? other ?? record)({ emit: (event) => recorded.push(event), ...options });
}

// Long enough for mutation observers, animation frames and rrweb's own throttles to have reported.
const pause = () => new Promise((done) => setTimeout(() => requestAnimationFrame(() => setTimeout(done, 30)), 30));

window.harness = { play, hold, dump, pause, spellStyle, spellValue, startRecording, recorded: () => recorded };
