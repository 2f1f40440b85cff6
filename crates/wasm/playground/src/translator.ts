// Asks the worker; starts a new one where it broke or answers too late.
import type { Translation } from "../../pkg/web/transship.js";
import type { Project } from "./project";

/** What the page asks. */
export type Question = { id: number } & (
  | ({ ask: "translate" } & Project)
  | { ask: "explain"; name: string }
  | { ask: "version" }
);

/** What the worker answers. */
export interface Answer {
  id: number;
  value?: unknown;
  error?: string;
  broken?: boolean;
}

type Request = Question extends infer Q ? (Q extends Question ? Omit<Q, "id"> : never) : never;

const PATIENCE_MS = 10_000;

export class Translator {
  #worker: Worker | undefined;
  #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (why: Error) => void; timer: number }>();
  #last = 0;

  translate(project: Project): Promise<Translation> {
    return this.#ask({ ask: "translate", files: project.files, options: project.options }) as Promise<Translation>;
  }

  explain(name: string): Promise<string | undefined> {
    return this.#ask({ ask: "explain", name }) as Promise<string | undefined>;
  }

  version(): Promise<string> {
    return this.#ask({ ask: "version" }) as Promise<string>;
  }

  #ask(request: Request): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const timer = window.setTimeout(() => this.#restart("it took too long"), PATIENCE_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#running().postMessage({ ...request, id });
    });
  }

  #running(): Worker {
    if (!this.#worker) {
      this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
      this.#worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.#answered(data));
      this.#worker.addEventListener("error", () => this.#restart("it could not be started"));
    }
    return this.#worker;
  }

  #answered(answer: Answer): void {
    const asker = this.#waiting.get(answer.id);
    if (asker) {
      this.#waiting.delete(answer.id);
      clearTimeout(asker.timer);
      if (answer.error === undefined) asker.resolve(answer.value);
      else asker.reject(new Error(answer.error));
    }
    if (answer.broken) this.#restart("it broke");
  }

  #restart(why: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Error(why));
    }
    this.#waiting.clear();
  }
}
