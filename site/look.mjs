/**
 * `npm run docs:look`: opens each page of the built site in headless Chromium, at the width of a phone and of a desk, light
 * and dark. Fails for a page that is wider than its window, an error of a script, and a file that is not there. Pictures of
 * the manual's pages are in .build/site/looks. CHROMIUM is the path of the browser. Default: chromium.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";

const dist = fileURLToPath(new URL("../.build/site/dist/", import.meta.url));
const looks = fileURLToPath(new URL("../.build/site/looks/", import.meta.url));
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  const file = [path, `${path}.html`, `${path}index.html`]
    .map((name) => dist + name.slice(1))
    .find((name) => existsSync(name) && statSync(name).isFile());
  if (file === undefined) return void response.writeHead(404).end();
  response
    .writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" })
    .end(readFileSync(file));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const all = readdirSync(dist, { recursive: true })
  .map((path) => `/${path.replaceAll("\\", "/")}`)
  .filter((path) => path.endsWith(".html") && path !== "/404.html")
  .map((path) => path.replace(/(?:index)?\.html$/, ""));
// Of the reference to the internals, whose pages are made alike, some.
const pages = all.filter((path, index) => !path.startsWith("/internals/") || index % 20 === 0);
const widths = { phone: 390, desk: 1280 };
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const faults = [];
mkdirSync(looks, { recursive: true });
const page = await browser.newPage();
let where = "";
page.on("pageerror", (error) => faults.push(`${where}: ${error.message}`));
page.on("response", (response) => {
  if (response.status() >= 400 && response.url().startsWith(origin)) faults.push(`${where}: no ${response.url()}`);
});
for (const [name, width] of Object.entries(widths)) {
  for (const scheme of ["light", "dark"]) {
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    for (const path of scheme === "light" ? pages : pages.slice(0, 6)) {
      where = `${path} (${name}, ${scheme})`;
      await page.goto(origin + path, { waitUntil: "load" });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) faults.push(`${where}: ${wide} pixels wider than the window`);
      if (path.startsWith("/api/") || path.startsWith("/internals/")) continue;
      const file = `${looks}${path.slice(1).replaceAll("/", "-") || "index"}-${name}-${scheme}.png`;
      await page.screenshot({ path: file });
    }
  }
}
await browser.close();
server.close();
for (const fault of faults) console.error(fault);
console.log(`${pages.length} pages looked at, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
