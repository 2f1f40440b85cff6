// The page: what is typed goes to the worker, what comes back goes to the panes.
import "@fontsource/ibm-plex-mono/latin-400.css";
import "@fontsource/ibm-plex-mono/latin-600.css";
import "@fontsource/ibm-plex-sans/latin-400.css";
import "@fontsource/ibm-plex-sans/latin-600.css";
import examples from "virtual:examples";
import type { Diagnostic, Place, Translation } from "../../pkg/web/transship.js";
import { element, make } from "./dom";
import { SourceEditor } from "./editor";
import { OptionsForm } from "./options";
import { flash, Output } from "./output";
import { count, Problems } from "./problems";
import { fromHash, mainFile, toHash, type Project } from "./project";
import "./style.css";
import { Tabs } from "./tabs";
import { Translator } from "./translator";

const TYPING_PAUSE_MS = 150;

const translator = new Translator();
const output = new Output();
const problems = new Problems(translator, goTo);
const editor = new SourceEditor(element("source-panel"), (path, content) => {
  project.files[path] = content;
  later();
});
const tabs = new Tabs(element("source-tabs"), element("source-panel"), open);
const form = new OptionsForm((options) => {
  project.options = options;
  later();
});

let project: Project = { files: {}, options: {} };
let diagnostics: Diagnostic[] = [];
let pause = 0;
let round = 0;

function load(next: Project): void {
  project = { files: { ...next.files }, options: { ...next.options } };
  diagnostics = [];
  editor.clear();
  form.show(project.options);
  open(mainFile(project.files) ?? "");
  void run();
}

/** Shows a file of the project. */
function open(path: string): void {
  const paths = Object.keys(project.files);
  const first = mainFile(project.files);
  const ordered = [...paths.filter((p) => p === first), ...paths.filter((p) => p !== first)];
  tabs.show(ordered.map((p) => ({ key: p, label: p })), path);
  editor.open(path, project.files[path] ?? "");
  element("remove-file").hidden = path === first;
  mark();
}

function later(): void {
  clearTimeout(pause);
  pause = window.setTimeout(() => void run(), TYPING_PAUSE_MS);
}

async function run(): Promise<void> {
  const mine = ++round;
  try {
    const translation = await translator.translate(project);
    // A later question is on its way: its answer is the one to show.
    if (mine === round) show(translation);
  } catch (error) {
    if (mine !== round) return;
    status(`Not translated: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function show(translation: Translation): void {
  diagnostics = translation.diagnostics;
  output.update(translation.files);
  problems.update(translation);
  mark();
  const files = translation.files.length;
  status([files === 1 ? "1 file" : `${files} files`, count(diagnostics, "error"), count(diagnostics, "warning"), count(diagnostics, "note")].join(", "));
}

/** Says how it went, to eyes and to screen readers; the same words are not said twice. */
function status(text: string): void {
  const line = element("status");
  if (line.textContent !== text) line.textContent = text;
}

/** Underlines the problems of the file that is open. */
function mark(): void {
  editor.mark(diagnostics.flatMap(({ place, severity, message, fixes }) => {
    if (!place || place.file !== editor.path) return [];
    const actions = fixes.filter((fix) => fix.place.file === editor.path).map((fix) => ({
      name: fix.title,
      apply: () => editor.view.dispatch({ changes: { from: fix.place.start.offset, to: fix.place.end.offset, insert: fix.replacement } }),
    }));
    return [{ from: place.start.offset, to: place.end.offset, severity: severity === "note" ? ("info" as const) : severity, message, actions }];
  }));
}

function goTo(place: Place): void {
  if (!(place.file in project.files)) return;
  view("source");
  if (editor.path !== place.file) open(place.file);
  editor.goTo(place.start.offset, place.end.offset);
}

/** On a narrow screen one pane is seen at a time. */
function view(name: string): void {
  document.body.dataset["view"] = name;
  for (const button of document.querySelectorAll<HTMLButtonElement>(".views button")) {
    button.setAttribute("aria-pressed", String(button.dataset["view"] === name));
  }
}

function wireFiles(): void {
  const dialog = element<HTMLDialogElement>("new-file");
  const path = dialog.querySelector("input")!;
  element("add-file").addEventListener("click", () => {
    path.value = "";
    dialog.showModal();
  });
  dialog.addEventListener("close", () => {
    const name = path.value.trim().replace(/^(\.\/)+/, "");
    if (dialog.returnValue !== "add" || name === "") return;
    project.files[name] ??= "";
    open(name);
    editor.view.focus();
    later();
  });
  element("remove-file").addEventListener("click", () => {
    delete project.files[editor.path];
    open(mainFile(project.files) ?? "");
    later();
  });
}

function wireExamples(): HTMLSelectElement {
  const menu = element<HTMLSelectElement>("example");
  menu.append(make("option", { value: "" }, "Choose …"), ...examples.map((example) => make("option", { value: example.id }, example.title)));
  menu.addEventListener("change", () => {
    const example = examples.find(({ id }) => id === menu.value);
    if (!example) return;
    history.replaceState(null, "", `#example=${example.id}`);
    load(example);
  });
  return menu;
}

async function start(): Promise<void> {
  wireFiles();
  for (const button of document.querySelectorAll<HTMLButtonElement>(".views button")) {
    button.addEventListener("click", () => view(button.dataset["view"] ?? "source"));
  }
  const share = element<HTMLButtonElement>("share");
  share.addEventListener("click", () => void flash(share, toHash(project).then((hash) => {
    history.replaceState(null, "", `#${hash}`);
    return navigator.clipboard.writeText(location.href);
  })));
  const menu = wireExamples();
  const shared = await fromHash(location.hash);
  const wanted = new URLSearchParams(location.hash.slice(1)).get("example") ?? "web-shop";
  const example = examples.find(({ id }) => id === wanted) ?? examples[0];
  menu.value = shared ? "" : (example?.id ?? "");
  const empty: Project = { files: { "compose.yaml": "services:\n  web:\n    image: nginx\n    ports: [\"8080:80\"]\n" }, options: {} };
  load(shared ?? example ?? empty);
}

void start();
