// Devices on a real server, with the real engine.
import type { Endpoint, JsonObject } from "@patrix/api";
import { sync } from "@patrix/client-api";
import { type CryptoEngine, type CryptoRequests, type DeviceEncryption, openDeviceEncryption, openWasmEngine } from "@patrix/client-crypto";
import { timerClock } from "@patrix/concurrency";
import type { TestHomeserver, TestUser } from "@patrix/homeserver/testing";

/** What a test does with a device. */
export interface TestDevice extends AsyncDisposable {
  readonly user: TestUser;
  readonly encryption: DeviceEncryption;
  readonly requests: CryptoRequests;
  /** The requests that were made, as operations. */
  readonly made: { readonly id: string; readonly request: unknown }[];
  /** Is asked before each request; may throw. */
  before: (id: string) => void | Promise<void>;
  /** Syncs once. */
  sync(): Promise<void>;
}

interface TestDeviceOptions {
  readonly wrap?: (engine: CryptoEngine) => CryptoEngine;
  readonly encryptTimeoutMs?: number | undefined;
}

/** Opens the encryption of a device; `wrap` may look at what is asked of the engine. */
export async function openTestDevice(
  server: TestHomeserver,
  user: TestUser,
  { wrap = (engine) => engine, encryptTimeoutMs }: TestDeviceOptions = {},
): Promise<TestDevice> {
  let since: string | undefined;
  const requests: CryptoRequests = {
    async send<Req, Res>(endpoint: Endpoint<Req, Res>, request: Req): Promise<Res> {
      device.made.push({ id: endpoint.id, request });
      await device.before(endpoint.id);
      const { url, ...init } = endpoint.request(request, { baseUrl: server.url, accessToken: user.accessToken });
      const response = await fetch(url, init as RequestInit);
      const body: unknown = await response.json();
      if (!response.ok) throw new Error(`${endpoint.id}: ${response.status} ${JSON.stringify(body)}`);
      return endpoint.parseResponse({ status: response.status, headers: {}, body });
    },
  };
  const encryption = await openDeviceEncryption({
    userId: user.userId,
    deviceId: user.deviceId,
    requests,
    data: {
      get: async (type) => {
        const { status, body } = await server.requestAs<JsonObject>(user, "GET", `/user/${user.userId}/account_data/${type}`);
        return status === 200 ? body : undefined;
      },
      set: async (type, content) => void (await server.requestAs(user, "PUT", `/user/${user.userId}/account_data/${type}`, content)),
    },
    clock: timerClock(),
    encryptTimeoutMs,
    logger: { debug: () => {}, warn: () => {} },
    openEngine: async (events) => wrap(await openWasmEngine({ userId: user.userId, deviceId: user.deviceId, events })),
  });
  const device: TestDevice = {
    user,
    encryption,
    requests,
    made: [],
    before: () => {},
    async sync() {
      const response = await requests.send(sync, { query: { since, timeout: 0 } });
      await encryption.receiveSync({
        toDevice: (response.to_device?.events ?? []).map((event) => ({ ...event })),
        changed: response.device_lists?.changed ?? [],
        left: response.device_lists?.left ?? [],
        oneTimeKeyCounts: response.device_one_time_keys_count ?? {},
        unusedFallbackKeys: response.device_unused_fallback_key_types,
      });
      since = response.next_batch;
    },
    [Symbol.asyncDispose]: () => encryption[Symbol.asyncDispose](),
  };
  return device;
}
