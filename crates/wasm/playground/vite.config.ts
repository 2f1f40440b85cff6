import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { parse } from "yaml";
import type { Example } from "./src/project";

const examplesFolder = fileURLToPath(new URL("../../../examples", import.meta.url));

/** The project's examples as the module `virtual:examples`: the menu shows what the repository tests. */
function examples(): Plugin {
  const name = "virtual:examples";
  return {
    name: "examples",
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) => (id === `\0${name}` ? `export default ${JSON.stringify(readExamples())}` : undefined),
  };
}

function readExamples(): Example[] {
  return readdirSync(examplesFolder).sort().flatMap((id) => {
    const folder = join(examplesFolder, id);
    if (!statSync(folder).isDirectory()) return [];
    const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .sort();
    if (!paths.includes("compose.yaml")) return [];
    const read = (path: string) => readFileSync(join(folder, path), "utf8");
    const isProject = (path: string) => !/^(k8s|options)\/|^README\.md$|^options\.yaml$|^Dockerfile$/.test(path);
    const [title = id] = (paths.includes("README.md") ? read("README.md") : "").match(/(?<=^# ).*$/m) ?? [];
    const options = paths.find((path) => path === "options.yaml") ?? paths.find((path) => path.startsWith("options/"));
    return [{
      id,
      title,
      files: Object.fromEntries(paths.filter(isProject).map((path) => [path, read(path)])),
      options: options ? (parse(read(options)) ?? {}) : {},
    }];
  });
}

export default defineConfig({
  // Relative addresses: the built folder works under any path of any server.
  base: "./",
  build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 1000 },
  worker: { format: "es" },
  server: { fs: { allow: [fileURLToPath(new URL("..", import.meta.url)), examplesFolder] } },
  plugins: [examples()],
});
