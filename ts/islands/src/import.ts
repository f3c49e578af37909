/** Import: drop recordings anywhere on the sessions page, or choose them; progress and errors stand in the page. */

import { icon, make } from "./dom";

interface Outcome {
  sessionId: string | null;
  error: string;
}

export function importPage(): void {
  const page = document.querySelector<HTMLElement>("[data-drop-import]");
  const target = document.querySelector<HTMLElement>("[data-drop-target]");
  const room = document.querySelector<HTMLElement>("[data-imports]");
  if (!page || !target || !room) return;
  listenForDrops(target, (files) => void importAll(files, room));
  const input = document.querySelector<HTMLInputElement>("[data-import-input]");
  input?.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    void importAll(files, room);
  });
  document.querySelector("[data-import-button]")?.addEventListener("click", () => input?.click());
}

function listenForDrops(target: HTMLElement, take: (files: File[]) => void): void {
  let depth = 0;
  const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  const show = (on: boolean): void => void (target.hidden = !on);
  window.addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    depth++;
    show(true);
  });
  window.addEventListener("dragleave", (event) => {
    if (holdsFiles(event) && --depth <= 0) show(false);
  });
  window.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  window.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    take([...(event.dataTransfer?.files ?? [])]);
  });
}

async function importAll(files: File[], room: HTMLElement): Promise<void> {
  const done: string[] = [];
  for (const file of files) {
    const line = new Line(file.name);
    room.append(line.node);
    const { sessionId, error } = await send(file, line);
    if (sessionId) {
      line.done(sessionId);
      done.push(sessionId);
    } else line.fail(error);
  }
  if (files.length === 1 && done[0]) location.href = `/sessions/${encodeURIComponent(done[0])}`;
}

/** XMLHttpRequest, because fetch cannot tell how much of a body was sent. */
function send(file: File, line: Line): Promise<Outcome> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/import");
    request.setRequestHeader("accept", "application/json");
    request.upload.onprogress = ({ loaded, total }) => line.progress(total ? loaded / total : 0);
    request.onerror = () => resolve({ sessionId: null, error: "the server could not be reached" });
    request.onload = () => resolve(outcomeOf(request));
    request.send(file);
  });
}

export function outcomeOf({ status, responseText }: { status: number; responseText: string }): Outcome {
  let body: { session_id?: string; detail?: string } = {};
  try {
    body = JSON.parse(responseText) as typeof body;
  } catch {
    // not one of our answers: a proxy in between, say
  }
  if (status >= 200 && status < 300 && body.session_id) return { sessionId: body.session_id, error: "" };
  return { sessionId: null, error: body.detail || `the server answered ${status}` };
}

class Line {
  private readonly text = make("span", { class: "import-text" });
  private readonly bar = make("progress", { max: 1, value: 0 });
  private readonly close = make("button", { class: "icon-button", type: "button", "aria-label": "Dismiss", hidden: true }, icon("close"));
  readonly node = make("div", { class: "note import" }, this.text, this.bar, this.close);

  constructor(private readonly name: string) {
    this.text.textContent = `Importing ${name}…`;
    this.close.addEventListener("click", () => this.node.remove());
  }

  progress(part: number): void {
    this.bar.value = part;
    if (part >= 1) {
      this.bar.removeAttribute("value");
      this.text.textContent = `Reading ${this.name}…`;
    }
  }

  done(sessionId: string): void {
    this.bar.remove();
    this.node.classList.add("good");
    const link = make("a", { href: `/sessions/${encodeURIComponent(sessionId)}` }, "Open it");
    this.text.replaceChildren(`${this.name} is imported. `, link);
    this.close.hidden = false;
  }

  fail(error: string): void {
    this.bar.remove();
    this.node.classList.add("bad");
    this.node.setAttribute("role", "alert");
    const why = error.charAt(0).toUpperCase() + error.slice(1);
    this.text.textContent = `${this.name} was not imported. ${why}${/[.!?]$/.test(why) ? "" : "."}`;
    this.close.hidden = false;
  }
}
