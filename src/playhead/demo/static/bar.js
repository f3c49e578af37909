// The bar under the shop: starts and stops the recorder, then shows the replay. Not part of the shop, and not recorded.
"use strict";

(() => {
  const MEMORY = "playhead-demo"; // {session, member, last_ms} while recording: shared by the tabs, survives page loads
  const FORGET_AFTER_MS = 30 * 60_000; // a visit left alone this long is over
  const DELIVERY_MS = 15_000;
  const element = (id) => document.getElementById(`ph-${id}`);
  const [bar, status, start, stop, panel, frame, wait] = ["bar", "status", "start", "stop", "panel", "frame", "wait"].map(element);
  const introduction = [...status.childNodes].map((node) => node.cloneNode(true));

  const remembered = () => {
    try {
      const memory = JSON.parse(localStorage.getItem(MEMORY));
      return memory && Date.now() - memory.last_ms < FORGET_AFTER_MS ? memory : null;
    } catch {
      return null;
    }
  };
  const remember = (facts) => localStorage.setItem(MEMORY, JSON.stringify({ ...facts, last_ms: Date.now() }));

  function show(state, ...text) {
    bar.dataset.state = state;
    start.disabled = state !== "idle";
    stop.disabled = state !== "recording";
    status.replaceChildren(...(text.length ? text : introduction));
  }

  function bold(text) {
    const strong = document.createElement("b");
    strong.textContent = text;
    return strong;
  }

  function record() {
    if (!window.playhead) return show("idle", bold("The recorder did not load."), " Reload the page, or look at /recorder.js in the console.");
    closePanel();
    window.playhead.start(); // after a page load it goes on by itself, and this changes nothing
    const session = window.playhead.sessionId();
    const { member = "", memberName } = document.body.dataset;
    const known = remembered();
    if (member && (known?.session !== session || known.member !== member)) {
      window.playhead.identify(member, { name: memberName });
    }
    remember({ session, member });
    show("recording", bold("Recording."), " Go shopping; it goes on from page to page until you stop it.");
  }

  async function finish() {
    const session = window.playhead.sessionId() ?? remembered()?.session;
    localStorage.removeItem(MEMORY);
    show("stopping", bold("Delivering…"));
    openPanel(session);
    await window.playhead.stop();
    const delivered = await arrived(session);
    show("idle");
    if (!delivered) {
      wait.textContent = "The server did not take the recording. Is it still running? Start it and record again.";
      return;
    }
    wait.textContent = "";
    frame.src = `/sessions/${encodeURIComponent(session)}?embed=1`;
    frame.hidden = false;
  }

  async function arrived(session) {
    const until = Date.now() + DELIVERY_MS;
    while (Date.now() < until) {
      const response = await fetch(`/api/sessions/${encodeURIComponent(session)}`).catch(() => null);
      if (response?.ok) return true;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    return false;
  }

  function openPanel(session) {
    wait.textContent = "Delivering the recording and reading it…";
    element("full").href = `/sessions/${encodeURIComponent(session)}`;
    frame.hidden = true;
    panel.hidden = false;
    element("close").focus();
  }

  function closePanel() {
    if (panel.hidden) return;
    panel.hidden = true;
    frame.removeAttribute("src");
    start.focus();
  }

  function hints() {
    const details = element("hints");
    details.open = localStorage.getItem(`${MEMORY}-hints`) === "open";
    details.addEventListener("toggle", () => localStorage.setItem(`${MEMORY}-hints`, details.open ? "open" : "folded"));
  }

  start.addEventListener("click", record);
  stop.addEventListener("click", finish);
  element("close").addEventListener("click", closePanel);
  panel.addEventListener("keydown", (event) => event.key === "Escape" && closePanel());
  addEventListener("storage", (event) => {
    if (event.key !== MEMORY) return;
    if (event.newValue) {
      if (bar.dataset.state === "idle") record();
    } else if (bar.dataset.state === "recording") {
      show("idle"); // stopped in another tab, which shows the replay; the recorder here has noticed too
    }
  });
  hints();
  if (remembered()) record();
  else show("idle");
})();
