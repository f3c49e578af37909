// Plays a recording in rrweb's own Replayer, to be asked what a person would have seen and pointed at.
import { Replayer } from "@rrweb/replay";

const LIVE = "[role=alert],[role=status],[role=alertdialog],[role=dialog],dialog[open],[aria-live=polite],[aria-live=assertive],output";
const CONTROL = "button,a[href],input,select,textarea,summary,option,label,td,th,[role],[contenteditable=true]";
const settled = () => new Promise((done) => setTimeout(done, 40));

let replayer;

async function load(events) {
  replayer?.destroy();
  document.body.replaceChildren();
  const silent = { log() {}, warn() {} };
  replayer = new Replayer(events, {
    root: document.body, mouseTail: false, triggerFocus: false, logger: silent, showWarning: false,
  });
  await settled();
}

async function seek(offset) {
  replayer.pause(offset);
  await settled();
}

// The control a click on this node is meant for: itself, or the nearest one around it.
function control(id) {
  const node = replayer.getMirror().getNode(id);
  const element = node?.nodeType === 1 ? node : node?.parentElement;
  return element?.closest?.(CONTROL) ?? element ?? null;
}

const text = (element) => (element.innerText ?? element.textContent ?? "").replace(/\s+/g, " ").trim();

function* roots(root) {
  yield root;
  for (const element of root.querySelectorAll("*")) if (element.shadowRoot) yield* roots(element.shadowRoot);
}

// What is said on the page now: texts of alerts, status lines and dialogs, and of fields that are not valid.
function said() {
  const found = [];
  for (const root of roots(replayer.iframe.contentDocument)) {
    for (const element of root.querySelectorAll(LIVE)) {
      if (!element.checkVisibility?.({ visibilityProperty: true, opacityProperty: true })) continue;
      const isDialog = element.matches("dialog,[role=dialog],[role=alertdialog]");
      const heading = isDialog && element.querySelector("h1,h2,h3,h4,[class*=title]");
      const label = element.getAttribute("aria-label");
      found.push(isDialog ? label || (heading && text(heading)) || text(element) : text(element));
    }
    for (const field of root.querySelectorAll("[aria-invalid=true]")) {
      const ids = `${field.getAttribute("aria-errormessage") ?? ""} ${field.getAttribute("aria-describedby") ?? ""}`;
      for (const id of ids.split(/\s+/).filter(Boolean)) {
        const error = root.getElementById?.(id);
        if (error?.checkVisibility?.()) found.push(text(error));
      }
    }
  }
  return [...new Set(found.filter((words) => /\p{L}{2}/u.test(words)))];
}

window.facts = { load, seek, control, said };
