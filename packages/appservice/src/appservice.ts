import type { RequestListener } from "node:http";
import type { AppserviceToDeviceEvent } from "@patrix/appservice-api/unstable";
import type { BasicEvent, ClientEvent, RoomEvent } from "@patrix/events";
import type { UserId } from "@patrix/identifiers";
import type { EventHandler, OnOptions, ServiceEvent } from "./intake/event-router.ts";
import type { DeviceNews, News } from "./intake/read-transaction.ts";
import type { Intent } from "./intents/intent.ts";
import type { DurableQueue, QueueItem, QueueParts } from "./queue/durable-queue.ts";
import type { FullRegistration } from "./registration/create-registration.ts";
import type { AppserviceStore } from "./store/appservice-store.ts";

/**
 * An application service. What the homeserver tells is stored before it is answered and handled after it: events of one room one after
 * the other, those of several rooms side by side. A handler that throws runs again, after a pause that grows, before what comes after it
 * in the room; after five failures of its own the event is set aside, and the room goes on. Failures of the homeserver do not count.
 */
export interface Appservice extends AsyncDisposable {
  readonly registration: FullRegistration;
  /** The name of the homeserver. */
  readonly serverName: string;
  readonly store: AppserviceStore;
  /** Serves the homeserver, as the request listener of an `http` server of Node. Requests are taken before {@link Appservice.start} too. */
  readonly listener: RequestListener;
  /** What is done as the service's own user. */
  readonly bot: Intent;
  /** What is done as a user. @throws {AppserviceError} `NOT_IN_NAMESPACE`. */
  intent(userId: UserId): Intent;
  /** The user ID of a localpart on this server. */
  userId(localpart: string): UserId;
  /** Whether a user is the service's alone: its bot, or a ghost. */
  isOwn(userId: UserId): boolean;
  /** Handles events of a type whose content is as the type asks; redacted ones are not. */
  on<T extends RoomEvent["type"]>(type: T, handle: EventHandler<ServiceEvent<T>>, options?: OnOptions): this;
  /** Handles every event, as it comes. */
  onAny(handle: EventHandler<ClientEvent>, options?: OnOptions): this;
  /** Handles typing, receipts and presence. They are not stored: what a handler throws is logged. Needs `receive_ephemeral`. */
  onEphemeral(handle: (event: BasicEvent) => unknown): this;
  /** Handles messages to devices of ghosts, those of each user in the order in which they came. Needs `org.matrix.msc3202`. */
  onToDevice(handle: EventHandler<AppserviceToDeviceEvent>): this;
  /** Handles which devices have changed and what is left of keys, in the order in which that was told. */
  onDevices(handle: EventHandler<DeviceNews>): this;
  /** What waits to be handled, and what was set aside. */
  readonly queue: DurableQueue<News>;
  /**
   * Opens a queue of one's own in the same store, as for what the other network tells: it is handled in order, over restarts, and what
   * its handler sends is sent once. It starts and stops with the service.
   *
   * @param name - Unique in this service; letters, digits and `-`.
   */
  openQueue<T>(
    name: string,
    handle: (item: QueueItem<T>, signal: AbortSignal) => unknown,
    options?: Pick<QueueParts<T>, "tries">,
  ): Promise<DurableQueue<T>>;
  /** Begins to handle what waits and what comes. */
  start(): void;
  /**
   * Lets the homeserver try to reach this service.
   *
   * @returns How long that took, in milliseconds.
   * @throws {MatrixError} `M_CONNECTION_FAILED`, `M_CONNECTION_TIMEOUT`, `M_BAD_STATUS` or `M_URL_NOT_SET`.
   */
  ping(): Promise<number>;
  /** Waits for what is being handled, and stops; the store stays open. What waits is handled after the next start. */
  [Symbol.asyncDispose](): Promise<void>;
}
