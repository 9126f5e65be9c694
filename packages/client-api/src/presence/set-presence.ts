import { EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { UserPath } from "../account/user-path.ts";
import { PresenceState } from "./presence-state.ts";

/** Body of {@link setPresence}. */
export interface SetPresenceBody {
  presence: PresenceState;
  /** A text that the user wrote. */
  status_msg?: string | undefined;
}

/** Checks a {@link SetPresenceBody}. */
export const SetPresenceBody: Model<SetPresenceBody> = /* @__PURE__ */ model(() =>
  obj<SetPresenceBody>({ presence: PresenceState, status_msg: z.optional(z.string()) }),
);

/** Request of {@link setPresence}. */
export interface SetPresenceRequest {
  path: UserPath;
  body: SetPresenceBody;
}

/**
 * Sets the presence of the user.
 *
 * `PUT /_matrix/client/v3/presence/{userId}/status` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3presenceuseridstatus}
 */
export const setPresence: Endpoint<SetPresenceRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "setPresence",
  method: "PUT",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/presence/{userId}/status" },
      { since: "v1.1", path: "/_matrix/client/v3/presence/{userId}/status" },
    ],
  },
  path: UserPath,
  body: SetPresenceBody,
  response: EmptyObject,
});
