import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import { testHomeserver } from "../src/testing/index.ts";

const browserPath = "/usr/bin/chromium";
const quietly = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
if (!existsSync(browserPath)) process.stderr.write("skipped: the welcome page in a browser, since Debian's chromium is not installed\n");

describe.skipIf(!existsSync(browserPath))("the welcome page in a browser", () => {
  it("says what the server is and how to connect, and breaks no rule of its own policy", async () => {
    const server = await testHomeserver({ serverName: "example.org" });
    const browser = await chromium.launch({ executablePath: browserPath, args: quietly });
    const page = await browser.newPage({ viewport: { width: 400, height: 800 } });
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(`${server.url}/`);
    const text = await page.innerText("body");
    const width = await page.evaluate("document.documentElement.scrollWidth");
    await browser.close();
    await server[Symbol.asyncDispose]();
    expect(text).toContain("example.org");
    expect(text).toContain(server.url);
    expect(width).toBeLessThanOrEqual(400);
    expect(complaints).toEqual([]);
  });
});
