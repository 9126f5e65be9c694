import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ClientError } from "../errors.ts";
import type { BegunLogin, Visit } from "../auth/redirect-options.ts";

/** Options of {@link loopback}. */
export interface LoopbackOptions {
  /** Opens the page in the user's browser. Where there is none, or it fails, the user is told the address. */
  open?: ((url: string) => unknown) | undefined;
  /** Tells the user the address of the page. Default: a line on standard error. */
  print?: ((url: string) => void) | undefined;
  /** How long the user may take, in milliseconds. Default: ten minutes. */
  timeoutMs?: number | undefined;
}

const host = "127.0.0.1";
const path = "/";

/**
 * Takes a user to a page in the browser of this computer, and waits for them on a free port of 127.0.0.1 that is open until then. Whatever else
 * is asked for there, as by another page that has found the port, is refused.
 *
 * @throws {ClientError} In a login: `TIMEOUT`.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#redirect-uri-validation}
 * @example
 * await client.login.oauth({ visit: loopback(), clientMetadata: { client_name: "Clock", client_uri: "https://clock.example.org/" } });
 */
export function loopback({ open, print = printLine, timeoutMs = 600_000 }: LoopbackOptions = {}): Visit {
  return async (begin, { signal }) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const over = signal ? AbortSignal.any([signal, timeout]) : timeout;
    await using listener = await listen();
    const login = await begin(listener.redirectUri);
    const answer = listener.answerTo(login, over);
    // Whatever comes of it below.
    answer.catch(() => {});
    over.throwIfAborted();
    try {
      // What opens the browser may go on for as long as that is there.
      return await Promise.race([answer, show(login.url, open, print).then(() => answer)]);
    } catch (error) {
      signal?.throwIfAborted();
      if (timeout.aborted) throw new ClientError("TIMEOUT", `the user did not come back within ${timeoutMs} ms`, error);
      throw error;
    }
  };
}

async function show(url: string, open: LoopbackOptions["open"], print: (url: string) => void): Promise<void> {
  try {
    if (open) await open(url);
    else print(url);
  } catch {
    // There may be no browser here.
    print(url);
  }
}

function printLine(url: string): void {
  process.stderr.write(`Log in at ${url}\n`);
}

/** A port of this computer on which a user is waited for. */
interface Listener extends AsyncDisposable {
  readonly redirectUri: string;
  /** Waits for the answer to a login. @throws What the signal says. */
  answerTo(login: BegunLogin, signal: AbortSignal): Promise<string>;
}

async function listen(): Promise<Listener> {
  let take: (url: string, response: ServerResponse) => boolean = () => false;
  const server = createServer((request, response) => {
    const url = URL.canParse(request.url ?? "", redirectUri) ? new URL(request.url ?? "", redirectUri) : undefined;
    // `//elsewhere/` is an address of another site.
    if (request.method !== "GET" || url?.origin !== new URL(redirectUri).origin || url.pathname !== path)
      return answer(response, 404, "There is nothing here.");
    if (!take(url.href, response)) return answer(response, 400, "This is not the answer to a login that was begun here.");
    answer(response, 200, "You may close this window and go back to where you came from.");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  // A server that listens on a port has an address with one.
  const redirectUri = `http://${host}:${(server.address() as AddressInfo).port}${path}`;
  return {
    redirectUri,
    answerTo: (login, signal) =>
      new Promise<string>((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
        take = (url, response) => {
          if (!login.isAnswer(url)) return false;
          // The user has the page by then.
          response.once("close", () => resolve(url));
          return true;
        };
      }),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers with a page that says one thing, and that tells nobody where it was. */
function answer(response: ServerResponse, status: number, text: string): void {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Login</title><p>${text}</p></html>`;
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    connection: "close",
  };
  response.writeHead(status, headers).end(body);
}
