import { ClientError } from "../errors.ts";
import { isLocalEventId, localIdsIn, requireSent } from "../events/local-event-id.ts";
import type { BatchedWrites } from "./batched-writes.ts";
import type { OutboxEntries } from "./outbox-entries.ts";
import { dependenciesOf, dependencyFailed, dependentsOf, type OutboxEntry as Entry } from "./outbox-entry.ts";
import type { OutboxItem } from "./outbox-item.ts";

/** Makes what is to be sent, keeps it in the store, and sees to what depends on what: it ends there what will not be sent. */
export class OutboxPreparation {
  readonly #entries: OutboxEntries;
  readonly #writes: Pick<BatchedWrites, "write">;

  constructor(entries: OutboxEntries, writes: Pick<BatchedWrites, "write">) {
    this.#entries = entries;
    this.#writes = writes;
  }

  /** Begins to prepare an entry. */
  start(entry: Entry): void {
    entry.ready = this.#prepare(entry);
    // Whoever drains the room looks at the outcome.
    entry.ready.catch(() => {});
  }

  /** Makes the content and keeps it in the store. */
  async #prepare(entry: Entry): Promise<void> {
    const { request, sending, seq, abort } = entry;
    if (request.uploads === true) sending.state.set("uploading");
    const onProgress = (progress: { sent: number; total: number }): void => sending.progress.set(progress);
    const { content, redacts } = await request.prepare({ signal: abort.signal, onProgress });
    abort.signal.throwIfAborted();
    const item = this.#entries.withKnownIds<OutboxItem>({
      txnId: sending.txnId,
      seq,
      roomId: request.roomId,
      type: request.type,
      content,
      redacts,
    });
    const end = this.#endOf(entry, item);
    if (end) return end;
    // From now on it hears of the IDs that others get: nothing may come in between.
    entry.item = item;
    try {
      await this.#writes.write([{ table: "outbox", key: item.txnId, value: item }]);
    } catch (error) {
      entry.item = undefined;
      throw error;
    }
    if (sending.state.value === "uploading") sending.state.set("queued");
    this.#entries.watchers.tell(request.roomId);
  }

  /**
   * Ends what is about events that will not be sent, and a redaction that comes before the request it could undo.
   *
   * @throws {ClientError} `NOT_SENT` if it names events that are not known.
   */
  #endOf(entry: Entry, { roomId, content, redacts }: OutboxItem): Promise<void> | undefined {
    const unknown = [...localIdsIn([content, redacts])].filter((id) => !this.#entries.find(roomId, id));
    if (unknown.some((id) => this.#entries.wasTakenBack(id))) return this.takeBack([entry], isLocalEventId(redacts) ? [entry] : []);
    requireSent(unknown);
    const target = isLocalEventId(redacts) ? this.#entries.find(roomId, redacts) : undefined;
    if (!target || target.attempted) return undefined;
    return this.takeBack([target, entry, ...dependentsOf(target, this.#entries.in(roomId))], [entry]);
  }

  /** Looks at what an event waits for when its turn has come: what is not sent by then has failed. @throws {ClientError} */
  async requireDependencies(entry: Entry): Promise<void> {
    const { roomId } = entry.request;
    const failed = [...dependenciesOf(entry)].flatMap((id) => this.#entries.find(roomId, id) ?? []);
    const [first] = failed;
    if (!first) return;
    const target = failed.find(({ localId }) => localId === entry.item?.redacts);
    if (!target || target.attempted) throw dependencyFailed(first);
    await this.takeBack([target, ...dependentsOf(target, this.#entries.in(roomId))], [entry]);
  }

  /** Removes entries that will not be sent. What redacts one of them has done so by that, as the callers have. */
  async takeBack(gone: readonly Entry[], callers: readonly Entry[] = []): Promise<void> {
    if (gone.length === 0) return;
    const all = [...new Set(gone)];
    const error = new ClientError("CANCELLED", "the send was aborted");
    const ids = new Set(all.filter(({ attempted }) => !attempted).map(({ localId }) => localId));
    const isDone = (entry: Entry): boolean => {
      const redacts = (entry.item ?? entry.request.preview)?.redacts;
      return callers.includes(entry) || (redacts !== undefined && ids.has(redacts));
    };
    this.#entries.unfail(...all);
    for (const entry of all) {
      this.#entries.settle(entry, "taken back");
      entry.abort.abort(error);
      if (!isDone(entry) && entry.sending.state.value !== "failed") entry.sending.fail("cancelled", error);
    }
    this.#entries.remove(...all);
    await Promise.all(all.filter((entry) => !callers.includes(entry)).map(({ ready }) => ready.catch(() => {})));
    await this.#writes.write(all.map(({ sending }) => ({ table: "outbox", key: sending.txnId, value: undefined })));
    for (const entry of all) if (isDone(entry)) entry.sending.succeed(entry.localId);
  }
}
