// The list below: every problem with its place, what to do, and what its kind means.
import type { Diagnostic, Translation } from "../../pkg/web/transship.js";
import { element, make } from "./dom";
import type { Translator } from "./translator";

type Severity = Diagnostic["severity"];

/** Shape and word say the severity; the colour only repeats it. */
const LOOKS: Record<Severity, { sign: string; one: string; many: string }> = {
  error: { sign: "✕", one: "error", many: "errors" },
  warning: { sign: "!", one: "warning", many: "warnings" },
  note: { sign: "i", one: "note", many: "notes" },
};
const SEVERITIES = Object.keys(LOOKS) as Severity[];

export function count(diagnostics: Diagnostic[], severity: Severity): string {
  const n = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  return `${n} ${n === 1 ? LOOKS[severity].one : LOOKS[severity].many}`;
}

export class Problems {
  #diagnostics: Diagnostic[] = [];
  #steps: HTMLElement[] = [];
  readonly #hidden = new Set<Severity>();
  readonly #list = element("problems");

  constructor(private readonly translator: Translator, private readonly goTo: (place: NonNullable<Diagnostic["place"]>) => void) {}

  update({ diagnostics, summary }: Translation): void {
    this.#steps = steps(summary);
    // Worst first; otherwise in the order of the file.
    this.#diagnostics = SEVERITIES.flatMap((severity) => diagnostics.filter((diagnostic) => diagnostic.severity === severity));
    element("problem-count").textContent = String(diagnostics.length);
    this.#filters();
    this.#show();
  }

  #filters(): void {
    const filters = SEVERITIES.map((severity) => {
      const button = make("button", { type: "button", class: `filter ${severity}`, "aria-pressed": String(!this.#hidden.has(severity)), "data-severity": severity },
        sign(severity), count(this.#diagnostics, severity));
      button.addEventListener("click", () => {
        if (!this.#hidden.delete(severity)) this.#hidden.add(severity);
        button.setAttribute("aria-pressed", String(!this.#hidden.has(severity)));
        this.#show();
      });
      return button;
    });
    element("filters").replaceChildren(...filters);
  }

  #show(): void {
    const shown = this.#diagnostics.filter((diagnostic) => !this.#hidden.has(diagnostic.severity));
    if (shown.length > 0) {
      this.#list.replaceChildren(make("ol", {}, ...shown.map((diagnostic) => this.#item(diagnostic))), ...this.#steps);
    } else {
      const text = this.#diagnostics.length === 0 ? "Nothing to tell: everything was translated." : "All problems are hidden by the filters.";
      this.#list.replaceChildren(make("p", { class: "empty" }, text), ...this.#steps);
    }
  }

  #item(diagnostic: Diagnostic): HTMLLIElement {
    const item = make("li", { class: `problem ${diagnostic.severity}` }, sign(diagnostic.severity));
    const body = make("div", { class: "text" });
    const words = [make("span", { class: "severity" }, LOOKS[diagnostic.severity].one), ": ", ...code(diagnostic.message)];
    const place = diagnostic.place;
    if (place) {
      const button = make("button", { type: "button", class: "message" }, ...words, " ", make("span", { class: "place" }, position(place)));
      button.addEventListener("click", () => this.goTo(place));
      body.append(button);
    } else {
      body.append(make("p", { class: "message" }, ...words));
    }
    for (const label of diagnostic.labels) {
      const button = make("button", { type: "button", class: "also" }, ...code(label.text || "see also"), " ", make("span", { class: "place" }, position(label.place)));
      button.addEventListener("click", () => this.goTo(label.place));
      body.append(button);
    }
    if (diagnostic.note) body.append(make("p", { class: "more" }, make("b", {}, "Note: "), ...code(diagnostic.note)));
    if (diagnostic.help) body.append(make("p", { class: "more" }, make("b", {}, "Help: "), ...code(diagnostic.help)));
    body.append(this.#explanation(diagnostic.name));
    item.append(body);
    return item;
  }

  #explanation(name: string): HTMLDetailsElement {
    const details = make("details", {}, make("summary", {}, name));
    details.addEventListener("toggle", async () => {
      if (!details.open || details.childElementCount > 1) return;
      const doc = (await this.translator.explain(name).catch(() => undefined)) ?? "";
      const paragraphs = doc.split(/\n\s*\n/).map((text) => make("p", {}, ...code(text.trim())));
      details.append(make("div", { class: "doc" }, ...paragraphs));
    });
    return details;
  }
}

/** What is left to do by hand, below the problems. */
function steps({ builds, forwards }: Translation["summary"]): HTMLElement[] {
  const lines = [
    ...builds.map(({ service, image }) => [`build and push the image of "${service}": `, make("code", {}, image)]),
    ...forwards.map(({ endpoint, local, port }) => [`reach "${endpoint}" from your machine: `, make("code", {}, `kubectl port-forward service/${endpoint} ${local}:${port}`)]),
  ];
  if (lines.length === 0) return [];
  return [make("div", { class: "steps" }, make("h3", {}, "Left to do by hand"), make("ul", {}, ...lines.map((line) => make("li", {}, ...line))))];
}

function sign(severity: Severity): HTMLSpanElement {
  return make("span", { class: `sign ${severity}`, "aria-hidden": "true" }, LOOKS[severity].sign);
}

function position(place: NonNullable<Diagnostic["place"]>): string {
  return `${place.file}:${place.start.line}:${place.start.column}`;
}

/** Text with its `code` spans as elements. */
function code(text: string): (Node | string)[] {
  return text.split(/`([^`]+)`/).map((part, i) => (i % 2 === 1 ? make("code", {}, part) : part));
}
