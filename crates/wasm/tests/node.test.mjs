// The browser build in Node: what `translate` gives, what it throws, and that it equals the command line.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import transship from "../pkg/node/transship.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));

const STACK = `services:
  web:
    image: nginx:1.29-alpine
    ports: ["8080:80"]
    environment: { API: "http://api:3000" }
    volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
  api:
    image: example/api
`;

test("a stack becomes manifests", () => {
  const { files } = transship.translate({ "compose.yaml": STACK }, {});
  const all = files.map((file) => file.content).join("");
  for (const line of ["kind: Deployment", "kind: Service", "image: nginx:1.29-alpine", "containerPort: 80"]) {
    assert.ok(all.includes(line), `${line} is missing in\n${all}`);
  }
  for (const file of files) assert.match(file.path, /\.yaml$/);
});

test("a diagnostic says what, where and what to do", () => {
  const { diagnostics } = transship.translate({ "compose.yaml": STACK }, {});
  const socket = diagnostics.find((diagnostic) => diagnostic.text.includes("docker.sock") || diagnostic.message.includes("Docker socket"));
  assert.ok(socket, diagnostics.map((diagnostic) => diagnostic.text).join(""));
  assert.equal(socket.severity, "warning");
  assert.match(socket.message, /web/);
  assert.equal(socket.place.file, "compose.yaml");
  assert.equal(socket.place.start.line, 6);
  assert.match(STACK.slice(socket.place.start.offset, socket.place.end.offset), /docker\.sock/);
  assert.match(socket.text, /^compose\.yaml:6:\d+: warning\[/);
  assert.ok(transship.explain(socket.name)?.length > 40);
});

test("offsets count as JavaScript strings do", () => {
  const text = `# 🚢 é\nservices:\n  web:\n    imagee: nginx\n`;
  const { diagnostics } = transship.translate({ "compose.yaml": text }, {});
  const unknown = diagnostics.find((diagnostic) => diagnostic.place && text.slice(diagnostic.place.start.offset).startsWith("imagee"));
  assert.ok(unknown, JSON.stringify(diagnostics, null, 1));
  assert.equal(unknown.severity, "error");
});

test("what is wrong with a file is a diagnostic, never an exception", () => {
  for (const text of ["", "services: [", "\u0000", "a: &a [*a]", "services:\n  web: {}\n", "🚢"]) {
    const { files, diagnostics } = transship.translate({ "compose.yaml": text }, {});
    assert.ok(diagnostics.some((diagnostic) => diagnostic.severity === "error"), `no error for ${JSON.stringify(text)}`);
    assert.ok(Array.isArray(files));
  }
  assert.ok(transship.translate({}, {}).diagnostics.length > 0);
});

test("malformed options are named", () => {
  assert.throws(() => transship.translate({}, { "name-space": "x" }), /options: unknown field `name-space`/);
  assert.throws(() => transship.translate({}, { profiles: "dev" }), /options: `profiles`/);
  assert.throws(() => transship.translate({}, { secrets: "vault" }), /options: .*vault/);
  assert.throws(() => transship.translate({ "compose.yaml": 3 }, {}), /files: .*compose\.yaml/);
  assert.throws(() => transship.translate("compose.yaml"), /files: an object/);
});

test("variables, bytes and the name of the project arrive", () => {
  const stack = new TextEncoder().encode("services:\n  web:\n    image: nginx:${TAG}\n");
  const { files } = transship.translate({ "./stack/app.yaml": stack }, { files: ["stack/app.yaml"], env: { TAG: "1.29" }, "project-name": "shop" });
  const all = files.map((file) => file.content).join("");
  assert.match(all, /image: nginx:1\.29\n/);
  assert.match(all, /app\.kubernetes\.io\/instance: shop\n/);
});

test("the same input gives the same output", () => {
  const [one, two] = [1, 2].map(() => JSON.stringify(transship.translate({ "compose.yaml": STACK }, {})));
  assert.equal(one, two);
});

test("the version is the package's", () => {
  const [, version] = readFileSync(join(root, "Cargo.toml"), "utf8").match(/^version = "(.*)"$/m);
  assert.equal(transship.version(), version);
});

// The command line reads the disk, this build a map of the same files: the manifests must not differ by a byte.
for (const example of readdirSync(join(root, "examples"))) {
  const folder = join(root, "examples", example);
  if (!statSync(folder).isDirectory()) continue;
  test(`${example}: the same bytes as the command line`, { skip: !process.env.TRANSSHIP && "TRANSSHIP names no binary" }, () => {
    const files = Object.fromEntries(below(folder).map((path) => [relative(folder, path), readFileSync(path)]));
    const output = mkdtempSync(join(tmpdir(), "transship-"));
    try {
      const environment = { PATH: process.env.PATH };
      execFileSync(process.env.TRANSSHIP, ["--project-name", example, "convert", "--output", output], { cwd: folder, env: environment, stdio: "pipe" });
      const written = Object.fromEntries(below(output).map((path) => [relative(output, path), readFileSync(path, "utf8")]));
      const translated = transship.translate(files, { "project-name": example });
      assert.ok(translated.files.length > 0, "nothing was written");
      for (const file of translated.files) assert.equal(file.content, written[file.path], file.path);
    } finally {
      rmSync(output, { recursive: true });
    }
  });
}

/** Every file below a folder, as an absolute path. */
function below(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
