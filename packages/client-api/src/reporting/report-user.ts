import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { UserPath } from "../account/user-path.ts";
import { ReportBody } from "./report-body.ts";

/** Request of {@link reportUser}. */
export interface ReportUserRequest {
  path: UserPath;
  body: ReportBody;
}

/**
 * Reports a user to the administrators of the homeserver.
 *
 * `POST /_matrix/client/v3/users/{userId}/report` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3usersuseridreport}
 */
export const reportUser: Endpoint<ReportUserRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "reportUser",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc4260/users/{userId}/report", feature: "org.matrix.msc4260" }],
    stable: [{ since: "v1.14", path: "/_matrix/client/v3/users/{userId}/report" }],
  },
  errors: { 404: {} },
  path: UserPath,
  body: ReportBody,
  response: EmptyObject,
});
