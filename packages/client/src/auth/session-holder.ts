import type { MatrixError, SupportedVersions } from "@patrix/api";
import { refreshToken } from "@patrix/client-api";
import type { TimerClock } from "@patrix/concurrency";
import { isRequestFailure } from "../errors.ts";
import type { Credentials, RequestSender } from "../http/http-client.ts";
import { LiveValue } from "../live/live.ts";
import { clearTables, type Store, storeTables } from "../stores/store.ts";
import { readSession, type Session } from "./session.ts";

/** How long before its end an access token is replaced, in milliseconds. */
const refreshAheadMs = 60_000;

/** What the store keeps beside the session. */
interface KeptServer {
  readonly asked: string;
  readonly supported?: SupportedVersions | undefined;
}

/** Holds the session: keeps it in the store, refreshes its token, and drops it when the server no longer knows it. */
export class SessionHolder implements Credentials {
  readonly session: LiveValue<Session | undefined> = new LiveValue<Session | undefined>(undefined);
  /** The device whose token the server took back with the request to log in again, if there is one. */
  softLoggedOut: Session | undefined;
  ended: MatrixError | undefined;
  readonly #store: Store;
  readonly #clock: TimerClock;
  readonly #plain: () => RequestSender;
  #refreshing: Promise<boolean> | undefined;

  /** `plain` sends requests without credentials. */
  constructor(store: Store, clock: TimerClock, plain: () => RequestSender) {
    this.#store = store;
    this.#clock = clock;
    this.#plain = plain;
  }

  /** Takes the session from the store, if it is one for the homeserver that was asked for. */
  async restore(asked: string): Promise<{ session: Session; supported: SupportedVersions | undefined } | undefined> {
    const session = readSession(await this.#store.get("session", "current"));
    // Written by `keepServer`.
    const server = (await this.#store.get("session", "server")) as KeptServer | undefined;
    if (!session || (server?.asked !== asked && session.homeserver !== asked)) return undefined;
    this.session.set(session);
    return { session, supported: server?.supported };
  }

  /** Remembers what the server was found by, and what it supports. */
  async keepServer(server: KeptServer): Promise<void> {
    await this.#store.write([{ table: "session", key: "server", value: server }]);
  }

  /** Begins a session. What the store holds of another user is forgotten; the same user goes on from where they were, on any device. */
  async begin(session: Session): Promise<void> {
    if ((await this.#store.get("session", "owner")) !== session.userId)
      await clearTables(
        this.#store,
        storeTables.filter((table) => table !== "session"),
      );
    await this.#keep(session);
    this.softLoggedOut = undefined;
    this.ended = undefined;
    this.session.set(session);
  }

  /** Ends the session and forgets everything that came with it. */
  async end(): Promise<void> {
    this.ended = undefined;
    await clearTables(this.#store, storeTables);
    this.session.set(undefined);
  }

  async accessToken(): Promise<string | undefined> {
    const session = this.session.value;
    if (session?.expiresAt !== undefined && session.refreshToken !== undefined && session.expiresAt - this.#clock.now() < refreshAheadMs)
      await this.#refresh();
    return this.session.value?.accessToken;
  }

  async rejected(accessToken: string, error: MatrixError): Promise<boolean> {
    const session = this.session.value;
    if (!session) return false;
    // Another request has refreshed it meanwhile.
    if (session.accessToken !== accessToken) return true;
    if (session.refreshToken !== undefined && (await this.#refresh())) return true;
    if (this.session.value !== session) return this.session.value !== undefined;
    this.ended = error;
    if (error.body["soft_logout"] === true) {
      this.softLoggedOut = session;
      this.session.set(undefined);
      return false;
    }
    await this.#store.write([{ table: "session", key: "current", value: undefined }]);
    this.session.set(undefined);
    return false;
  }

  /** Refreshes the access token; all who ask meanwhile share the one request. */
  #refresh(): Promise<boolean> {
    this.#refreshing ??= this.#refreshOnce().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refreshOnce(): Promise<boolean> {
    const session = this.session.value;
    if (session?.refreshToken === undefined) return false;
    try {
      const answer = await this.#plain().send(refreshToken, { body: { refresh_token: session.refreshToken } });
      if (this.session.value !== session) return false;
      const next: Session = {
        ...session,
        accessToken: answer.access_token,
        refreshToken: answer.refresh_token ?? session.refreshToken,
        expiresAt: answer.expires_in_ms === undefined ? undefined : this.#clock.now() + answer.expires_in_ms,
      };
      // Kept before it is used: the old refresh token ends when the new access token is used first.
      await this.#keep(next);
      this.session.set(next);
      return true;
    } catch (error) {
      if (isRequestFailure(error)) return false;
      throw error;
    }
  }

  async #keep(session: Session): Promise<void> {
    await this.#store.write([
      { table: "session", key: "current", value: session },
      // Outlives the session: whose rooms and whose position the store holds.
      { table: "session", key: "owner", value: session.userId },
    ]);
  }
}
