import type { Store, StoreChange } from "@patrix/client";

/** The tables of an application service; their names begin so that one's own in the same store have other ones. */
export type AppserviceTable = `patrix.${
  | "devices"
  | "encrypted-rooms"
  | "ghosts"
  | "messages"
  | "portals"
  | "puppets"
  | "queue"
  | "service"
  | "set-aside"
  | "slots"
  | "transactions"
  | "undecrypted"}`;

/** Where an application service keeps what it must not forget: a store of the client, with tables by any name. */
export type AppserviceStore = Pick<Store<string>, "kind" | "get" | "all" | "write" | "keys"> & AsyncDisposable;

/** One change of a store. */
export type AppserviceChange = StoreChange<string>;

/** A change of a table of this package. */
export function change(table: AppserviceTable, key: string, value: unknown): AppserviceChange {
  return { table, key, value };
}
