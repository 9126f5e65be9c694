// A server that keeps messages for a while, and a room of whose messages some are over age.
import { expect } from "vitest";
import { type ComposedHomeserver, composeHomeserver, type ComposeOptions } from "../../src/compose/create-homeserver.ts";
import type { Config } from "../../src/config/config.ts";
import { silentLogger } from "../../src/http/logger.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { testingConfig } from "../../src/testing/testing-config.ts";

export const HOUR_MS = 3_600_000;

/** A server whose time passes as a test says. */
export interface KeepingServer extends AsyncDisposable {
  readonly server: ComposedHomeserver;
  readonly config: Config;
  /** Lets time pass. */
  pass(ms: number): void;
  /** Stops the server and starts another on the same data. */
  restart(): Promise<void>;
}

/** Starts a server on a data folder. */
export async function keepingServer(
  dataDir: string,
  retention: object,
  { wrapStore, ...more }: { readonly wrapStore?: ComposeOptions["wrapStore"] } & Readonly<Record<string, unknown>> = {},
): Promise<KeepingServer> {
  const database = await testDatabase(dataDir);
  const config = testingConfig({ serverName: "example.org", dataDir, config: { ...database.config, retention, ...more } });
  let now = Date.now();
  const start = (): Promise<ComposedHomeserver> =>
    composeHomeserver(config, { logger: silentLogger, clock: { now: () => now }, ...(wrapStore && { wrapStore }) });
  let server = await start();
  return {
    get server() {
      return server;
    },
    config,
    pass: (ms) => void (now += ms),
    async restart() {
      await server.stop();
      server = await start();
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await database.drop();
    },
  };
}

/** Asks as somebody; the path begins behind `/_matrix/client`. */
export type Ask = <Body = Readonly<Record<string, never>>>(method: string, path: string, body?: object, status?: number) => Promise<Body>;

/** Someone with a session on a server that may be restarted. */
export interface Member {
  readonly userId: string;
  readonly token: string;
  readonly ask: Ask;
  /** The status with which a request is answered. */
  status(method: string, path: string, body?: object): Promise<number>;
  send(room: string, type: string, content: object): Promise<string>;
}

let transactions = 0;

/** Registers somebody. */
export async function member(keeping: KeepingServer, username: string): Promise<Member> {
  const request = async (method: string, path: string, body: object | undefined, token?: string): Promise<Response> =>
    fetch(`${keeping.server.url}/_matrix/client${path}`, {
      method,
      headers: { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const auth = { type: "m.login.dummy" };
  const registered = await request("POST", "/v3/register", { username, password: "secret", auth });
  const { access_token: token, user_id: userId } = (await registered.json()) as Record<string, string>;
  const ask: Ask = async (method, path, body, status = 200) => {
    const answer = await request(method, path, body, token);
    const text = await answer.text();
    expect(answer.status, `${method} ${path}: ${text}`).toBe(status);
    return JSON.parse(text) as never;
  };
  return {
    userId: userId ?? expect.unreachable(),
    token: token ?? expect.unreachable(),
    ask,
    status: async (method, path, body) => (await request(method, path, body, token)).status,
    async send(room, type, content) {
      const { event_id: id } = await ask<{ event_id: string }>("PUT", `/v3/rooms/${room}/send/${type}/${transactions++}`, content);
      return id;
    },
  };
}

/** Two members of a room with messages of two ages: "secret" is in what is over age, "fresh" in what is not. */
export interface KeptRoom {
  readonly room: string;
  /** The root of a thread, which is young, and a reply to it that is not. */
  readonly root: string;
  readonly oldReply: string;
  readonly old: string;
}

/** Fills a room; `pass` lets the first messages get old. */
export async function fillRoom(alice: Member, bob: Member, { policy, pass }: { policy?: object; pass: () => void }): Promise<KeptRoom> {
  const initialState = policy === undefined ? [] : [{ type: "m.room.retention", state_key: "", content: policy }];
  const { room_id: room } = await alice.ask<{ room_id: string }>("POST", "/v3/createRoom", {
    preset: "public_chat",
    name: "Kept",
    initial_state: initialState,
  });
  await bob.ask("POST", `/v3/rooms/${room}/join`, {});
  const text = (body: string, more: object = {}): object => ({ msgtype: "m.text", body, ...more });
  const thread = (target: string): object => ({ "m.relates_to": { rel_type: "m.thread", event_id: target } });
  const old = await alice.send(room, "m.room.message", text(`secret ${bob.userId}`, { "m.mentions": { user_ids: [bob.userId] } }));
  for (let i = 0; i < 5; i++) await alice.send(room, "m.room.message", text(`secret ${i}`));
  await alice.send(room, "m.room.message", text("secret reply", thread(old)));
  await bob.send(room, "m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id: old, key: "secret" } });
  const gone = await alice.send(room, "m.room.message", text("secret gone"));
  await alice.ask("PUT", `/v3/rooms/${room}/redact/${gone}/1`, { reason: "secret reason" });
  // The root of a thread, so old that only its times differ, with a reply of each age.
  const root = await alice.send(room, "m.room.message", text("secret root"));
  const oldReply = await bob.send(room, "m.room.message", text("secret earlier", thread(root)));
  await alice.ask("PUT", `/v3/rooms/${room}/state/m.room.topic`, { topic: "stays" });
  await alice.ask("PUT", `/v3/rooms/${room}/state/m.room.avatar`, { url: "mxc://example.org/a" });
  pass();
  return { room, root, oldReply, old };
}
