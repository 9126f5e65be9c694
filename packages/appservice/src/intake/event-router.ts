import type { AppserviceToDeviceEvent } from "@patrix/appservice-api/unstable";
import type { EventEncryption, Logger } from "@patrix/client";
import { type BasicEvent, type ClientEvent, knownEvents, type RoomEvent } from "@patrix/events";
import type { RoomId } from "@patrix/identifiers";
import type { DeviceNews, News } from "./read-transaction.ts";

/** A room event of a type, with its content checked by the type. */
export type ServiceEvent<T extends RoomEvent["type"] = RoomEvent["type"]> = Extract<RoomEvent, { readonly type: T }> & {
  readonly room_id: RoomId;
};

/** Handles an event. What it sends is sent once, even if it runs again; see {@link DurableQueue}. */
export type EventHandler<E> = (event: E, context: HandlerContext) => unknown;

/** What handlers get beside the event. */
export interface HandlerContext {
  /** Aborted when the service stops. */
  readonly signal: AbortSignal;
  /** How the event was encrypted; left out if it was not. One that could not be decrypted comes as `m.room.encrypted`. */
  readonly encryption?: EventEncryption | undefined;
}

/** Which events a handler gets. */
export interface OnOptions {
  /** Whether those too that the service has sent itself, as its bot, a ghost, or a person of the homeserver. Default: `false`. */
  readonly own?: boolean | undefined;
}

interface Registered {
  readonly type: string | undefined;
  readonly own: boolean;
  readonly isChecked: boolean;
  readonly handle: (event: ClientEvent, context: HandlerContext) => unknown;
}

/** Brings what the homeserver tells to the handlers. */
export class EventRouter {
  readonly #logger: Logger;
  readonly #isOwn: (event: ClientEvent) => boolean;
  readonly #handlers: Registered[] = [];
  readonly #ephemeral: ((event: BasicEvent) => unknown)[] = [];
  readonly #toDevice: EventHandler<AppserviceToDeviceEvent>[] = [];
  readonly #devices: EventHandler<DeviceNews>[] = [];

  constructor(logger: Logger, isOwn: (event: ClientEvent) => boolean) {
    this.#logger = logger;
    this.#isOwn = isOwn;
  }

  /** Whether there is a handler of what the service has sent itself. */
  get hearsOwn(): boolean {
    return this.#handlers.some(({ own }) => own);
  }

  /** Adds a handler of a type; it gets neither redacted events nor those whose content is not as the type asks. */
  on<T extends RoomEvent["type"]>(type: T, handle: EventHandler<ServiceEvent<T>>, { own = false }: OnOptions = {}): void {
    // The check of the content makes the event one of its type.
    this.#handlers.push({ type, own, isChecked: true, handle: (event, context) => handle(event as never, context) });
  }

  /** Adds a handler of all events as they come. */
  onAny(handle: EventHandler<ClientEvent>, { own = false }: OnOptions = {}): void {
    this.#handlers.push({ type: undefined, own, isChecked: false, handle });
  }

  onEphemeral(handle: (event: BasicEvent) => unknown): void {
    this.#ephemeral.push(handle);
  }

  onToDevice(handle: EventHandler<AppserviceToDeviceEvent>): void {
    this.#toDevice.push(handle);
  }

  onDevices(handle: EventHandler<DeviceNews>): void {
    this.#devices.push(handle);
  }

  /** Runs the handlers of one thing, one after the other. @throws What one of them throws; then all of them run again. */
  async handle(news: News, context: HandlerContext): Promise<void> {
    if (news.kind === "event") await this.#handleEvent(news.event, context);
    else if (news.kind === "to-device") for (const handle of this.#toDevice) await handle(news.event, context);
    else for (const handle of this.#devices) await handle(news.devices, context);
  }

  /** Runs the handlers of what is soon out of date; what they throw is logged, and that is all. */
  async pass(event: BasicEvent): Promise<void> {
    for (const handle of this.#ephemeral) {
      try {
        await handle(event);
      } catch (error) {
        this.#logger.error(`a handler of ${event.type} failed`, error);
      }
    }
  }

  async #handleEvent(event: ClientEvent, context: HandlerContext): Promise<void> {
    const isOwn = this.#isOwn(event);
    const wanted = this.#handlers.filter(({ type, own }) => (type === undefined || type === event.type) && (own || !isOwn));
    const isWellFormed = wanted.some(({ isChecked }) => isChecked) && this.#isWellFormed(event);
    for (const { isChecked, handle } of wanted) if (!isChecked || isWellFormed) await handle(event, context);
  }

  #isWellFormed(event: ClientEvent): boolean {
    const result = knownEvents().check(event);
    if (!result.ok) this.#logger.debug(`${event.event_id} is passed over: its content is not that of ${event.type}`, result.issues);
    return result.ok && !result.redacted;
  }
}
