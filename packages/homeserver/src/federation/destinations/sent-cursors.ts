import type { Core } from "../../log/core.ts";
import { type Position, position, type PositionVector, shardOf } from "../../log/position.ts";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { destination as destinationRow, type DestinationRow, upsertSent } from "../../store/statements/federation.ts";

/** How far each server has got the events of this one, by shard: what comes after is still to be sent to it, also after a restart. */
export class SentCursors {
  readonly #core: Core;
  /** How far it has been read what happens here. */
  readonly #cut: () => PositionVector;
  /** Those that are known here. */
  readonly #sent = new Map<string, Position[]>();
  /** What is sent meanwhile takes a server no further than to here, until it is read what it has missed. */
  readonly #floors = new Map<string, readonly Position[]>();

  constructor(core: Core, cut: () => PositionVector) {
    this.#core = core;
    this.#cut = cut;
  }

  /** How far a server has got; nothing where it was never sent anything. */
  async of(server: string): Promise<readonly Position[]> {
    const known = this.#sent.get(server);
    if (known && known.length > 0) return known;
    return this.remember(server, await this.#core.store.get(destinationRow, server));
  }

  /** Takes over from the store how far a server has got. */
  remember(server: string, row: Pick<DestinationRow, "sent"> | undefined): readonly Position[] {
    // The column holds only what was put there below.
    const sent = row?.sent == null ? [] : (JSON.parse(row.sent) as Position[]);
    if (sent.length > 0) this.#sent.set(server, sent);
    return sent;
  }

  /** Notes that everything from here on is for a server, so that the end of this one loses nothing. */
  begin(server: string): WriteOperation {
    const sent = this.#here();
    this.#sent.set(server, sent);
    return operation(upsertSent, server, JSON.stringify(sent));
  }

  /** Notes that a server has got nothing of a shard after a position. {@link SentCursors.of} was asked before. */
  lower(server: string, shard: number, after: Position): WriteOperation {
    const sent = [...(this.#sent.get(server) ?? this.#here())];
    sent[shard] = Math.min(sent[shard] ?? 0, after);
    this.#sent.set(server, sent);
    this.#floors.set(server, [...sent]);
    return operation(upsertSent, server, JSON.stringify(sent));
  }

  /** Finds what a server has not got. Until that is found nothing else counts as got. */
  async readMissed<T>(server: string, read: (sent: readonly Position[]) => Promise<T>): Promise<T> {
    const sent = [...(await this.of(server))];
    this.#floors.set(server, sent);
    const found = await read(sent);
    if (this.#floors.get(server) === sent) this.#floors.delete(server);
    return found;
  }

  /** Notes that a server has got an event, or everything; stored with the next commit. */
  reached(server: string, { eventNid, isCaughtUp }: { readonly eventNid?: number | undefined; readonly isCaughtUp: boolean }): void {
    const { log } = this.#core;
    const sent = this.#sent.get(server) ?? Array.from({ length: log.shards }, () => 0);
    // Whoever has got everything has got what concerns others as well.
    if (isCaughtUp) for (const [shard, reached] of this.#here().entries()) sent[shard] = Math.max(sent[shard] ?? 0, reached);
    if (eventNid !== undefined) sent[shardOf(eventNid)] = Math.max(sent[shardOf(eventNid)] ?? 0, eventNid);
    for (const [shard, floor] of this.#floors.get(server)?.entries() ?? []) sent[shard] = Math.min(sent[shard] ?? 0, floor);
    this.#sent.set(server, sent);
    log.carry(operation(upsertSent, server, JSON.stringify(sent)));
  }

  #here(): Position[] {
    return this.#cut().map((counter, shard) => position(counter, shard));
  }
}
