/** Tabs: one panel at a time, by mouse, by arrow keys and by URL (`?tab=`). */

export class Tabs {
  private readonly tabs: HTMLElement[];
  onShow: (name: string) => void = () => undefined;

  constructor(private readonly strip: HTMLElement) {
    this.tabs = [...strip.querySelectorAll<HTMLElement>("[role=tab]")];
    for (const tab of this.tabs) tab.addEventListener("click", () => this.show(nameOf(tab)));
    strip.addEventListener("keydown", (event) => this.key(event));
  }

  get names(): string[] {
    return this.tabs.map(nameOf);
  }

  show(name: string): void {
    if (!this.names.includes(name)) return;
    for (const tab of this.tabs) {
      const on = nameOf(tab) === name;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      const panel = document.getElementById(`panel-${nameOf(tab)}`);
      if (panel) panel.hidden = !on;
      if (on) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    this.onShow(name);
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation(); // elsewhere the arrows move the player
    const here = this.tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const next = this.tabs[(here + step + this.tabs.length) % this.tabs.length];
    if (!next) return;
    this.show(nameOf(next));
    next.focus();
  }
}

const nameOf = (tab: HTMLElement): string => tab.id.replace(/^tab-/, "");
