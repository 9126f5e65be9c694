// The page of a site that uses the client, as tests see it: its functions take and give plain data.
import { type Client, createClient, ClientError, type StoreChange } from "@patrix/client";
import { getTokenOwner } from "@patrix/client-api";
import { indexedDBStore, type IndexedDBStoreOptions, persistStorage } from "@patrix/client/browser";
import { durableContract, storeContract } from "../store-contract.ts";

let client: Client | undefined;
let lost: string | undefined;
const heard: string[] = [];

function current(): Client {
  if (!client) throw new Error("there is no client yet");
  return client;
}

/** The code of what a task fails with. */
async function codeOf(task: () => Promise<unknown>): Promise<string> {
  try {
    await task();
    return "ok";
  } catch (error) {
    return error instanceof ClientError ? error.code : String(error);
  }
}

const tab = {
  /** Runs the contract of stores; gives what failed. */
  async contract(passphrase: string | undefined): Promise<{ readonly passed: number; readonly failures: readonly string[] }> {
    const failures: string[] = [];
    let passed = 0;
    const cases = passphrase === undefined ? [...storeContract, ...durableContract] : storeContract;
    for (const { title, run } of cases) {
      try {
        await run((place, options) =>
          indexedDBStore(`${place}-${passphrase ?? ""}`, { ...(passphrase !== undefined && { passphrase }), ...options }),
        );
        passed += 1;
      } catch (error) {
        failures.push(`${title}: ${String(error)}`);
      }
    }
    return { passed, failures };
  },
  /** Creates the client of this tab over the store that all tabs share; tells whether somebody is logged in. */
  open: async (url: string, options: IndexedDBStoreOptions = {}): Promise<string> =>
    codeOf(async () => {
      const store = indexedDBStore("chat", { ...options, onLost: ({ code }) => void (lost = code) });
      client = await createClient(url, { store, encryption: { wasmUrl: "/engine.wasm" } });
      client.on("m.room.message", ({ text }) => void heard.push(text ?? ""));
    }),
  close: async (): Promise<void> => current()[Symbol.asyncDispose](),
  logIn: async (user: string): Promise<string> => {
    const { deviceId } = await current().login.password(user, "secret");
    return deviceId;
  },
  /** Begins a login by OAuth 2.0; gives the page to go to. */
  beginOAuth: async (): Promise<string> =>
    current().login.beginOAuth({ redirectUri: `${location.origin}/`, clientMetadata: { client_uri: "https://chat.example.org/" } }),
  /** Ends the login that the address of this tab is the answer to, and forgets the answer. */
  complete: async (): Promise<string | undefined> => {
    const session = await current().login.complete(location.href);
    history.replaceState(null, "", "/");
    return session?.deviceId;
  },
  token: (): string | undefined => current().session.value?.accessToken,
  whoAmI: async (): Promise<string> => (await current().api.send(getTokenOwner, {})).user_id,
  logOut: async (): Promise<void> => current().logout(),
  device: (): string | undefined => current().session.value?.deviceId,
  start: async (): Promise<string> => codeOf(async () => current().start()),
  online: (): string => current().online.value,
  heard: (): readonly string[] => heard,
  lost: (): string | undefined => lost,
  createRoom: async (invite: `@${string}:${string}`): Promise<string> =>
    (await current().rooms.create({ encrypted: true, invite: [invite] })).id,
  send: async (roomId: string, text: string): Promise<string> =>
    current()
      .rooms.list()
      .value.find(({ id }) => id === roomId)!
      .send.text(text),
  queue: (roomId: string, text: string): void =>
    void current()
      .rooms.list()
      .value.find(({ id }) => id === roomId)!
      .send.text(text),
  /** What an event of a room says, and how its encryption is. */
  read: async (roomId: string, eventId: string): Promise<readonly unknown[]> => {
    const event = await current()
      .rooms.list()
      .value.find(({ id }) => id === roomId)!
      .event(eventId as `$${string}`);
    return [event.encryption?.state, "text" in event ? event.text : undefined];
  },
  setUp: async (user: string): Promise<string> => {
    const uia = (): Record<string, unknown> => ({ identifier: { type: "m.id.user", user }, password: "secret" });
    return (await current().encryption.setup({ uia })).recoveryKey;
  },
  recover: async (key: string): Promise<void> => current().encryption.recover(key),
  databases: async (): Promise<readonly string[]> => (await indexedDB.databases()).map(({ name = "" }) => name).toSorted(),
  persist: persistStorage,
  /** Writes to a store of its own; gives the code of the failure. */
  fill: async (bytes: number): Promise<{ readonly code: string; readonly kept: number }> => {
    await using store = indexedDBStore("filled");
    const change: StoreChange = { table: "rooms", key: `k${bytes}`, value: noise(bytes) };
    const code = await codeOf(async () => store.write([{ table: "rooms", key: `small${bytes}`, value: 1 }, change]));
    return { code, kept: (await store.all("rooms")).size };
  },
};

/** A text that cannot be compressed. */
function noise(bytes: number): string {
  let text = "";
  while (text.length < bytes) text += Math.random().toString(36).slice(2);
  return text;
}

/** What a tab can do. */
export type Tab = typeof tab;
Object.assign(globalThis, { tab });
