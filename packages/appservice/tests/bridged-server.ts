import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Appservice,
  type AppserviceOptions,
  createAppservice,
  createRegistration,
  formatRegistration,
  type FullRegistration,
  type NewRegistration,
  sqliteStore,
} from "@patrix/appservice";
import { silentLogger } from "@patrix/client";
import { type TestHomeserver, testHomeserver, type TestUser } from "@patrix/homeserver/testing";

/** A homeserver with an application service, both real, over real sockets. */
export interface BridgedServer extends AsyncDisposable {
  readonly server: TestHomeserver;
  readonly registration: FullRegistration;
  /** Where the service keeps what it remembers. */
  readonly storePath: string;
  /** Starts the service, or starts it again on what it remembers; `set` adds its handlers before it starts. */
  start(set?: (service: Appservice) => void, options?: Partial<AppserviceOptions>): Promise<Appservice>;
  /** Lets the service run on, but the homeserver finds nobody at its address. */
  unlink(): Promise<void>;
  /** Stops the service; the homeserver finds nobody at its address. */
  stop(): Promise<void>;
  /** Sends a text as a user. @returns The ID of the event. */
  say(user: TestUser, roomId: string, text: string): Promise<string>;
  /** The bodies of the messages in a room with their senders, the oldest first, as a user sees them. */
  said(user: TestUser, roomId: string): Promise<string[]>;
}

/** Listens on a port of this machine, which stays the same. */
async function listen(listener: RequestListener, port = 0): Promise<{ readonly port: number; close(): Promise<void> }> {
  const http = createServer(listener);
  await once(http.listen(port, "127.0.0.1"), "listening");
  return {
    port: (http.address() as AddressInfo).port,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Sends a transaction as the homeserver does. @returns The status of the answer. */
export async function transact(hs: BridgedServer, txnId: string, body: unknown, token = hs.registration.hs_token): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const url = `${hs.registration.url ?? ""}/_matrix/app/v1/transactions/${txnId}`;
  return (await fetch(url, { method: "PUT", headers, body: JSON.stringify(body) })).status;
}

/** Boots a homeserver with a registration; the service is not started. */
export async function bridgedServer(
  changes: Partial<NewRegistration> = {},
  config: Readonly<Record<string, unknown>> = {},
): Promise<BridgedServer> {
  const folder = await mkdtemp(join(tmpdir(), "patrix-service-"));
  const placeholder = await listen(() => {});
  await placeholder.close();
  const registration = createRegistration({
    id: "irc",
    url: `http://127.0.0.1:${placeholder.port}`,
    senderLocalpart: "_irc_bot",
    ghostPrefix: "_irc_",
    aliasPrefix: "irc_",
    ...changes,
  });
  const file = join(folder, "irc.yaml");
  await writeFile(file, formatRegistration(registration));
  const server = await testHomeserver({ dataDir: join(folder, "data"), config: { ...config, app_service_files: [file] } });
  const storePath = join(folder, "service.db");
  let running:
    | { readonly service: Appservice; readonly http: Awaited<ReturnType<typeof listen>>; readonly store: AsyncDisposable }
    | undefined;
  const stop = async (): Promise<void> => {
    const { service, http, store } = running ?? {};
    running = undefined;
    await http?.close();
    await service?.[Symbol.asyncDispose]();
    await store?.[Symbol.asyncDispose]();
  };
  return {
    server,
    registration,
    storePath,
    async start(set = () => {}, options = {}) {
      await stop();
      const store = sqliteStore<string>(storePath);
      const service = await createAppservice({ registration, homeserverUrl: server.url, store, logger: silentLogger, ...options });
      set(service);
      running = { service, store, http: await listen(service.listener, placeholder.port) };
      service.start();
      return service;
    },
    unlink: async () => running?.http.close(),
    stop,
    async say(user, roomId, text) {
      const path = `/rooms/${roomId}/send/m.room.message/${encodeURIComponent(text)}`;
      const { status, body } = await server.requestAs(user, "PUT", path, { msgtype: "m.text", body: text });
      if (status !== 200) throw new Error(`${text}: ${JSON.stringify(body)}`);
      return String(body["event_id"]);
    },
    async said(user, roomId) {
      const filter = encodeURIComponent(JSON.stringify({ types: ["m.room.message"] }));
      const { body } = await server.requestAs<{ chunk: { sender: string; content: { body?: string } }[] }>(
        user,
        "GET",
        `/rooms/${roomId}/messages?dir=f&limit=500&filter=${filter}`,
      );
      return body.chunk.map(({ sender, content }) => `${sender.split(":")[0]} ${content.body ?? "(redacted)"}`);
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
