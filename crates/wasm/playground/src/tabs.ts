// A list of tabs that the keyboard can use: one of them takes part in the Tab order, arrow keys go on from there.
import { make } from "./dom";

export interface Tab {
  /** Identity, given back when the tab is chosen. */
  key: string;
  /** What it says. */
  label: string;
}

export class Tabs {
  #tabs: Tab[] = [];
  #current = "";

  constructor(private readonly list: HTMLElement, panel: HTMLElement, private readonly chosen: (key: string) => void) {
    this.list.addEventListener("keydown", (event) => this.#key(event));
    this.list.dataset["panel"] = panel.id;
  }

  get current(): string {
    return this.#current;
  }

  /** Shows these tabs, with `current` chosen. */
  show(tabs: Tab[], current: string): void {
    this.#current = current;
    const same = tabs.length === this.#tabs.length && tabs.every((tab, i) => tab.key === this.#tabs[i]?.key && tab.label === this.#tabs[i]?.label);
    this.#tabs = tabs;
    // Equal tabs stay, so that the focus does.
    if (!same) this.list.replaceChildren(...tabs.map((tab) => this.#button(tab)));
    this.#mark();
  }

  #button(tab: Tab): HTMLButtonElement {
    const button = make("button", { type: "button", role: "tab", "data-key": tab.key, "aria-controls": this.list.dataset["panel"] ?? "" }, tab.label);
    button.addEventListener("click", () => this.#choose(tab.key));
    return button;
  }

  #choose(key: string): void {
    this.#current = key;
    this.#mark();
    this.chosen(key);
  }

  #mark(): void {
    for (const button of this.#buttons()) {
      const current = button.dataset["key"] === this.#current;
      button.setAttribute("aria-selected", String(current));
      button.tabIndex = current ? 0 : -1;
      if (current) button.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  #key(event: KeyboardEvent): void {
    const buttons = this.#buttons();
    const at = buttons.findIndex((button) => button.dataset["key"] === this.#current);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    const button = to === undefined ? undefined : buttons[(to + buttons.length) % buttons.length];
    if (!button) return;
    event.preventDefault();
    button.focus();
    this.#choose(button.dataset["key"] ?? "");
  }

  #buttons(): HTMLButtonElement[] {
    return [...this.list.querySelectorAll("button")];
  }
}
