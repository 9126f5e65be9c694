import type { UserId } from "@patrix/identifiers";
import type { Abortable } from "./abortable.ts";
import type { Login } from "./auth/login.ts";
import type { Registration } from "./auth/login-options.ts";
import type { Session } from "./auth/session.ts";
import type { Encryption } from "./encryption/encryption.ts";
import type { EventDef } from "./events/event-def.ts";
import type { EventType } from "./events/event-types.ts";
import type { RequestSender } from "./http/http-client.ts";
import type { LiveList } from "./live/live-list.ts";
import type { Live } from "./live/live.ts";
import type { Subscription } from "./live/subscription.ts";
import type { Media } from "./media/media.ts";
import type { Sending } from "./outbox/sending.ts";
import type { Profile } from "./profile/profile.ts";
import type { Notification } from "./push/notifications.ts";
import type { AccountData } from "./rooms/account-data.ts";
import type { EventOf, MatrixEvent } from "./rooms/room.ts";
import type { Rooms } from "./rooms/rooms.ts";
import type { OnlineState } from "./sync/sync-loop.ts";

/** A Matrix client: one account on one device. */
export interface Client extends AsyncDisposable {
  /** Who is logged in, if anybody is. Holds secrets. */
  readonly session: Live<Session | undefined>;
  /** @throws {ClientError} `NOT_LOGGED_IN`. */
  readonly userId: UserId;
  readonly login: Login;
  /** Makes an account and logs in as it. @throws {MatrixError} `M_USER_IN_USE` and others; {@link ClientError} `UIA_FAILED`. */
  register(registration: Registration): Promise<Session>;
  /** Ends the session on the server and forgets it here. */
  logout(): Promise<void>;
  readonly rooms: Rooms;
  /** Settings of the whole account, as `m.ignored_user_list`. */
  readonly accountData: AccountData;
  /** The identity of the user, its recovery, and the backup of keys; with the option `encryption`. */
  readonly encryption: Encryption;
  readonly media: Media;
  readonly profile: Profile;
  /** What is on its way, and what failed. */
  readonly outbox: LiveList<Sending>;
  readonly online: Live<OnlineState>;
  /**
   * Calls back for each new event of a type, in order. New are events from after the user joined, and not those of the
   * client's very first sync; edits come only where they count, so those of somebody else's message do not. What comes while a program is down is delivered after its next start from the same store;
   * an event whose callback did not end before a crash is delivered again.
   */
  on<K extends EventType>(type: K, callback: (event: EventOf<K>) => unknown, options?: Abortable): Subscription;
  on<T extends string, C>(definition: EventDef<T, C>, callback: (event: MatrixEvent<T, C>) => unknown, options?: Abortable): Subscription;
  /** Iterates over new events of a type, none left out: sync waits for who is slow. */
  events<K extends EventType>(type: K, options?: Abortable): AsyncIterable<EventOf<K>>;
  /** Iterates over new events that the user's push rules want shown. */
  notifications(options?: Abortable): AsyncIterable<Notification>;
  /** Begins to sync; resolves when the rooms are known, from the store or from the first sync. */
  start(options?: Abortable): Promise<void>;
  /** Syncs until the client is stopped. @throws {MatrixError} `M_UNKNOWN_TOKEN` when the session is over. */
  run(options?: Abortable): Promise<void>;
  /**
   * Stops; waits up to ten seconds for callbacks. Whoever waits for a send that is not done by then gets `STOPPED`; what was
   * queued goes out after the next start from the same store, and nothing more is queued until then.
   */
  stop(): Promise<void>;
  /** Sends any request of `@patrix/client-api`, with the client's token, retries and limits. */
  readonly api: RequestSender;
}
