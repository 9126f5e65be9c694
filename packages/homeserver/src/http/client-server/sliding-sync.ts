import { type SimplifiedMsc3575Query, simplifiedMsc3575Sync, slidingSync } from "@patrix/client-api/unstable";
import { handle, rawJson } from "@patrix/server";
import { readSlidingRequest, type SlidingForm } from "../../sync/sliding/sliding-request.ts";
import type { SlidingSync } from "../../sync/sliding/sliding-sync.ts";
import type { Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";
import { readPresenceState } from "./presence.ts";
import type { RoomServices } from "./room-services.ts";

/** What the handlers of sliding sync work with. */
export interface SlidingSyncServices extends Pick<RoomServices, "presence"> {
  readonly slidingSync: SlidingSync;
}

type Body = Parameters<typeof readSlidingRequest>[0];

/** The body with what clients of the deployed form say in the query. */
function withQuery(body: Body, { pos, timeout, set_presence: presence }: SimplifiedMsc3575Query): Body {
  return { ...body, pos: pos ?? body.pos, timeout: timeout ?? body.timeout, set_presence: presence ?? body.set_presence };
}

/** The handlers of sliding sync: as it is deployed, and as it was merged. */
export function slidingSyncHandlers({ slidingSync: sync, presence }: SlidingSyncServices): Registration[] {
  const answer = async (body: Body, form: SlidingForm, user: Requester, signal: AbortSignal) => {
    const { userNid, userId, deviceNid } = user;
    const request = readSlidingRequest(body, form, userId);
    const says = body.set_presence;
    using _there = presence.syncing(userNid, readPresenceState(says ?? "online", "set_presence"), says !== undefined);
    return rawJson(await sync.sync({ userNid, userId, deviceNid }, request, signal));
  };
  return [
    handle(simplifiedMsc3575Sync, ({ query = {}, body }, { user, signal }) => answer(withQuery(body, query), "deployed", user, signal)),
    handle(slidingSync, ({ body }, { user, signal }) => answer(body, "merged", user, signal)),
  ];
}
