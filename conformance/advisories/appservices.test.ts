/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestHomeserver, testHomeserver } from "@patrix/homeserver/testing";
import { describe, expect } from "vitest";
import { advisory, as, createRoom } from "./advisory.ts";

/** An application service that takes everything, and remembers each request as it came over the wire. */
class Recorder implements AsyncDisposable {
  readonly requests: { readonly line: string; readonly headers: IncomingMessage["headers"]; readonly body: string }[] = [];
  readonly #server: Server;
  #heard: () => void = () => {};

  private constructor() {
    this.#server = createServer((incoming, response) => {
      let body = "";
      incoming.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      incoming.on("end", () => {
        const { method = "", url = "", headers } = incoming;
        this.requests.push({ line: `${method} ${url}`, headers, body });
        response.writeHead(200, { "content-type": "application/json" }).end(url.includes("/thirdparty/") ? "[]" : "{}");
        this.#heard();
      });
    });
  }

  static async start(): Promise<Recorder> {
    const recorder = new Recorder();
    await new Promise<void>((resolve) => recorder.#server.listen(0, "127.0.0.1", resolve));
    return recorder;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Waits until a request has something in its body. */
  async until(part: string): Promise<void> {
    while (!this.requests.some(({ body }) => body.includes(part))) await new Promise<void>((resolve) => (this.#heard = resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const registration = (url: string | null): object => ({
  id: "irc",
  url,
  as_token: "as-irc",
  hs_token: "hs-irc",
  sender_localpart: "_irc_bot",
  namespaces: {
    users: [{ exclusive: true, regex: "@_irc_.*" }],
    aliases: [{ exclusive: true, regex: "#_irc_.*" }],
  },
  protocols: ["irc"],
});

/** Runs something with files as registrations. */
async function withFiles<T>(texts: readonly string[], run: (files: readonly string[]) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "patrix-advisory-"));
  try {
    const files = texts.map((_, i) => join(folder, `${i}.yaml`));
    await Promise.all(texts.map((text, i) => writeFile(files[i] ?? "", text)));
    return await run(files);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function withService(url: string | null, run: (server: TestHomeserver) => Promise<void>): Promise<void> {
  return withFiles([JSON.stringify(registration(url))], async (app_service_files) => {
    await using server = await testHomeserver({ config: { app_service_files } });
    await run(server);
  });
}

describe("advisories about application services", () => {
  advisory(
    36,
    "a registration that is broken is told at the start, with its file, and one that cannot be reached stops nothing",
    async () => {
      const good = JSON.stringify(registration("http://127.0.0.1:9"));
      const broken: readonly (readonly [texts: readonly string[], message: RegExp])[] = [
        [["id: [irc"], /0\.yaml is neither YAML nor JSON/],
        [["just text"], /0\.yaml: a registration file must hold an object/],
        [[""], /0\.yaml: a registration file must hold an object/],
        [["id: irc\nurl: null"], /0\.yaml: as_token: required, but missing/],
        [[good, good], /1\.yaml: id: it is the same as in .*0\.yaml/],
        [[good.replace("@_irc_.*", "@_irc_(")], /0\.yaml: namespaces\.users\.0\.regex: not a regular expression/],
      ];
      for (const [texts, message] of broken)
        await withFiles(texts, async (app_service_files) => {
          const started = testHomeserver({ config: { app_service_files } });
          await expect(started).rejects.toMatchObject({ name: "ConfigError", message: expect.stringMatching(message) });
          await expect(started).rejects.not.toMatchObject({ message: expect.stringContaining("as-irc") });
        });
      await withFiles([good], async (app_service_files) => {
        await using server = await testHomeserver({ config: { app_service_files } });
        const alice = await server.register("alice");
        const room = await createRoom(as(server, alice), { preset: "public_chat" });
        expect((await server.request("POST", `/_matrix/client/v3/join/${room}`, {}, "as-irc")).status).toBe(200);
        expect((await as(server, alice)("PUT", `/rooms/${room}/send/m.room.message/1`, { msgtype: "m.text", body: "x" })).status).toBe(200);
      });
    },
  );

  advisory(76, "line ends and control characters reach a service inside of one JSON text, and nowhere else", async () => {
    await using recorder = await Recorder.start();
    await withService(recorder.url, async (server) => {
      const alice = await server.register("alice");
      const send = as(server, alice);
      const room = await createRoom(send, { preset: "public_chat" });
      await server.request("POST", `/_matrix/client/v3/join/${room}`, {}, "as-irc");
      const text = "hello\r\nPRIVMSG NickServ :identify\r\n\u0001ACTION\u0001\u2028\u0007";
      await send("PUT", `/rooms/${room}/state/m.room.topic`, { topic: text });
      await send("PUT", `/profile/${alice.userId}/displayname`, { displayname: text });
      await send("PUT", `/rooms/${room}/send/m.room.message/1`, { msgtype: "m.text", body: text });
      await send("PUT", `/rooms/${room}/send/m.room.message/2`, { msgtype: "m.text", body: "the end" });
      await recorder.until("the end");
      const bodies = recorder.requests.map(({ body }) => body);
      // The control characters of ASCII are escaped in JSON: no line of a body is anything by itself.
      for (const body of bodies) expect(Array.from(body).filter((char) => char < " ")).toEqual([]);
      const events = bodies.flatMap(
        (body) => (JSON.parse(body) as { events: { type: string; content: Record<string, unknown> }[] }).events,
      );
      expect(events.find(({ type }) => type === "m.room.topic")?.content["topic"]).toBe(text);
      expect(events.find(({ type }) => type === "m.room.message")?.content["body"]).toBe(text);
    });
  });

  advisory(77, "nothing that users write leads a request to a service elsewhere, or speaks for the server", async () => {
    await using recorder = await Recorder.start();
    await withService(recorder.url, async (server) => {
      const alice = await server.register("alice");
      const get = (path: string) => as(server, alice)("GET", path);
      const hostile = [
        "@_irc_/../../transactions/x:localhost",
        "@_irc_?access_token=x#y:localhost",
        "@_irc_ x\r\nHost: evil:localhost",
        "@_irc_%2e%2e:localhost",
      ];
      for (const name of hostile) {
        await get(`/profile/${encodeURIComponent(name)}`);
        await get(`/directory/room/${encodeURIComponent(`#${name.slice(1)}`)}`);
      }
      await get(`/thirdparty/user/irc?access_token=evil&nick=${encodeURIComponent("a&access_token=evil\r\nX: y")}&user_id=x`);
      await get("/thirdparty/user/%2e%2e");
      expect(recorder.requests.length).toBeGreaterThan(4);
      for (const { line, headers } of recorder.requests) {
        const url = new URL(line.split(" ")[1] ?? "", recorder.url);
        expect(line).toMatch(/^GET \/(_matrix\/app\/v1\/)?(users|rooms|thirdparty\/user)\//);
        expect(url.pathname).not.toContain("transactions/");
        expect([url.searchParams.getAll("access_token"), url.hash]).toEqual([["hs-irc"], ""]);
        expect([headers.authorization, headers.host, headers["x"]]).toEqual(["Bearer hs-irc", new URL(recorder.url).host, undefined]);
      }
    });
  });

  advisory(78, "a service lists only rooms that concern it, and names are made by who owns them alone", async () => {
    await withService(null, async (server) => {
      const alice = await server.register("alice");
      const room = await createRoom(as(server, alice), { preset: "private_chat", name: "private" });
      const service = (method: string, path: string, body: object) => server.request(method, `/_matrix/client/v3${path}`, body, "as-irc");
      const list = `/directory/list/appservice/network/${room}`;
      expect(await service("PUT", list, { visibility: "public" })).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
      const found = await as(server, alice)("POST", "/publicRooms", { include_all_networks: true });
      expect(found.body["chunk"]).toEqual([]);
      // Not even whoever has all the power in a room gives it a name of the bridge, and the bridge gives none to rooms that it is not in.
      const alias = `/directory/room/${encodeURIComponent("#_irc_x:localhost")}`;
      expect(await as(server, alice)("PUT", alias, { room_id: room })).toMatchObject({ status: 400, body: { errcode: "M_EXCLUSIVE" } });
      expect(await service("PUT", alias, { room_id: room })).toMatchObject({ status: 403 });
    });
  });

  advisory(79, "what is for application services asks for the token of one, and what is asked of one carries the server's", async () => {
    await using recorder = await Recorder.start();
    await withService(recorder.url, async (server) => {
      const alice = await server.register("alice");
      const routes: readonly (readonly [method: string, path: string])[] = [
        ["POST", "/_matrix/client/v1/appservice/irc/ping"],
        ["PUT", "/_matrix/client/v3/directory/list/appservice/network/!room:localhost"],
      ];
      for (const [method, path] of routes) {
        const ask = async (token?: string) => (await server.request(method, path, { visibility: "public" }, token)).body["errcode"];
        expect([await ask(), await ask("wrong"), await ask(alice.accessToken), await ask("hs-irc")]).toEqual([
          "M_MISSING_TOKEN",
          "M_UNKNOWN_TOKEN",
          "M_FORBIDDEN",
          "M_UNKNOWN_TOKEN",
        ]);
      }
      expect(recorder.requests).toEqual([]);
      await server.request("POST", "/_matrix/client/v1/appservice/irc/ping", {}, "as-irc");
      await server.request("GET", "/_matrix/client/v3/profile/@_irc_x:localhost", undefined, alice.accessToken);
      expect(recorder.requests.length).toBeGreaterThan(1);
      for (const { headers } of recorder.requests) expect(headers.authorization).toBe("Bearer hs-irc");
    });
  });
});
