import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { EventId, UserId } from "@patrix/identifiers";
import { ClientError } from "../errors.ts";
import { isLocalEventId, localEventId, replaceLocalIds } from "../events/local-event-id.ts";
import type { PendingEvent } from "../outbox/outbox-item.ts";
import type { Sending } from "../outbox/sending.ts";

/** An event of the user that the server has not told of yet. */
export interface LocalEcho {
  /** As it will be, but for its ID. */
  readonly event: ClientEventWithoutRoomId;
  readonly sending: Sending;
}

interface Kept extends LocalEcho {
  readonly pending: PendingEvent;
  /** Set once it is sent. */
  sentAs: EventId | undefined;
  /** Whether it has left the outbox. */
  isSettling: boolean;
}

/** What {@link LocalEchoes} work with. */
export interface LocalEchoParts {
  readonly userId: () => UserId;
  /** What the outbox holds of the room. */
  readonly pending: () => readonly PendingEvent[];
  /** The ID that the server gave to an event, by the one that it had before. */
  readonly sentAs: (localId: EventId) => EventId | undefined;
  /** Whether the timeline has an event. */
  readonly has: (id: EventId) => boolean;
  readonly onChange: () => void;
}

/**
 * Shows what is being sent at the end of a timeline, each until the event comes back from the server. As soon as it is known how the server
 * calls an event, all echoes call it so: what is said of it stays with it, whichever of them comes back first.
 */
export class LocalEchoes {
  readonly #parts: LocalEchoParts;
  readonly #echoes = new Map<string, Kept>();
  /** Keys of items, by the event that an echo has become. */
  readonly #keys = new Map<EventId, string>();
  /** By the IDs that they had before: events that came, maybe before the answer to sending them. */
  readonly #arrived = new Map<EventId, EventId>();

  constructor(parts: LocalEchoParts) {
    this.#parts = parts;
  }

  /** In order of asking. A redaction that failed is not among them: others still see what it should have removed. */
  get all(): readonly LocalEcho[] {
    return [...this.#echoes.values()].filter(({ pending, sending }) => pending.redacts === undefined || sending.state.value !== "failed");
  }

  /** How an event is sent. */
  sendingOf(id: EventId): Sending | undefined {
    for (const { event, sending } of this.#echoes.values()) if (event.event_id === id) return sending;
    return undefined;
  }

  /** The key of the item of an event: that of its echo, if there was one. */
  keyOf({ event_id: id }: ClientEventWithoutRoomId): string {
    return this.#keys.get(id) ?? id;
  }

  /** Looks at the outbox anew. */
  refresh(): void {
    const left = new Set(this.#echoes.keys());
    for (const pending of this.#parts.pending()) {
      const { txnId } = pending.sending;
      left.delete(txnId);
      // It may have come before the answer to sending it.
      if (this.#arrived.has(localEventId(txnId))) continue;
      const known = this.#echoes.get(txnId);
      const isSame = known?.pending.content === pending.content && known.pending.redacts === pending.redacts;
      if (!isSame || known.sending !== pending.sending || known.isSettling) this.#echoes.set(txnId, this.#make(pending, known));
    }
    for (const txnId of left) {
      const echo = this.#echoes.get(txnId);
      if (echo && !echo.isSettling) this.#settle(txnId, echo);
    }
    this.#rename();
    this.#parts.onChange();
  }

  /** Events have come from the server: their echoes are over. */
  arrived(events: readonly ClientEventWithoutRoomId[]): void {
    for (const event of events) {
      const txnId = event.unsigned?.transaction_id ?? this.#sentAs(event.event_id);
      const echo = txnId === undefined ? undefined : this.#echoes.get(txnId);
      if (txnId === undefined || !echo || event.sender !== this.#parts.userId()) continue;
      this.#keys.set(event.event_id, localEventId(txnId));
      this.#arrived.set(localEventId(txnId), event.event_id);
      this.#echoes.delete(txnId);
    }
    this.#rename();
  }

  /** Events have come that are not known: what was sent before is among them. */
  dropSent(): void {
    for (const [txnId, { sentAs }] of this.#echoes) if (sentAs !== undefined) this.#echoes.delete(txnId);
  }

  #sentAs(id: EventId): string | undefined {
    for (const [txnId, { event, sentAs }] of this.#echoes) if (sentAs === id || event.event_id === id) return txnId;
    return undefined;
  }

  #make(pending: PendingEvent, known: Kept | undefined): Kept {
    const { sending, type, content, redacts, ts } = pending;
    const event: ClientEventWithoutRoomId = {
      event_id: localEventId(sending.txnId),
      type,
      sender: this.#parts.userId(),
      origin_server_ts: known?.event.origin_server_ts ?? ts,
      content: redacts === undefined ? content : { ...content, redacts },
      ...(redacts === undefined ? {} : { redacts }),
    };
    return { event, pending, sending, sentAs: known?.sentAs, isSettling: false };
  }

  /** Calls events in all echoes as the server does, as far as that is known. */
  #rename(): void {
    const idOf = (local: EventId): EventId | undefined => this.#arrived.get(local) ?? this.#parts.sentAs(local);
    for (const [txnId, echo] of this.#echoes) {
      const event = replaceLocalIds(echo.event, idOf);
      if (event === echo.event) continue;
      if (event.event_id !== echo.event.event_id) this.#keys.set(event.event_id, localEventId(txnId));
      // An echo that is being settled stays the same one.
      Object.assign(echo, { event });
    }
  }

  /** It has left the outbox: sent, or taken back. */
  #settle(txnId: string, echo: Kept): void {
    echo.isSettling = true;
    echo.sending.then(
      (id) => {
        if (this.#echoes.get(txnId) !== echo) return;
        echo.sentAs = id;
        if (!isLocalEventId(id)) this.#keys.set(id, localEventId(txnId));
        // What it should have undone was taken back, and it with it.
        if (isLocalEventId(id) || this.#parts.has(id)) this.#echoes.delete(txnId);
        this.#rename();
        this.#parts.onChange();
      },
      (error: unknown) => {
        // While the client is stopped it is still in the outbox.
        if (error instanceof ClientError && error.code === "STOPPED") echo.isSettling = false;
        else if (this.#echoes.get(txnId) === echo) this.#echoes.delete(txnId);
        this.#parts.onChange();
      },
    );
  }
}
