import { requireWithin } from "../errors.ts";
import { lastCovered } from "../log/position.ts";
import type { Core } from "../log/core.ts";
import { operation } from "../store/statement.ts";
import { countOtherPushers, deleteOtherPushers, deletePusher, pushersOfUser, upsertPusher } from "../store/statements/push.ts";

/** What names a pusher, besides its user. */
export interface PusherName {
  readonly app_id: string;
  readonly pushkey: string;
}

/** Reads the pushers of a user, as JSON each. */
export async function readPushers(core: Core, userNid: number): Promise<string[]> {
  return (await core.store.all(pushersOfUser, userNid)).map(({ json }) => json);
}

/** The device that sets a pusher: the pusher ends with its session. */
export interface PusherOwner {
  readonly userNid: number;
  readonly deviceNid: number;
}

/** Stores a pusher; without `append` it takes the key from other users. @throws {LimitError} If it is too large, or one too many. */
export async function putPusher(core: Core, { userNid, deviceNid }: PusherOwner, pusher: PusherName, append: boolean): Promise<void> {
  const json = JSON.stringify(pusher);
  requireWithin("pusherBytes", Buffer.byteLength(json), "the pusher");
  const others = await core.store.get(countOtherPushers, userNid, pusher.app_id, pusher.pushkey);
  requireWithin("pushers", (others?.count ?? 0) + 1, "the pusher");
  const { committed } = core.log;
  const begin = Math.max(...committed.map((_, shard) => lastCovered(committed, shard)));
  const stored = operation(upsertPusher, userNid, pusher.app_id, pusher.pushkey, deviceNid, json, begin);
  const taken = append ? [] : [operation(deleteOtherPushers, userNid, pusher.app_id, pusher.pushkey)];
  await core.log.append({ positions: [], operations: [...taken, stored] });
}

/** Removes a pusher, if there is one. */
export async function removePusher(core: Core, userNid: number, { app_id: appId, pushkey }: PusherName): Promise<void> {
  await core.log.append({ positions: [], operations: [operation(deletePusher, userNid, appId, pushkey)] });
}
