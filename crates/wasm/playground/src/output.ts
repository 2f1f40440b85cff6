// The right side: the list of written files and the chosen one; `All files` is one stream that kubectl takes.
import type { Translation } from "../../pkg/web/transship.js";
import { element } from "./dom";
import { OutputView } from "./editor";
import { Tabs } from "./tabs";

const ALL = "";

export class Output {
  #files: Translation["files"] = [];
  readonly #view = new OutputView(element("output-panel"));
  readonly #tabs = new Tabs(element("output-tabs"), element("output-panel"), () => this.#show(false));

  constructor() {
    const copy = element<HTMLButtonElement>("copy");
    copy.addEventListener("click", () => void flash(copy, navigator.clipboard.writeText(this.#text())));
    element("download").addEventListener("click", () => this.#download());
  }

  /** Shows what was written; stays on the file that was chosen, as long as it exists. */
  update(files: Translation["files"]): void {
    this.#files = files;
    const stays = files.some((file) => file.path === this.#tabs.current);
    const tabs = files.map((file) => ({ key: file.path, label: file.path }));
    this.#tabs.show(files.length > 1 ? [{ key: ALL, label: "All files" }, ...tabs] : tabs, stays ? this.#tabs.current : files.length === 1 ? files[0]!.path : ALL);
    this.#show(true);
    for (const id of ["copy", "download"]) element<HTMLButtonElement>(id).disabled = files.length === 0;
  }

  #show(keep: boolean): void {
    const text = this.#text();
    this.#view.show(text || "# Nothing was written. The problems below say why.\n", keep);
  }

  #text(): string {
    const chosen = this.#files.find((file) => file.path === this.#tabs.current);
    return chosen ? chosen.content : this.#files.map((file) => `---\n# ${file.path}\n${file.content.replace(/^---\n/, "")}`).join("");
  }

  #download(): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([this.#text()], { type: "application/yaml" }));
    link.download = this.#tabs.current.split("/").pop() || "manifests.yaml";
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

/** Says on a button for a moment how its work ended. */
export async function flash(button: HTMLButtonElement, work: Promise<void>): Promise<void> {
  const label = button.textContent;
  button.textContent = await work.then(() => "Copied", () => "Not allowed");
  setTimeout(() => (button.textContent = label), 1500);
}
