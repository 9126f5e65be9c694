import { boolParam, type Model, model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";
import { SyncState } from "../sync/sync-state.ts";

/** Asks a sync of a server older than v1.16 for `state_after` in place of `state`. */
export interface StateAfterQuery {
  /** Default: `false`. */
  "org.matrix.msc4222.use_state_after"?: boolean | undefined;
}
/** Checks a {@link StateAfterQuery}. */
export const StateAfterQuery: Model<StateAfterQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<StateAfterQuery>({ "org.matrix.msc4222.use_state_after": z.optional(boolParam()) }),
);

/** What a joined or left room of such a sync has in place of `state`. */
export interface StateAfterRoom {
  /** State changes up to the end of the timeline. */
  "org.matrix.msc4222.state_after"?: SyncState | undefined;
}
/** Checks a {@link StateAfterRoom}. */
export const StateAfterRoom: Model<StateAfterRoom> = /* @__PURE__ */ model(() =>
  obj<StateAfterRoom>({ "org.matrix.msc4222.state_after": z.optional(SyncState.schema) }),
);
