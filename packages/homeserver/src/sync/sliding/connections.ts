import { LruCache } from "@patrix/concurrency";
import { limits } from "../../limits.ts";
import type { Core } from "../../log/core.ts";
import { operation } from "../../store/statement.ts";
import {
  deleteOldSlidingConnections,
  deleteSlidingConnection,
  slidingConnection,
  trimSlidingConnections,
  upsertSlidingConnection,
} from "../../store/statements/sliding.ts";
import { turnIfDue } from "../../turns.ts";
import { type ConnectionState, formatStates, parseStates, sizeOf } from "./connection-state.ts";

/** How many entries of states are kept in memory, over all connections. */
const REMEMBERED_ENTRIES = 500_000;
/** How many states of a connection are kept: that which the client has confirmed, and those of answers that it may have got. */
const KEPT_STATES = 4;
/** How often a connection is stored at most, in milliseconds. */
const SAVE_INTERVAL_MS = 30_000;
/** How many connections wait to be stored at most. */
const UNSAVED_CONNECTIONS = 500;
/** After how long a connection that nobody uses is forgotten, in milliseconds. */
const LIFETIME_MS = 30 * 86_400_000;

interface Connection {
  readonly deviceNid: number;
  readonly connId: string;
  /** Oldest first. */
  states: readonly ConnectionState[];
  savedMs: number;
}

/**
 * The connections of sliding sync, in memory and stored. A connection that changes is stored at most every 30 seconds, and when the
 * server stops; what is lost is a position that nobody knows, and the client begins anew.
 */
export class Connections {
  readonly #core: Core;
  readonly #known = new LruCache<string, Connection>(REMEMBERED_ENTRIES);
  readonly #unsaved = new Map<string, Connection>();
  /** The connections of a device in memory, that which was used last at the end. */
  readonly #ofDevice = new LruCache<number, Set<string>>(100_000);

  constructor(core: Core) {
    this.#core = core;
  }

  /** The state of a version; `undefined` if it is not known any more. What came before that one is not needed any more. */
  async find(deviceNid: number, connId: string, version: string): Promise<ConnectionState | undefined> {
    const key = keyOf(deviceNid, connId);
    const connection = this.#peek(key) ?? (await this.#load(deviceNid, connId));
    const at = connection?.states.findIndex((state) => state.version === version) ?? -1;
    const state = connection?.states[at];
    if (!connection || !state) return undefined;
    this.#use(deviceNid, key);
    if (at > 0) this.#change(connection, connection.states.slice(at));
    return state;
  }

  /** Notes the state of an answer; `before` is that of the request, `undefined` for one that begins anew. */
  remember(
    { deviceNid, connId }: Pick<Connection, "deviceNid" | "connId">,
    before: ConnectionState | undefined,
    state: ConnectionState,
  ): void {
    if (before === state) return;
    const key = keyOf(deviceNid, connId);
    const known = before && this.#peek(key);
    const connection = known ?? { deviceNid, connId, states: [], savedMs: 0 };
    // One that begins anew leaves behind what there was; what was asked for stays as long as the answer may be lost.
    const kept = connection.states.slice(-(KEPT_STATES - 1));
    const states = before && !kept.includes(before) ? [before, ...kept.slice(-(KEPT_STATES - 2))] : kept;
    this.#use(deviceNid, key);
    this.#change(connection, [...states, state]);
  }

  /** Stores what has changed. */
  async flush(): Promise<void> {
    for (const [key, connection] of this.#unsaved) {
      this.#save(key, connection);
      const turn = turnIfDue();
      if (turn) await turn;
    }
  }

  /** Stores what has changed long enough ago, and forgets what nobody uses. */
  async flushDue(): Promise<void> {
    this.#core.log.carry(operation(deleteOldSlidingConnections, this.#core.clock.now() - LIFETIME_MS));
    await this.flush();
  }

  #peek(key: string): Connection | undefined {
    return this.#unsaved.get(key) ?? this.#known.get(key);
  }

  async #load(deviceNid: number, connId: string): Promise<Connection | undefined> {
    const row = await this.#core.store.get(slidingConnection, deviceNid, connId);
    const key = keyOf(deviceNid, connId);
    const meanwhile = this.#peek(key);
    if (meanwhile || !row) return meanwhile;
    const connection = { deviceNid, connId, states: parseStates(row.json), savedMs: this.#core.clock.now() };
    this.#known.set(key, connection, weightOf(connection));
    return connection;
  }

  #change(connection: Connection, states: readonly ConnectionState[]): void {
    connection.states = states;
    const key = keyOf(connection.deviceNid, connection.connId);
    this.#known.set(key, connection, weightOf(connection));
    this.#unsaved.set(key, connection);
    if (this.#core.clock.now() - connection.savedMs >= SAVE_INTERVAL_MS) return this.#save(key, connection);
    if (this.#unsaved.size > UNSAVED_CONNECTIONS) for (const [first, oldest] of this.#unsaved) return this.#save(first, oldest);
  }

  #save(key: string, connection: Connection): void {
    const { log, clock } = this.#core;
    const { deviceNid, connId, states } = connection;
    this.#unsaved.delete(key);
    connection.savedMs = clock.now();
    const json = formatStates(states.slice(-2));
    const isStored = Buffer.byteLength(json) <= limits.slidingConnectionBytes.value;
    log.carry([
      isStored
        ? operation(upsertSlidingConnection, deviceNid, connId, connection.savedMs, json)
        : operation(deleteSlidingConnection, deviceNid, connId),
      operation(trimSlidingConnections, deviceNid, limits.slidingConnections.value),
    ]);
  }

  /** Notes that a connection is used; that which was used longest ago goes where there are too many. */
  #use(deviceNid: number, key: string): void {
    const keys = this.#ofDevice.get(deviceNid) ?? new Set<string>();
    keys.delete(key);
    keys.add(key);
    this.#ofDevice.set(deviceNid, keys);
    if (keys.size <= limits.slidingConnections.value) return;
    const [oldest = key] = keys;
    keys.delete(oldest);
    const gone = this.#peek(oldest);
    this.#known.delete(oldest);
    this.#unsaved.delete(oldest);
    if (gone) this.#core.log.carry(operation(deleteSlidingConnection, deviceNid, gone.connId));
  }
}

function keyOf(deviceNid: number, connId: string): string {
  return `${deviceNid} ${connId}`;
}

function weightOf({ states }: Connection): number {
  return states.reduce((sum, state) => sum + sizeOf(state), 0);
}
