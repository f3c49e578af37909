/** Placeholders: what a model was not told is put back here, in the browser of a reader who may know it. */

import { fetchJson, Refused } from "../../islands/src/http";

type Values = Record<string, string>;

interface Behind {
  report: Values;
  replies: Record<string, Values>;
}

const HOLDER = /\[[A-Z]+_\d+\]/g;
const IN_MARKDOWN = /\\?\[([A-Z]+)\\?_(\d+)\\?\]/g;
const NOTHING: Behind = { report: {}, replies: {} };

/** Put values into the report and the answers of a panel; without the right to know them nothing changes. */
export async function restore(panel: HTMLElement, api: string, template: string): Promise<void> {
  const texts = textsOf(panel);
  const titled = [...panel.querySelectorAll<HTMLElement>("[title]")].filter((one) => one.title.match(HOLDER));
  if (texts.length + titled.length === 0) return;
  const behind = await fetched(api, template);
  for (const text of texts) put(text, valuesFor(text.parentElement, behind));
  for (const one of titled) one.title = filled(one.title, valuesFor(one, behind));
}

/** The report as Markdown, with its values. */
export async function restoredMarkdown(text: string, api: string, template: string): Promise<string> {
  if (!text.match(IN_MARKDOWN)) return text;
  const { report } = await fetched(api, template);
  return text.replace(IN_MARKDOWN, (written, kind: string, number: string) => {
    const value = own(report, `[${kind}_${number}]`);
    return value === undefined ? written : value.replace(/[\\`*_{}[\]<>()#+!|~]/g, "\\$&");
  });
}

/** The sentences of a running job: values are asked for when one of them names a placeholder not yet explained. */
export class Arriving {
  private values: Values = {};

  constructor(
    private readonly api: string,
    private readonly jobId: string,
  ) {}

  async put(line: HTMLElement): Promise<void> {
    const texts = textsOf(line);
    const names = texts.flatMap((text) => text.nodeValue?.match(HOLDER) ?? []);
    if (names.some((name) => own(this.values, name) === undefined)) {
      const { report } = await fetched(this.api, "", this.jobId);
      this.values = { ...this.values, ...report };
    }
    for (const text of texts) put(text, this.values);
  }
}

async function fetched(api: string, template: string, job = ""): Promise<Behind> {
  const query = new URLSearchParams(job ? { job } : { template });
  try {
    return await fetchJson<Behind>(`${api}/placeholders?${query.toString()}`);
  } catch (error) {
    if (error instanceof Refused) return NOTHING; // a viewer, a share link: they read placeholders
    throw error;
  }
}

function textsOf(panel: HTMLElement): Text[] {
  const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  while (walker.nextNode()) if (walker.currentNode.nodeValue?.match(HOLDER)) found.push(walker.currentNode as Text);
  return found;
}

/** An answer has placeholders of its own: the same number may stand for something else in the report. */
function valuesFor(element: Element | null, behind: Behind): Values {
  const reply = element?.closest<HTMLElement>("[data-asked]");
  return reply ? (own(behind.replies, reply.dataset["asked"] ?? "") ?? {}) : behind.report;
}

function put(text: Text, values: Values): void {
  const said = text.nodeValue ?? "";
  const parts = document.createDocumentFragment();
  let at = 0;
  for (const match of said.matchAll(HOLDER)) {
    const value = own(values, match[0]);
    if (value === undefined) continue;
    const shown = document.createElement("span");
    shown.className = "restored";
    shown.title = `The model was sent ${match[0]}`;
    shown.textContent = value;
    parts.append(said.slice(at, match.index), shown);
    at = match.index + match[0].length;
  }
  parts.append(said.slice(at));
  text.replaceWith(parts);
}

const filled = (text: string, values: Values): string => text.replace(HOLDER, (name) => own(values, name) ?? name);

const own = <T>(from: Record<string, T>, name: string): T | undefined =>
  Object.hasOwn(from, name) ? from[name] : undefined;
