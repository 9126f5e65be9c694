import type { EventId } from "@patrix/identifiers";
import { ClientError } from "../errors.ts";
import { localEventId, localIdsIn } from "../events/local-event-id.ts";
import type { OutboxItem, PendingEvent, SendRequest } from "./outbox-item.ts";
import { SendingHandle, type SendingOwner } from "./sending.ts";

/** One event of an outbox. */
export interface OutboxEntry {
  readonly request: SendRequest;
  readonly seq: number;
  /** When it was asked for, in milliseconds since the Unix epoch. */
  readonly ts: number;
  /** By which others name it until it is sent. */
  readonly localId: EventId;
  readonly sending: SendingHandle;
  readonly abort: AbortController;
  /** Set once it is made; kept in the store once `ready` is fulfilled. */
  item: OutboxItem | undefined;
  ready: Promise<void>;
  /** Whether the server may have seen it. */
  attempted: boolean;
}

/** What a new {@link OutboxEntry} is. */
export interface EntryParts extends Pick<OutboxEntry, "request" | "seq" | "ts"> {
  readonly txnId: string;
  readonly owner: (entry: OutboxEntry) => SendingOwner;
}

/** Makes an entry that is not prepared yet. */
export function createEntry({ request, seq, ts, txnId, owner }: EntryParts): OutboxEntry {
  const sending = new SendingHandle(txnId, { abort: () => owner(entry).abort(), retry: () => owner(entry).retry() });
  const entry: OutboxEntry = {
    request,
    seq,
    ts,
    localId: localEventId(txnId),
    sending,
    abort: new AbortController(),
    item: undefined,
    ready: Promise.resolve(),
    attempted: false,
  };
  return entry;
}

/** What there is to see of an entry, if it is anything. */
export function pendingOf({ request, item, sending, ts }: OutboxEntry): PendingEvent | undefined {
  const { roomId, type } = request;
  const made = item ?? request.preview;
  return made && { sending, roomId, type, ts, content: made.content, redacts: made.redacts };
}

/** The events that are not sent and that an entry names. */
export function dependenciesOf({ item, request }: OutboxEntry): ReadonlySet<EventId> {
  const made = item ?? request.preview;
  return localIdsIn([made?.content, made?.redacts]);
}

/** Entries that name an entry, or one of those that do, in their order. */
export function dependentsOf({ localId }: OutboxEntry, among: readonly OutboxEntry[]): readonly OutboxEntry[] {
  const named = new Set([localId]);
  // What depends on something came after it.
  return among
    .toSorted((a, b) => a.seq - b.seq)
    .filter((entry) => {
      const depends = [...dependenciesOf(entry)].some((id) => named.has(id));
      if (depends) named.add(entry.localId);
      return depends;
    });
}

/** Why an event waits for one that cannot be sent. */
export function dependencyFailed({ sending }: OutboxEntry): ClientError {
  const why = sending.error?.message ?? "it was refused";
  return new ClientError(
    "DEPENDENCY_FAILED",
    `an event that it is about could not be sent (transaction ${sending.txnId}): ${why}`,
    sending.error,
  );
}
