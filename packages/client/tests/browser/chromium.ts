// A real browser, and a site in it whose pages hold the client.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** Debian's Chromium, if it is installed. */
export const chromiumPath: string | undefined = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
if (chromiumPath === undefined) process.stderr.write("skipped: the client in a browser, since Debian's chromium is not installed\n");

/** A browser, and a site on this machine. */
export interface BrowserSite extends AsyncDisposable {
  readonly origin: string;
  /** Somebody's browser, in which nothing is stored yet. */
  newContext(): Promise<BrowserContext>;
  /** What the pages complained of, but for the network. */
  readonly complaints: readonly string[];
}

const wasmPath = join(
  import.meta.dirname,
  "../../../client-crypto/node_modules/@matrix-org/matrix-sdk-crypto-wasm/pkg/matrix_sdk_crypto_wasm_bg.wasm",
);
/** What a site needs to allow: its own scripts, the WebAssembly of the engine, and the homeserver. */
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src *; base-uri 'none'";
const types: Readonly<Record<string, string>> = { js: "text/javascript", wasm: "application/wasm", html: "text/html" };

/** Bundles `page.ts` as an app would be, serves it, and launches a browser. */
export async function openBrowserSite(): Promise<BrowserSite> {
  const files = new Map<string, Uint8Array>([["index.html", Buffer.from('<!doctype html><script type="module" src="/page.js"></script>')]]);
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "page.ts")],
    bundle: true,
    splitting: true,
    write: false,
    outdir: "out",
    format: "esm",
    platform: "browser",
    conditions: ["@patrix/source"],
    logLevel: "silent",
  });
  for (const { path, contents } of outputFiles) files.set(basename(path), contents);
  files.set("engine.wasm", await readFile(wasmPath));
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? "/", "http://site").pathname.slice(1) || "index.html";
    const body = files.get(name);
    const type = types[name.split(".").at(-1) ?? ""] ?? "text/plain";
    response
      .writeHead(body ? 200 : 404, { "content-type": type, "content-security-policy": policy, "cache-control": "no-store" })
      .end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address with one.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser: Browser = await chromium.launch({ executablePath: chromiumPath ?? "", args: ["--no-sandbox", "--disable-gpu"] });
  const complaints: string[] = [];
  return {
    origin,
    complaints,
    async newContext() {
      const context = await browser.newContext();
      context.on("page", (page) => note(page, complaints));
      return context;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function note(page: Page, complaints: string[]): void {
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("Failed to load resource")) complaints.push(message.text());
  });
}

/** Opens the site in a new tab. */
export async function openTab(context: BrowserContext, { origin }: Pick<BrowserSite, "origin">): Promise<Page> {
  const page = await context.newPage();
  await load(page, () => page.goto(`${origin}/`));
  return page;
}

/** Loads the page of a tab again. */
export async function reload(page: Page): Promise<void> {
  await load(page, () => page.reload());
}

async function load(page: Page, go: () => Promise<unknown>): Promise<void> {
  await go();
  await page.waitForFunction(() => "tab" in globalThis);
}
