import { createHash } from "node:crypto";
import { type EmptyObject, type Endpoint, endpoint, htmlResponse } from "@patrix/api";
import { handle, reply } from "@patrix/server";
import type { Registration } from "../registration.ts";

/** What the page says. */
export interface WelcomeSettings {
  readonly serverName: string;
  readonly version: string;
  readonly baseUrl: () => string;
  readonly registrationOpen: boolean;
  /** Whether a web client is served at `/web/`. */
  readonly hasWebClient: boolean;
}

const style = `
:root { color-scheme: light dark; --ink: #1d2530; --soft: #5b6675; --line: #d9dfe6; --card: #fff; --back: #f3f5f8; --accent: #0b6e5f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf3; --soft: #9aa7b6; --line: #2c3643; --card: #171e27; --back: #0f141a; --accent: #4fd1b8; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--back); color: var(--ink);
  font: 1rem/1.6 system-ui, sans-serif; }
main { width: min(36rem, 100%); background: var(--card); border: 1px solid var(--line); border-radius: 1rem; padding: clamp(1.5rem, 5vw, 2.75rem); }
h1 { margin: 0; font-size: clamp(1.5rem, 5vw, 2rem); line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 0.5rem; font-size: 1rem; }
p { margin: 0.5rem 0; }
.kind { color: var(--accent); font-weight: 600; letter-spacing: 0.02em; }
.soft, footer { color: var(--soft); }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0.5rem 1.25rem; margin: 0; padding: 1rem; border: 1px solid var(--line); border-radius: 0.6rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.open { display: inline-block; margin: 1rem 0 0; padding: 0.6rem 1.2rem; border-radius: 0.6rem; background: var(--accent); color: var(--card); font-weight: 600;
  text-decoration: none; }
code { font: 0.95em ui-monospace, monospace; }
ol { margin: 0; padding-left: 1.25rem; }
footer { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 0.9rem; }
`;

const headers: Readonly<Record<string, string>> = {
  "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

const welcomePage: Endpoint<EmptyObject, string> = /* @__PURE__ */ endpoint({
  id: "welcomePage",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { unstable: [{ path: "/" }] },
  response: htmlResponse,
});

/** The handler of the page that people see who open the server's address. */
export function pageHandlers(settings: WelcomeSettings): Registration[] {
  return [handle(welcomePage, () => reply(render(settings), 200, headers))];
}

function render({ serverName, version, baseUrl, registrationOpen, hasWebClient }: WelcomeSettings): string {
  const name = escape(serverName);
  const account = registrationOpen
    ? "Choose <em>Create account</em>; anyone may register here."
    : "Sign in with your account. New accounts come from the administrator.";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name} · Matrix homeserver</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="kind">Matrix homeserver</p>
<h1>${name}</h1>
<p class="soft">The server is running. People reach it with a Matrix client; there is nothing more to see on this page.</p>${hasWebClient ? '\n<a class="open" href="web/">Open the web client</a>' : ""}
<h2>How to connect</h2>
<dl>
<dt>Homeserver</dt><dd><code>${escape(baseUrl())}</code></dd>
<dt>User IDs</dt><dd><code>@name:${name}</code></dd>
<dt>Registration</dt><dd>${registrationOpen ? "open" : "closed"}</dd>
</dl>
<h2>First steps</h2>
<ol>
<li>Get a Matrix client: Element (element.io), Cinny (cinny.in), FluffyChat (fluffychat.im), or one from matrix.org/clients.</li>
<li>Set the homeserver above as its server.</li>
<li>${account}</li>
</ol>
<footer>Patrix ${escape(version)}</footer>
</main>
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
