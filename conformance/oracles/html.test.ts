import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as fc from "fast-check";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sanitizeHtml } from "@patrix/html";

const require = createRequire(import.meta.url);
const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
if (executablePath === undefined) console.warn("oracles: no Chromium is installed, the sanitizer is not run in a browser");

/** Attacks from the lists that packages on npm ship, and on parsers: mutation between namespaces, tables and raw text. */
function attacks(): string[] {
  const naughty: string[] = JSON.parse(readFileSync(require.resolve("big-list-of-naughty-strings/blns.json"), "utf8"));
  const seeds = readFileSync(require.resolve("xss-filters/tests/fuzz/bin/seed.xss"), "utf8").split("\n");
  const image = "<img src=x onerror=alert(1)>";
  const rawText = [
    "style",
    "script",
    "title",
    "textarea",
    "noscript",
    "noembed",
    "noframes",
    "iframe",
    "xmp",
    "plaintext",
    "template",
    "select",
  ];
  const outer = [
    "svg",
    "math",
    "svg><desc",
    "svg><foreignObject",
    "math><mtext",
    "math><annotation-xml encoding='text/html'",
    "table",
    "form",
    "mx-reply",
    "p",
  ];
  const mutations = outer.flatMap((open) =>
    rawText.map((name) => `<${open}><${name}><a title="</${name}>${image}"></a></${name}>${image}`),
  );
  const links = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\u0001javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
  ];
  return [
    ...naughty,
    ...seeds.filter((line) => line !== ""),
    ...mutations,
    ...links.flatMap((uri) => [`<a href="${uri}">x</a>`, `<a href='&#32;${uri.replace(":", "&colon;")}'>x</a>`, `<img src="${uri}">`]),
    `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;">`,
    `<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style>${image}">`,
    `<svg></p><style><a id="</style>${image}">`,
    `<noscript><p title="</noscript>${image}">`,
    `<!--><b>x</b>--!>${image}<![CDATA[ ]]>${image}`,
    `<span data-mx-spoiler='"><img src=x onerror=alert(1)>' data-mx-maths="\`${image}">x</span>`,
    `<code class='language-"><img/src=x/onerror=alert(1)>'>x</code>`,
    `<img src="mxc://a/b" alt='"><script>alert(1)</script>' title="--><script>alert(1)</script>">`,
  ];
}

const pieces = fc.constantFrom(
  "<svg>",
  "</svg>",
  "<math>",
  "<mtext>",
  "<mglyph>",
  "<style>",
  "</style>",
  "<!--",
  "-->",
  "<table>",
  "<td>",
  "<p>",
  "</p>",
  "<a href=https://a.b>",

  "<select>",
  "<template>",
  "<noscript>",
  "</noscript>",
  "<form>",
  "<pre>\n",
  "<li>",
  "<b>",
  "</b>",
  "<details open ontoggle=alert(1)>",
  "<title>",

  "<img src=x onerror=alert(1)>",
  "<script>alert(1)</script>",
  '"',
  "'",
  "`",
  ">",
  "&lt;img src=x onerror=alert(1)&gt;",
  "<font color=red>",
  "x",
);
const generated = fc.sample(
  fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join("")),
  { numRuns: 1500, seed: 20 },
);
const inputs = [...attacks(), ...generated];
const outputs = inputs.flatMap((html) =>
  (["strict", "compatible"] as const).map((mode) => sanitizeHtml(html, { mode, removeReplyFallback: false })),
);

describe.skipIf(executablePath === undefined)("the sanitizer in a browser", () => {
  let browser: Browser;
  let page: Page;
  const events: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] });
    page = await browser.newPage();
    // Everything is answered here: the page itself, and nothing else. An mxc: URI is no request that a browser can make.
    await page.route("**/*", (route) =>
      route.request().url() === "http://page.test/"
        ? route.fulfill({ body: "<!doctype html><body>", contentType: "text/html" })
        : route.abort(),
    );
    page.on("dialog", (dialog) => {
      events.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!/^http:\/\/page\.test\/$|^mxc:/.test(request.url())) events.push(`request ${request.url()}`);
    });
    page.on("popup", () => events.push("popup"));
    await page.goto("http://page.test/");
  });
  afterAll(async () => {
    await browser?.close();
  });

  /** Shows each text in a page of its own document, so that none can hide another, and waits for what it started. */
  async function show(texts: readonly string[]): Promise<string[]> {
    return page.evaluate(async (all) => {
      const shown = all.map((text) => {
        const div = document.createElement("div");
        document.body.append(div);
        div.innerHTML = text;
        const built = div.innerHTML;
        div.innerHTML = built;
        for (const element of div.querySelectorAll("*")) element.dispatchEvent(new Event("toggle"));
        return built;
      });
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)));
      document.body.replaceChildren();
      return shown;
    }, texts);
  }

  test("the observer sees an attack that is not sanitized", async () => {
    await show(["<img src=x onerror=alert(1)>"]);
    await expect.poll(() => events.length).toBeGreaterThan(1);
    expect(events.some((event) => event.startsWith("dialog"))).toBe(true);
    events.length = 0;
  });

  test("no attack runs a script, opens a dialog or makes a request", async () => {
    expect(inputs.length).toBeGreaterThan(2000);
    for (let index = 0; index < outputs.length; index += 500) await show(outputs.slice(index, index + 500));
    expect(events).toEqual([]);
  });

  test("a browser builds the very markup that was checked", async () => {
    const built = await show(outputs);
    const canonical = (html: string): string => html.replaceAll("&nbsp;", "\u00A0").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    expect(built.map(canonical)).toEqual(outputs.map((html) => canonical(html).replaceAll("<pre>\n\n", "<pre>\n")));
  });

  test("DOMPurify finds nothing to remove", async () => {
    await page.addScriptTag({ content: readFileSync(require.resolve("dompurify/dist/purify.min.js"), "utf8") });
    const removed = await page.evaluate((all) => {
      const purify = Reflect.get(window, "DOMPurify");
      // DOMPurify holds every attribute to the pattern for URIs unless told that it is none.
      const options = {
        // This drops attributes with text that looks like markup, for documents read as XML; here `<` and `>` are escaped in attributes too.
        SAFE_FOR_XML: false,
        ADD_URI_SAFE_ATTR: ["rel", "target", "color", "width", "height", "start"],
        ADD_ATTR: ["target"],
        ADD_TAGS: ["mx-reply"],
        ALLOWED_URI_REGEXP: /^(?:https?|ftp|mailto|magnet|matrix|mxc):/i,
      };
      return all.flatMap((html) => {
        purify.sanitize(html, options);
        return purify.removed.map(
          (entry: { attribute?: Attr; element?: Element }) => `${html}: ${entry.attribute?.name ?? entry.element?.nodeName}`,
        );
      });
    }, outputs);
    expect(removed).toEqual([]);
  });
});
