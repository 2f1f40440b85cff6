// The project that is being translated: its files and options, and how they travel in a link.
import type { Options } from "../../pkg/web/transship.js";

/** Path → content. */
export type ProjectFiles = Record<string, string>;

/** What the playground translates. */
export interface Project {
  files: ProjectFiles;
  options: Options;
}

/** A stack of the repository's `examples/`. */
export interface Example extends Project {
  id: string;
  title: string;
}

/** The project as the part of a link after `#`: compressed, so that a stack of usual size fits into a message. */
export async function toHash(project: Project): Promise<string> {
  const stream = new Blob([JSON.stringify(project)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return `project=${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** The project of a link; undefined where the link holds none, or one that was cut. */
export async function fromHash(hash: string): Promise<Project | undefined> {
  const coded = new URLSearchParams(hash.replace(/^#/, "")).get("project");
  if (!coded) return undefined;
  try {
    const binary = atob(coded.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const project: unknown = JSON.parse(await new Response(stream).text());
    return isProject(project) ? project : undefined;
  } catch {
    return undefined;
  }
}

function isProject(value: unknown): value is Project {
  const { files, options } = (value ?? {}) as Partial<Project>;
  return typeof files === "object" && files !== null && Object.values(files).every((content) => typeof content === "string")
    && typeof options === "object" && options !== null;
}

/** The Compose file that Docker Compose would find first. */
export function mainFile(files: ProjectFiles): string | undefined {
  const names = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
  return names.find((name) => name in files) ?? Object.keys(files)[0];
}
