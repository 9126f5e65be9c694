import { randomBytes } from "node:crypto";
import type { SyncCut } from "../sync-token.ts";
import { selectorKey, type StateSelector } from "./room-config.ts";

/** Up to where a client has been told of a room: `undefined` for up to the cut of its position. */
export type Mark = SyncCut | undefined;

/** What a client has been told of a room. */
export interface ToldRoom {
  readonly upTo: Mark;
  /** How many of the newest events it has got, at most. */
  readonly timelineLimit: number;
  readonly selectors: readonly StateSelector[];
  readonly isDm: boolean;
}

/** What is told room by room beside the rooms themselves. */
export type StreamName = "accountData" | "receipts" | "typing";

/** The names of the streams. */
export const streamNames: readonly StreamName[] = ["accountData", "receipts", "typing"];

/** What a connection remembers of what its client was told. It never changes; a changed one has another version. */
export interface ConnectionState {
  readonly version: string;
  readonly rooms: ReadonlyMap<number, ToldRoom>;
  readonly streams: Readonly<Record<StreamName, ReadonlyMap<number, Mark>>>;
}

const run = BigInt(`0x${randomBytes(8).toString("hex")}`).toString(36);
let made = 0;

/** A version that no other state of any connection has, not even after a restart. */
function newVersion(): string {
  return `${run}z${(++made).toString(36)}`;
}

const noMarks: ReadonlyMap<number, Mark> = new Map();

/** The state of a connection whose client knows nothing. */
export function emptyState(): ConnectionState {
  return { version: newVersion(), rooms: new Map(), streams: { accountData: noMarks, receipts: noMarks, typing: noMarks } };
}

/** How much a state takes in memory, in entries. */
export function sizeOf({ rooms, streams }: ConnectionState): number {
  return rooms.size + streamNames.reduce((sum, name) => sum + streams[name].size, 1);
}

/** What becomes of a state by an answer; what stays the same is shared with it. */
export class StateDraft {
  readonly #before: ConnectionState;
  #rooms: Map<number, ToldRoom> | undefined;
  #streams: Partial<Record<StreamName, Map<number, Mark>>> = {};

  constructor(before: ConnectionState) {
    this.#before = before;
  }

  /** Notes what was told of a room. */
  setRoom(roomNid: number, told: ToldRoom): void {
    const before = this.#before.rooms.get(roomNid);
    if (before && isSame(before, told)) return;
    (this.#rooms ??= new Map(this.#before.rooms)).set(roomNid, told);
  }

  /** Notes up to where a stream was told of a room. */
  mark(name: StreamName, roomNid: number, mark: Mark): void {
    const before = this.#before.streams[name];
    if (before.has(roomNid) && before.get(roomNid) === mark) return;
    (this.#streams[name] ??= new Map(before)).set(roomNid, mark);
  }

  /** The state after the answer. */
  finish(): ConnectionState {
    if (!this.#rooms && Object.keys(this.#streams).length === 0) return this.#before;
    const { rooms, streams } = this.#before;
    return { version: newVersion(), rooms: this.#rooms ?? rooms, streams: { ...streams, ...this.#streams } };
  }
}

function isSame(a: ToldRoom, b: ToldRoom): boolean {
  return a.upTo === b.upTo && a.timelineLimit === b.timelineLimit && a.isDm === b.isDm && haveSameKeys(a.selectors, b.selectors);
}

function haveSameKeys(a: readonly StateSelector[], b: readonly StateSelector[]): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((selector, i) => selector === b[i] || selectorKey(selector) === (b[i] && selectorKey(b[i])));
}

/** A state as it is stored: what many rooms share is there once, and rooms are rows of numbers. */
interface StoredState {
  readonly v: string;
  readonly cuts: readonly SyncCut[];
  readonly selectors: readonly StateSelector[];
  /** Number, cut from 1 or 0, limit, whether it is a DM, and selectors. */
  readonly rooms: readonly (readonly number[])[];
  readonly streams: Readonly<Record<StreamName, readonly (readonly [roomNid: number, cut: number])[]>>;
}

/** Writes states as JSON. */
export function formatStates(states: readonly ConnectionState[]): string {
  return JSON.stringify(states.map(toStored));
}

function toStored({ version, rooms, streams }: ConnectionState): StoredState {
  const cuts = new Map<SyncCut, number>();
  const selectors = new Map<string, { readonly index: number; readonly selector: StateSelector }>();
  const cutOf = (mark: Mark): number => {
    if (!mark) return 0;
    if (!cuts.has(mark)) cuts.set(mark, cuts.size + 1);
    return cuts.get(mark) ?? 0;
  };
  const selectorOf = (selector: StateSelector): number => {
    const key = selectorKey(selector);
    const known = selectors.get(key);
    if (known) return known.index;
    selectors.set(key, { index: selectors.size, selector });
    return selectors.size - 1;
  };
  const marks = (name: StreamName): [number, number][] => Array.from(streams[name], ([nid, mark]) => [nid, cutOf(mark)]);
  const stored = {
    v: version,
    rooms: Array.from(rooms, ([nid, told]) => [
      nid,
      cutOf(told.upTo),
      told.timelineLimit,
      Number(told.isDm),
      ...told.selectors.map(selectorOf),
    ]),
    streams: { accountData: marks("accountData"), receipts: marks("receipts"), typing: marks("typing") },
  };
  return { ...stored, cuts: [...cuts.keys()], selectors: Array.from(selectors.values(), ({ selector }) => selector) };
}

/** Reads states as they were stored. */
export function parseStates(json: string): ConnectionState[] {
  // The column holds only what was written above.
  return (JSON.parse(json) as StoredState[]).map(fromStored);
}

function fromStored({ v: version, cuts, selectors, rooms, streams }: StoredState): ConnectionState {
  const markOf = (cut: number | undefined): Mark => (cut ? cuts[cut - 1] : undefined);
  const marks = (name: StreamName): ReadonlyMap<number, Mark> => new Map(streams[name].map(([nid, cut]) => [nid, markOf(cut)]));
  const told = ([nid = 0, cut, timelineLimit = 0, isDm, ...wanted]: readonly number[]): [number, ToldRoom] => [
    nid,
    { upTo: markOf(cut), timelineLimit, isDm: isDm === 1, selectors: wanted.flatMap((index) => selectors[index] ?? []) },
  ];
  return {
    version,
    rooms: new Map(rooms.map(told)),
    streams: { accountData: marks("accountData"), receipts: marks("receipts"), typing: marks("typing") },
  };
}
