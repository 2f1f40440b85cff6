// The built page in a real Chromium: typing gives manifests and problems, and nobody is shut out.
import assert from "node:assert/strict";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const built = fileURLToPath(new URL("../dist", import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".svg": "image/svg+xml", ".woff2": "font/woff2" };

let server, browser, address;

before(async () => {
  server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    const file = join(built, path === "/" ? "index.html" : path);
    if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${server.address().port}/`;
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** The page, loaded; whatever it complains about, and wherever else it asks, fails the test. */
async function open(context, options = {}) {
  const { hash = "", ...settings } = options;
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...settings });
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("request", (request) => !/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(address) && complaints.push(`asked ${request.url()}`));
  context.after(async () => {
    await page.close();
    assert.deepEqual(complaints, []);
  });
  await page.goto(address + hash);
  await page.waitForFunction(() => /files?,/.test(document.querySelector("#status")?.textContent ?? ""));
  return page;
}

const editor = (page) => page.locator("#source-panel .cm-content");
const manifests = (page) => page.locator("#output-panel .cm-content");
const contains = (locator, text) => locator.filter({ hasText: text }).first().waitFor();

async function type(page, text) {
  await editor(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

test("what is typed becomes manifests", async (context) => {
  const page = await open(context);
  await type(page, "services:\n  lighthouse:\n    image: nginx:1.29-alpine\n    ports: ['8080:80']\n");
  await contains(page.locator("#output-tabs"), "lighthouse");
  await contains(manifests(page), "lighthouse");
  await page.locator("#output-tabs button", { hasText: /deploy/i }).first().click();
  await contains(manifests(page), "kind: Deployment");
});

test("a problem is listed, explained, and leads to its place", async (context) => {
  const page = await open(context);
  await type(page, "services:\n  web:\n    image: nginx\n    enviroment: { A: b }\n");
  const problem = page.locator("#problems li.error").first();
  await problem.waitFor();
  assert.match(await problem.innerText(), /error.*enviroment/s);
  assert.match(await page.locator("#status").innerText(), /1 error/);
  await problem.locator("button.message").click();
  assert.equal(await page.evaluate(() => document.activeElement?.closest("#source-panel") !== null), true);
  assert.match(await page.evaluate(() => getSelection().toString()), /enviroment/);
  await problem.locator("summary").click();
  await problem.locator(".doc").waitFor();
  await page.locator("#filters [data-severity=error]").click();
  assert.equal(await page.locator("#problems li.error").count(), 0);
});

test("a broken file is told, and the page goes on", async (context) => {
  const page = await open(context);
  await type(page, "services: [");
  await page.locator("#problems li.error").first().waitFor();
  await type(page, "services:\n  web:\n    image: nginx\n");
  await contains(manifests(page), "image: nginx");
});

test("examples, options and files of the project take part", async (context) => {
  const page = await open(context);
  const titles = await page.locator("#example option").allInnerTexts();
  assert.ok(titles.length > 3, titles.join());
  for (const value of await page.locator("#example option").evaluateAll((options) => options.map((option) => option.value).filter(Boolean))) {
    await page.selectOption("#example", value);
    await page.waitForFunction((wanted) => location.hash === `#example=${wanted}`, value);
    await page.waitForFunction(() => document.querySelectorAll("#output-tabs button").length > 1, undefined, { timeout: 10_000 });
  }
  await page.selectOption("#example", "web-shop");
  await page.locator("#source-tabs button", { hasText: "shop.conf" }).click();
  await contains(editor(page), "server");
  await page.click("#options-toggle");
  await page.getByLabel("Namespace").fill("harbour");
  await contains(manifests(page), "harbour");
});

test("a link carries the project", async (context) => {
  const page = await open(context);
  await type(page, "services:\n  beacon:\n    image: redis\n");
  await contains(manifests(page), "beacon");
  await page.click("#share");
  await page.waitForFunction(() => location.hash.startsWith("#project="));
  const other = await open(context, { hash: new URL(page.url()).hash });
  await contains(editor(other), "beacon");
});

test("the keyboard reaches everything", async (context) => {
  const page = await open(context);
  await page.locator("#output-tabs button[aria-selected=true]").focus();
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-selected")), "true");
  await editor(page).focus();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.closest("#source-panel")), null);
});

for (const [width, height] of [[1280, 800], [360, 740]]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing at ${width} px, ${colorScheme}`, async (context) => {
      const page = await open(context, { viewport: { width, height }, colorScheme });
      await page.click("#options-toggle");
      for (const view of ["source", "output", "problems"]) {
        if (width < 760) await page.click(`.views [data-view=${view}]`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than the screen");
        // The page's own policy allows no foreign script: the debugger protocol puts it in.
        const session = await page.context().newCDPSession(page);
        await session.send("Runtime.evaluate", { expression: axe });
        const { violations } = await page.evaluate(() => window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
        assert.deepEqual(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html.slice(0, 200)) })), []);
      }
    });
  }
}

