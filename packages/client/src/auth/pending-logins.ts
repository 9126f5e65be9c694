import type { TimerClock } from "@patrix/concurrency";
import type { DeviceId } from "@patrix/identifiers";
import { ClientError } from "../errors.ts";
import type { Store } from "../stores/store.ts";
import type { GrantedTokens } from "./oauth/authorization-server.ts";

/** A login that was begun, and whose user has not come back yet. */
export interface PendingLogin {
  /** Nobody can guess it: what has it is an answer to this login. */
  readonly state: string;
  /** In milliseconds since the Unix epoch. */
  readonly begunAt: number;
  /** Base URL of the homeserver. */
  readonly homeserver: string;
  /** The device to log in as; a new one if absent. */
  readonly deviceId?: DeviceId | undefined;
  /** What a new device is called. */
  readonly deviceName?: string | undefined;
  /** Only of a login by OAuth 2.0; others are by single sign-on. */
  readonly oauth?: PendingAuthorization | undefined;
}

/** What has to be known of an authorization until its end. */
export interface PendingAuthorization {
  readonly deviceId: DeviceId;
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  readonly scope: string;
  /** Whether the answer has to name the issuer. */
  readonly namesIssuer: boolean;
  /** What the code was exchanged for, if it was. */
  readonly tokens?: GrantedTokens | undefined;
}

/** How many logins may be begun at once. */
const maxPending = 5;
/** How long a user may take, in milliseconds: a day, since an account may have to be confirmed by mail. */
const maxAgeMs = 86_400_000;
const place = { table: "session", key: "logins" } as const;

/** Keeps logins that were begun in the store, so that they end although the page was left meanwhile. */
export class PendingLogins {
  readonly #store: Store;
  readonly #clock: TimerClock;

  constructor(store: Store, clock: TimerClock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Keeps one; the oldest of too many is given up. */
  async keep(pending: PendingLogin): Promise<void> {
    const others = (await this.#all()).filter(({ state }) => state !== pending.state);
    await this.#write([...others, pending].slice(-maxPending));
  }

  /** Looks for one. @throws {ClientError} `LOGIN_NOT_BEGUN` if there is none, or if it was begun too long ago. */
  async get(state: string): Promise<PendingLogin> {
    const found = (await this.#all()).find((pending) => pending.state === state);
    if (found) return found;
    throw new ClientError("LOGIN_NOT_BEGUN", "state: it belongs to no login that was begun here within a day and has not ended");
  }

  /** Gives one up. */
  async remove(state: string): Promise<void> {
    await this.#write((await this.#all()).filter((pending) => pending.state !== state));
  }

  /** Gives all up. */
  async clear(): Promise<void> {
    await this.#write([]);
  }

  async #all(): Promise<readonly PendingLogin[]> {
    // Written below.
    const kept = ((await this.#store.get(place.table, place.key)) ?? []) as readonly PendingLogin[];
    const now = this.#clock.now();
    return kept.filter(({ begunAt }) => now - begunAt < maxAgeMs);
  }

  async #write(pending: readonly PendingLogin[]): Promise<void> {
    await this.#store.write([{ ...place, value: pending.length === 0 ? undefined : pending }]);
  }
}
