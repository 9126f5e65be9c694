import { MatrixError, type SupportedVersions } from "@patrix/api";
import { refreshToken } from "@patrix/client-api";
import type { TimerClock } from "@patrix/concurrency";
import { isRequestFailure, isTransient, OAuthError } from "../errors.ts";
import type { Credentials, RequestSender } from "../http/http-client.ts";
import { LiveValue } from "../live/live.ts";
import { clearTables, type Store, storeTables } from "../stores/store.ts";
import type { AuthorizationServer } from "./oauth/authorization-server.ts";
import { readSession, type Session, type SessionTokens } from "./session.ts";

/** How long before its end an access token is replaced, in milliseconds. */
const refreshAheadMs = 60_000;
/** How long a token that has not ended yet is used after it could not be replaced, before that is tried again, in milliseconds. */
const refreshPauseMs = 10_000;

/** What the store keeps beside the session. */
interface KeptServer {
  readonly asked: string;
  readonly supported?: SupportedVersions | undefined;
}

/** What a {@link SessionHolder} is made of. */
export interface SessionHolderParts {
  readonly store: Store;
  readonly clock: TimerClock;
  /** Sends requests without credentials. */
  readonly plain: () => RequestSender;
  /** The authorization server of the homeserver. */
  readonly oauth: () => Promise<AuthorizationServer>;
}

/** Holds the session: keeps it in the store, refreshes its token, and drops it when the server no longer knows it. */
export class SessionHolder implements Credentials {
  readonly session: LiveValue<Session | undefined> = new LiveValue<Session | undefined>(undefined);
  /** The device whose token the server took back with the request to log in again, if there is one. */
  softLoggedOut: Session | undefined;
  ended: MatrixError | undefined;
  readonly #parts: SessionHolderParts;
  readonly #store: Store;
  #refreshing: Promise<boolean> | undefined;
  /** When a token that is about to end may be replaced next. */
  #refreshFrom = 0;
  /** A refresh token that the server has refused. */
  #refused: string | undefined;

  constructor(parts: SessionHolderParts) {
    this.#parts = parts;
    this.#store = parts.store;
  }

  /** Takes the session from the store, if it is one for the homeserver that was asked for. */
  async restore(asked: string): Promise<{ session: Session; supported: SupportedVersions | undefined } | undefined> {
    const session = readSession(await this.#store.get("session", "current"));
    // Written by `keepServer`.
    const server = (await this.#store.get("session", "server")) as KeptServer | undefined;
    if (!session || (server?.asked !== asked && session.homeserver !== asked)) return undefined;
    this.#set(session);
    this.#refreshFrom = 0;
    return { session, supported: server?.supported };
  }

  /** Remembers what the server was found by, and what it supports. */
  async keepServer(server: KeptServer): Promise<void> {
    await this.#store.write([{ table: "session", key: "server", value: server }]);
  }

  /** Begins a session. What the store holds of another user is forgotten; the same user goes on from where they were, on any device. */
  begin(session: Session): Promise<void> {
    return this.#change(async () => {
      if ((await this.#store.get("session", "owner")) !== session.userId)
        await clearTables(
          this.#store,
          storeTables.filter((table) => table !== "session"),
        );
      await this.#keep(session);
      this.softLoggedOut = undefined;
      this.ended = undefined;
      this.#set(session);
    });
  }

  /** Ends the session and forgets everything that came with it. */
  end(): Promise<void> {
    return this.#change(async () => {
      this.ended = undefined;
      await clearTables(this.#store, storeTables);
      this.session.set(undefined);
    });
  }

  /** Makes another session current, while none is refreshed: tokens that come late would bring the old one back. */
  async #change(task: () => Promise<void>): Promise<void> {
    await this.settled();
    const change = task();
    this.#refreshing = change.then(
      () => false,
      () => false,
    );
    await change.finally(() => (this.#refreshing = undefined));
  }

  /** The session with its newest tokens: waits for those that are on their way. */
  async settled(): Promise<Session | undefined> {
    while (this.#refreshing) await this.#refreshing.catch(() => {});
    return this.session.value;
  }

  async accessToken(): Promise<string | undefined> {
    const session = this.session.value;
    const now = this.#parts.clock.now();
    const endsSoon = session?.expiresAt !== undefined && session.expiresAt - now < refreshAheadMs;
    if (endsSoon && session.refreshToken !== this.#refused && now >= this.#refreshFrom) {
      // Until it has ended, the token is good without.
      await this.#refresh().catch((error: unknown) => {
        if (!isRequestFailure(error)) throw error;
        this.#refreshFrom = this.#parts.clock.now() + refreshPauseMs;
      });
    }
    return this.session.value?.accessToken;
  }

  async rejected(accessToken: string, error: MatrixError): Promise<boolean> {
    const session = this.session.value;
    if (!session) return false;
    // Another request has refreshed it meanwhile.
    if (session.accessToken !== accessToken) return true;
    if (session.refreshToken !== this.#refused && (await this.#refresh())) return true;
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

  /**
   * Refreshes the access token; all who ask meanwhile share the one request. Tells whether there is a new one.
   *
   * @throws What says nothing about the session: the server could not be asked.
   */
  #refresh(): Promise<boolean> {
    this.#refreshing ??= this.#refreshOnce().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refreshOnce(): Promise<boolean> {
    const session = this.session.value;
    if (session?.refreshToken === undefined) return false;
    let tokens: SessionTokens | undefined;
    try {
      tokens = session.oauth
        ? await (await this.#parts.oauth()).refresh(session.oauth, session.refreshToken)
        : await this.#refreshByMatrix(session.refreshToken);
    } catch (error) {
      if (!isRefusal(error, session)) throw error;
    }
    if (this.session.value !== session) return false;
    if (!tokens) {
      this.#refused = session.refreshToken;
      return false;
    }
    const next: Session = { ...session, ...tokens, refreshToken: tokens.refreshToken ?? session.refreshToken };
    // Kept before it is used: the old refresh token ends when the new access token is used first.
    await this.#keep(next);
    this.#set(next);
    return true;
  }

  async #refreshByMatrix(token: string): Promise<SessionTokens> {
    const { clock, plain } = this.#parts;
    const answer = await plain().send(refreshToken, { body: { refresh_token: token } });
    const expiresAt = answer.expires_in_ms === undefined ? undefined : clock.now() + answer.expires_in_ms;
    return { accessToken: answer.access_token, refreshToken: answer.refresh_token, expiresAt };
  }

  #set(session: Session): void {
    const now = this.#parts.clock.now();
    this.#refused = undefined;
    // Tokens that live shortly are not replaced all the time.
    this.#refreshFrom = session.expiresAt === undefined ? 0 : (now + session.expiresAt) / 2;
    // Loaded while it can be: a page that is open for long may find the files of its version gone.
    if (session.oauth) void this.#parts.oauth().catch(() => {});
    this.session.set(session);
  }

  async #keep(session: Session): Promise<void> {
    await this.#store.write([
      { table: "session", key: "current", value: session },
      // Outlives the session: whose rooms and whose position the store holds.
      { table: "session", key: "owner", value: session.userId },
    ]);
  }
}

/** Whether the server has judged the refresh token, and will not judge it otherwise later. */
function isRefusal(error: unknown, { oauth }: Session): boolean {
  return oauth ? error instanceof OAuthError : error instanceof MatrixError && !isTransient(error);
}
