// Logins of programs, through a browser on the same computer.
import { once } from "node:events";
import { connect } from "node:net";
import type { BegunLogin } from "@patrix/client";
import { loopback, type LoopbackOptions } from "@patrix/client/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openClient } from "./logged-in.ts";
import { openOAuthSite, type OAuthSite } from "@patrix/login-sites/oauth-site";
import { visit } from "@patrix/login-sites/person";

const begun = (url: string): BegunLogin => ({ url, isAnswer: (callback) => new URL(callback).searchParams.get("state") === "ours" });

/** Waits for somebody who comes by `come`; gives where they came by. */
async function waitFor(come: (redirectUri: string) => unknown, options: LoopbackOptions = {}, signal?: AbortSignal): Promise<string> {
  let uri = "";
  const begin = async (redirectUri: string): Promise<BegunLogin> => begun((uri = redirectUri));
  return loopback({ open: () => void come(uri), ...options })(begin, { signal });
}
const isOpen = (uri: string): Promise<boolean> =>
  fetch(uri).then(
    () => true,
    () => false,
  );

describe("a program that waits for its user on this computer", () => {
  it("takes the answer, shows a page that holds nothing, and closes the port", async () => {
    const pages: Response[] = [];
    const uris: string[] = [];
    const callback = await waitFor(async (uri) => {
      uris.push(uri);
      pages.push(await fetch(`${uri}?state=ours&code=secret`));
    });
    expect(uris).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/)]);
    expect(callback).toBe(`${uris[0]}?state=ours&code=secret`);
    await expect.poll(() => pages.length).toBe(1);
    const text = await pages[0]?.text();
    expect(text).toContain("You may close this window");
    expect(text).not.toContain("secret");
    expect(pages[0]?.headers.get("referrer-policy")).toBe("no-referrer");
    expect(pages[0]?.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await isOpen(uris[0] ?? "")).toBe(false);
  });

  it("goes on waiting whatever else is asked for", async () => {
    const statuses: number[] = [];
    const callback = await waitFor(async (uri) => {
      const tries: readonly [string, RequestInit?][] = [
        [`${uri}?state=theirs&code=evil`],
        [uri],
        [`${uri}favicon.ico?state=ours`],
        [`${uri}?state=ours`, { method: "POST" }],
        [`${uri}/evil.example/?state=ours`],
      ];
      for (const [url, init] of tries) statuses.push((await fetch(url, init)).status);
      await fetch(`${uri}?state=ours&code=good`);
    });
    expect(statuses).toEqual([400, 400, 404, 404, 404]);
    expect(callback).toMatch(/code=good$/);
  });

  it("does not wait for connections on which nothing comes", async () => {
    const ended = new Promise<void>((resolve) => {
      void waitFor(async (uri) => {
        const socket = connect(Number(new URL(uri).port), "127.0.0.1", () => socket.write("GET /?state="));
        socket.once("error", () => {}).once("close", () => resolve());
        await once(socket, "connect");
        await fetch(`${uri}?state=ours`);
      });
    });
    await ended;
  });

  it("tells the address where there is no browser", async () => {
    const printed: string[] = [];
    const print = (url: string): void => {
      printed.push(url);
      void fetch(`${url}?state=ours`);
    };
    const failing = (): never => {
      throw new Error("no display");
    };
    for (const open of [undefined, failing]) await waitFor(() => {}, { open, print });
    expect(printed).toHaveLength(2);
  });

  it("ends with the time that the user has, and with the signal", async () => {
    const uris: string[] = [];
    const hanging = { open: (uri: string) => (uris.push(uri), new Promise(() => {})), timeoutMs: 30 };
    await expect(waitFor(() => {}, hanging)).rejects.toMatchObject({
      code: "TIMEOUT",
      message: expect.stringContaining("30 ms"),
    });
    const stop = new AbortController();
    const why = new Error("the user has pressed Escape");
    const come = (uri: string): void => {
      uris.push(uri);
      stop.abort(why);
    };
    await expect(waitFor(come, {}, stop.signal)).rejects.toBe(why);
    await expect(waitFor(() => uris.push("never"), {}, AbortSignal.abort(why))).rejects.toBe(why);
    expect(uris).toHaveLength(2);
    for (const uri of uris) expect(await isOpen(uri)).toBe(false);
  });
});

describe("a login by OAuth 2.0 in a program", () => {
  let site: OAuthSite;
  const clientMetadata = { client_name: "Clock", client_uri: "https://clock.example.org/" };
  beforeAll(async () => {
    site = await openOAuthSite(["ann"]);
  });
  afterAll(async () => site?.[Symbol.asyncDispose]());

  it("goes through the browser and back", async () => {
    const client = await openClient(site);
    const open = async (url: string): Promise<void> => void fetch(await visit(url, { user: "ann" }));
    const session = await client.login.oauth({ visit: loopback({ open }), clientMetadata });
    expect(session).toMatchObject({ userId: "@ann:localhost" });
    await client.start();
    await client.logout();
  });

  it("tells that the user does not want to, and registers nothing without a page about the client", async () => {
    const client = await openClient(site);
    const open = async (url: string): Promise<void> => void fetch(await visit(url, { user: "ann", refuses: true }));
    await expect(client.login.oauth({ visit: loopback({ open }), clientMetadata })).rejects.toMatchObject({ error: "access_denied" });
    await expect(client.login.oauth({ visit: loopback({ open }) })).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: expect.stringContaining("clientMetadata.client_uri"),
    });
    await expect(client.login.oauth({ visit: loopback({ open }), clientMetadata, signal: AbortSignal.abort() })).rejects.toThrow();
    await expect(client.login.oauth({ visit: async () => "https://clock.example.org/" })).rejects.toMatchObject({
      code: "UNEXPECTED_RESPONSE",
    });
  });
});
