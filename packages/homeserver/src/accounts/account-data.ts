import { type JsonObject, matrixError } from "@patrix/api";
import { type Core, shardOfUser } from "../log/core.ts";
import { lastCovered, type PositionVector } from "../log/position.ts";
import { operation } from "../store/statement.ts";
import { accountDataOf, type AccountDataRow, accountDataSince, upsertAccountData } from "../store/statements/account-data.ts";

const MAX_TYPE_LENGTH = 255;

/** Stores account data; `roomNid` is 0 for global data. @throws {MatrixError} `M_INVALID_PARAM` for a type over 255 characters. */
export async function putAccountData(core: Core, userNid: number, roomNid: number, type: string, content: JsonObject): Promise<void> {
  if (type.length === 0 || type.length > MAX_TYPE_LENGTH)
    throw matrixError("M_INVALID_PARAM", `type: it must have 1 to ${MAX_TYPE_LENGTH} characters`);
  const pos = core.log.next(shardOfUser(core, userNid));
  await core.log.append({
    positions: [pos],
    operations: [operation(upsertAccountData, userNid, roomNid, type, JSON.stringify(content), pos)],
    publish: () => core.wakeUps.touch([userNid]),
  });
}

/** Reads account data, as JSON. */
export async function readAccountData(core: Core, userNid: number, roomNid: number, type: string): Promise<string | undefined> {
  return (await core.store.get(accountDataOf, userNid, roomNid, type))?.json;
}

/** Reads the account data of a user that was set after a cut; all of it without one. */
export function changedAccountData(core: Core, userNid: number, since: PositionVector | undefined): Promise<AccountDataRow[]> {
  const after = since === undefined ? 0 : lastCovered(since, shardOfUser(core, userNid));
  return core.store.all(accountDataSince, userNid, after);
}
