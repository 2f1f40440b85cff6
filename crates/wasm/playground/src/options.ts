// The form of the options that people reach for first; every other option of a project stays as it is.
import type { Options } from "../../pkg/web/transship.js";
import { element, make } from "./dom";

interface Field {
  option: string;
  label: string;
  /** Values to choose from, the default first; none: free text. */
  values?: string[];
  /** Several values with commas between them. */
  several?: boolean;
  example?: string;
}

const FIELDS: Field[] = [
  { option: "namespace", label: "Namespace", example: "shop" },
  { option: "host", label: "Hosts", several: true, example: "web=shop.example.com" },
  { option: "tls-issuer", label: "TLS issuer", example: "letsencrypt" },
  { option: "profiles", label: "Profiles", several: true, example: "dev" },
  { option: "expose", label: "Published ports", values: ["auto", "load-balancer", "node-port", "none"] },
  { option: "secrets", label: "Secrets", values: ["inline", "placeholder", "external", "reference"] },
  { option: "shared-volumes", label: "Shared volumes", values: ["same-node", "read-write-many", "colocate"] },
  { option: "network-policy", label: "Network policies", values: ["auto", "always", "never"] },
  { option: "pod-security", label: "Pod security", values: ["unset", "baseline", "restricted"] },
];

export class OptionsForm {
  readonly #form = element<HTMLFormElement>("options");
  #options: Options = {};

  constructor(changed: (options: Options) => void) {
    this.#form.append(...FIELDS.map((field) => make("label", { class: "field" }, make("span", {}, field.label), control(field))));
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#form.addEventListener("input", () => changed(this.#read()));
    const toggle = element("options-toggle");
    toggle.addEventListener("click", () => {
      this.#form.hidden = !this.#form.hidden;
      toggle.setAttribute("aria-expanded", String(!this.#form.hidden));
    });
  }

  show(options: Options): void {
    this.#options = options;
    for (const field of FIELDS) {
      const value = options[field.option];
      this.#control(field).value = Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : (field.values?.[0] ?? "");
    }
  }

  #read(): Options {
    const options: Options = { ...this.#options };
    for (const field of FIELDS) {
      const text = this.#control(field).value.trim();
      if (text === "" || text === field.values?.[0]) delete options[field.option];
      else options[field.option] = field.several ? text.split(",").map((part) => part.trim()).filter(Boolean) : text;
    }
    return (this.#options = options);
  }

  #control(field: Field): HTMLInputElement | HTMLSelectElement {
    return this.#form.elements.namedItem(field.option) as HTMLInputElement | HTMLSelectElement;
  }
}

function control(field: Field): HTMLElement {
  if (field.values) return make("select", { name: field.option }, ...field.values.map((value) => make("option", { value }, value)));
  return make("input", { name: field.option, autocomplete: "off", spellcheck: "false", placeholder: field.example ?? "" });
}
