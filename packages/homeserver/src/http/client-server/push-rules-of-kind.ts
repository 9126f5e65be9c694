import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { PushRule } from "@patrix/client-api";
import * as z from "zod/mini";

interface KindRequest {
  path: { kind: string };
}
const KindPath: Model<KindRequest["path"]> = /* @__PURE__ */ model(() => obj<KindRequest["path"]>({ kind: z.string() }));
const Rules: Model<PushRule[]> = /* @__PURE__ */ model(() => z.array(PushRule.schema));

/**
 * Reads the push rules of one kind: an address that older clients ask for and the specification does not list.
 *
 * `GET /_matrix/client/v3/pushrules/global/{kind}/` · access token
 */
export const getPushRulesOfKind: Endpoint<KindRequest, PushRule[]> = /* @__PURE__ */ endpoint({
  id: "getPushRulesOfKind",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/client/v3/pushrules/global/{kind}/" }, { path: "/_matrix/client/r0/pushrules/global/{kind}/" }],
  },
  path: KindPath,
  response: Rules,
});
