// The two text panes: CodeMirror with the page's own colours.
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics, type Diagnostic as Mark } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";

const colours = syntaxHighlighting(HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-key)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], color: "var(--code-word)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.labelName, tags.typeName, tags.meta], color: "var(--code-anchor)" },
  { tag: [tags.punctuation, tags.separator, tags.operator, tags.squareBracket, tags.brace], color: "var(--ink-soft)" },
]));

function extensions(path: string): Extension[] {
  return /\.(ya?ml)$/.test(path) ? [yaml()] : [];
}

/** Where the user types. Every file keeps its own state, so that undo and the cursor stay with it. */
export class SourceEditor {
  readonly view: EditorView;
  #path = "";
  #states = new Map<string, EditorState>();

  constructor(parent: HTMLElement, private readonly changed: (path: string, content: string) => void) {
    this.view = new EditorView({ parent });
  }

  get path(): string {
    return this.#path;
  }

  /** Shows a file. */
  open(path: string, content: string): void {
    if (this.#path) this.#states.set(this.#path, this.view.state);
    this.#path = path;
    const kept = this.#states.get(path);
    this.view.setState(kept && kept.doc.toString() === content ? kept : this.#state(path, content));
  }

  /** Forgets every file. */
  clear(): void {
    this.#states.clear();
    this.#path = "";
  }

  /** Underlines what the problems of this file are about. */
  mark(marks: Mark[]): void {
    const end = this.view.state.doc.length;
    const clamped = marks.map((mark) => ({ ...mark, from: Math.min(mark.from, end), to: Math.min(mark.to, end) }));
    this.view.dispatch(setDiagnostics(this.view.state, clamped));
  }

  /** Selects a range and brings it into view. */
  goTo(from: number, to: number): void {
    const end = this.view.state.doc.length;
    const range = { anchor: Math.min(from, end), head: Math.min(to, end) };
    this.view.dispatch({ selection: range, effects: EditorView.scrollIntoView(range.anchor, { y: "center" }) });
    this.view.focus();
  }

  #state(path: string, doc: string): EditorState {
    return EditorState.create({
      doc,
      extensions: [
        basicSetup,
        colours,
        lintGutter(),
        ...extensions(path),
        EditorView.contentAttributes.of({ "aria-label": `Content of ${path}`, spellcheck: "false", tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.changed(path, update.state.doc.toString());
        }),
      ],
    });
  }
}

/** Where the manifests stand. */
export class OutputView {
  readonly #view: EditorView;

  constructor(parent: HTMLElement) {
    const state = EditorState.create({
      extensions: [
        basicSetup,
        colours,
        yaml(),
        EditorState.readOnly.of(true),
        EditorView.editable.of(false),
        EditorView.contentAttributes.of({ "aria-label": "Manifest", "aria-readonly": "true", tabindex: "0" }),
      ],
    });
    this.#view = new EditorView({ parent, state });
  }

  /** Shows a text, from its beginning unless the reader stays in the same file. */
  show(content: string, stays: boolean): void {
    if (this.#view.state.doc.toString() === content) return;
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: content } });
    if (!stays) this.#view.scrollDOM.scrollTo(0, 0);
  }
}
