import { join } from "node:path";
import type { TokenOwner } from "../src/accounts/access-tokens.ts";
import type { ProvenAccount } from "../src/accounts/local-user.ts";
import type { E2ee } from "../src/e2ee/open-e2ee.ts";
import type { ComposeOptions } from "../src/compose/create-homeserver.ts";
import type { Core } from "../src/log/core.ts";
import type { MediaParts } from "../src/media/open-media.ts";
import { createRoom } from "../src/rooms/write/create-room.ts";
import { composed } from "./remote/compose.ts";

/** An answer: the status and the JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every endpoint
  readonly body: any;
  readonly bytes: Uint8Array;
}

/** A composed homeserver, `example.org`, with devices that requests name by their ID in the place of a token. */
export interface ComposedDevices extends AsyncDisposable {
  readonly core: Core;
  readonly e2ee: E2ee;
  readonly media: MediaParts;
  readonly url: string;
  readonly mediaFolder: string;
  /** Logs in on a device, called `name of` its ID; the user gets an account with the password `secret` on first use. */
  login(userId: string, deviceId: string): Promise<TokenOwner>;
  /** The access token of a device. */
  tokenOf(deviceId: string): string | undefined;
  /** Puts users into a room of their own. */
  shareRoom(...userIds: string[]): Promise<void>;
  /** @param token The ID of a device, or a token. */
  request(method: string, path: string, body?: unknown, token?: string, headers?: Record<string, string>): Promise<Answer>;
}

/** Boots such a homeserver. */
export async function openDevices(config: Readonly<Record<string, unknown>> = {}, options: ComposeOptions = {}): Promise<ComposedDevices> {
  const server = await composed({ serverName: "example.org", config, ...options });
  const { core, e2ee, rooms, accounts, media } = server.parts;
  const known = new Map<string, ProvenAccount>();
  const tokens = new Map<string, string>();
  return {
    core,
    e2ee,
    media,
    url: server.url,
    mediaFolder: join(server.dataDir, "media"),
    async login(userId, deviceId) {
      const localpart = userId.slice(1, userId.indexOf(":"));
      const account = known.get(userId) ?? (await accounts.accounts.create({ localpart, password: "secret" }));
      known.set(userId, account);
      const request = { device_id: deviceId, initial_device_display_name: `name of ${deviceId}` };
      const { access_token: token } = await accounts.sessions.open(account, request);
      tokens.set(deviceId, token);
      const owner = await accounts.tokens.lookup(token);
      if (typeof owner !== "object") throw new Error(`${deviceId} is not logged in`);
      return owner;
    },
    tokenOf: (deviceId) => tokens.get(deviceId),
    async shareRoom(creator = "", ...others) {
      const room = await createRoom(rooms.rooms, rooms.engine, rooms.profileOf, {
        creator,
        preset: "public_chat",
        invite: [],
        initialState: [],
      });
      for (const userId of others) await rooms.members.join(room, userId);
    },
    async request(method, path, body, token, headers = {}) {
      const encoded = body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body);
      const authorization = token === undefined ? {} : { authorization: `Bearer ${tokens.get(token) ?? token}` };
      const response = await fetch(`${server.url}/_matrix${path}`, {
        method,
        headers: { ...authorization, ...headers },
        ...(encoded === undefined ? {} : { body: encoded as BodyInit }),
      });
      const bytes = new Uint8Array(await response.arrayBuffer());
      const isJson = response.headers.get("content-type") === "application/json";
      return {
        status: response.status,
        headers: response.headers,
        body: isJson ? JSON.parse(Buffer.from(bytes).toString()) : undefined,
        bytes,
      };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
