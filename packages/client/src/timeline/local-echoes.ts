import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { EventId, UserId } from "@patrix/identifiers";
import { ClientError } from "../errors.ts";
import type { PendingEvent } from "../outbox/outbox-item.ts";
import type { Sending } from "../outbox/sending.ts";

/** An event of the user that the server has not told of yet. */
export interface LocalEcho {
  /** As it will be, but for its ID. */
  readonly event: ClientEventWithoutRoomId;
  readonly sending: Sending;
}

interface Kept extends LocalEcho {
  /** Set once it is sent. */
  sentAs: EventId | undefined;
  /** Whether it has left the outbox. */
  isSettling: boolean;
}

/** The ID that an event has until it is sent; no server makes such IDs. */
export function localEventId(txnId: string): EventId {
  return `$local.${txnId}`;
}

/** What {@link LocalEchoes} work with. */
export interface LocalEchoParts {
  readonly userId: () => UserId;
  /** What the outbox holds of the room. */
  readonly pending: () => readonly PendingEvent[];
  /** Whether the timeline has an event. */
  readonly has: (id: EventId) => boolean;
  readonly onChange: () => void;
}

/** Shows what is being sent at the end of a timeline, each until the event comes back from the server. */
export class LocalEchoes {
  readonly #parts: LocalEchoParts;
  readonly #echoes = new Map<string, Kept>();
  /** Keys of items, by the event that an echo has become. */
  readonly #keys = new Map<EventId, string>();

  constructor(parts: LocalEchoParts) {
    this.#parts = parts;
  }

  /** In order of asking. */
  get all(): readonly LocalEcho[] {
    return [...this.#echoes.values()];
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
      const known = this.#echoes.get(txnId);
      if (known?.event.content !== pending.content) this.#echoes.set(txnId, this.#make(pending, known));
    }
    for (const txnId of left) {
      const echo = this.#echoes.get(txnId);
      if (echo && !echo.isSettling) this.#settle(txnId, echo);
    }
    this.#parts.onChange();
  }

  /** Events have come from the server: their echoes are over. */
  arrived(events: readonly ClientEventWithoutRoomId[]): void {
    for (const event of events) {
      const txnId = event.unsigned?.transaction_id ?? this.#sentAs(event.event_id);
      const echo = txnId === undefined ? undefined : this.#echoes.get(txnId);
      if (txnId === undefined || !echo || event.sender !== this.#parts.userId()) continue;
      this.#keys.set(event.event_id, localEventId(txnId));
      this.#echoes.delete(txnId);
    }
  }

  /** Events have come that are not known: what was sent before is among them. */
  dropSent(): void {
    for (const [txnId, { sentAs }] of this.#echoes) if (sentAs !== undefined) this.#echoes.delete(txnId);
  }

  #sentAs(id: EventId): string | undefined {
    for (const [txnId, { sentAs }] of this.#echoes) if (sentAs === id) return txnId;
    return undefined;
  }

  #make({ sending, type, content, redacts, ts }: PendingEvent, known: Kept | undefined): Kept {
    const event: ClientEventWithoutRoomId = {
      event_id: localEventId(sending.txnId),
      type,
      sender: this.#parts.userId(),
      origin_server_ts: ts,
      content: redacts === undefined ? content : { ...content, redacts },
      ...(redacts === undefined ? {} : { redacts }),
    };
    // The content of the outbox is compared with that of the echo.
    if (redacts === undefined) event.content = content;
    return { event, sending, sentAs: known?.sentAs, isSettling: false };
  }

  /** It has left the outbox: sent, or taken back. */
  #settle(txnId: string, echo: Kept): void {
    echo.isSettling = true;
    echo.sending.then(
      (id) => {
        if (this.#echoes.get(txnId) !== echo) return;
        echo.sentAs = id;
        this.#keys.set(id, localEventId(txnId));
        if (this.#parts.has(id)) this.#echoes.delete(txnId);
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
