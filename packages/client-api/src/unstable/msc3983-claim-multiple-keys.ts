import { type Endpoint, endpoint, intParam, type Model, model, obj, paramsModel, record } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { ClaimKeysResponse } from "../keys/claim-keys.ts";

/** Query parameters of {@link claimMultipleKeys}. */
export interface ClaimMultipleKeysQuery {
  /** How long to wait for other servers, in milliseconds. Default: 10000. */
  timeout?: number | undefined;
}
/** Checks a {@link ClaimMultipleKeysQuery}. */
export const ClaimMultipleKeysQuery: Model<ClaimMultipleKeysQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<ClaimMultipleKeysQuery>({ timeout: z.optional(intParam()) }),
);

/** Body of {@link claimMultipleKeys}. */
export interface ClaimMultipleKeysBody {
  /** Wanted algorithms by user and device; one that is repeated is claimed as often. */
  one_time_keys: Record<UserId, Record<string, string[]>>;
}
/** Checks a {@link ClaimMultipleKeysBody}. */
export const ClaimMultipleKeysBody: Model<ClaimMultipleKeysBody> = /* @__PURE__ */ model(() =>
  obj<ClaimMultipleKeysBody>({ one_time_keys: record(UserId, record(z.string(), z.array(z.string()))) }),
);

/** Request of {@link claimMultipleKeys}. */
export interface ClaimMultipleKeysRequest {
  query?: ClaimMultipleKeysQuery | undefined;
  body: ClaimMultipleKeysBody;
}

/**
 * Claims several one-time keys of each device at once.
 *
 * `POST /_matrix/client/unstable/org.matrix.msc3983/keys/claim` · access token
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3983}
 */
export const claimMultipleKeys: Endpoint<ClaimMultipleKeysRequest, ClaimKeysResponse> = /* @__PURE__ */ endpoint({
  id: "claimMultipleKeys",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: { unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc3983/keys/claim", feature: "org.matrix.msc3983" }] },
  query: ClaimMultipleKeysQuery,
  body: ClaimMultipleKeysBody,
  response: ClaimKeysResponse,
});
