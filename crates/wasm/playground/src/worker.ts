// Runs the WebAssembly module beside the page, so that typing never waits for a translation.
import init, { explain, translate, version } from "../../pkg/web/transship.js";
import type { Answer, Question } from "./translator";

const ready = init();

self.addEventListener("message", async ({ data }: MessageEvent<Question>) => {
  const answer: Answer = { id: data.id };
  try {
    await ready;
    switch (data.ask) {
      case "translate":
        answer.value = translate(data.files, data.options);
        break;
      case "explain":
        answer.value = explain(data.name);
        break;
      case "version":
        answer.value = version();
        break;
    }
  } catch (error) {
    answer.error = error instanceof Error ? error.message : String(error);
    // A trap of the module leaves its memory in an unknown state.
    answer.broken = error instanceof WebAssembly.RuntimeError;
  }
  self.postMessage(answer);
});
