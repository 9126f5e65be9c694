import { StoreError } from "../errors.ts";
import { messageOf, sqlState } from "./failure.ts";

/** Says what to do about a server or a database that cannot be opened. */
export function openFailure(error: unknown): StoreError {
  const state = sqlState(error);
  const reason = messageOf(error);
  if (state === "3D000")
    return new StoreError("NOT_A_DATABASE", `database.url: ${reason}: make it with createdb --encoding=UTF8 --template=template0`, error);
  if (state?.startsWith("28")) return new StoreError("UNREACHABLE", `database.url: the server refuses the login: ${reason}`, error);
  return new StoreError("UNREACHABLE", `database.url: the database cannot be reached: ${reason}`, error);
}
