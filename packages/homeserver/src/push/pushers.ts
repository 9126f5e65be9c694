import type { Core } from "../log/core.ts";
import { operation } from "../store/statement.ts";
import { deleteOtherPushers, deletePusher, pushersOfUser, upsertPusher } from "../store/statements/push.ts";

/** What names a pusher, besides its user. */
export interface PusherName {
  readonly app_id: string;
  readonly pushkey: string;
}

/** Reads the pushers of a user, as JSON each. */
export async function readPushers(core: Core, userNid: number): Promise<string[]> {
  return (await core.store.all(pushersOfUser, userNid)).map(({ json }) => json);
}

/** Stores a pusher; without `append` it takes the key from other users. */
export async function putPusher(core: Core, userNid: number, pusher: PusherName, append: boolean): Promise<void> {
  const stored = operation(upsertPusher, userNid, pusher.app_id, pusher.pushkey, JSON.stringify(pusher));
  const others = append ? [] : [operation(deleteOtherPushers, userNid, pusher.app_id, pusher.pushkey)];
  await core.log.append({ positions: [], operations: [...others, stored] });
}

/** Removes a pusher, if there is one. */
export async function removePusher(core: Core, userNid: number, { app_id: appId, pushkey }: PusherName): Promise<void> {
  await core.log.append({ positions: [], operations: [operation(deletePusher, userNid, appId, pushkey)] });
}
