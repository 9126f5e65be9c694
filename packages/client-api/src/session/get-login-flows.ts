import { type EmptyObject, endpoint, type Endpoint, independent, model, type Model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { LoginType } from "./login-type.ts";

/** A way to log in; further members depend on the type. */
export interface LoginFlow {
  type: LoginType;
  /** Whether the server can issue tokens for this flow. Default: `false`. */
  get_login_token?: boolean | undefined;
}

/** Response of {@link getLoginFlows}. */
export interface GetLoginFlowsResponse {
  flows?: LoginFlow[] | undefined;
}

/** Checks a {@link GetLoginFlowsResponse}. */
export const GetLoginFlowsResponse: Model<GetLoginFlowsResponse> = /* @__PURE__ */ model(() =>
  obj<GetLoginFlowsResponse>({
    flows: z.optional(independent(z.array(obj<LoginFlow>({ type: LoginType, get_login_token: z.optional(z.boolean()) })))),
  }),
);

/**
 * Lists the ways to log in.
 *
 * `GET /_matrix/client/v3/login` · no authentication · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3login}
 */
export const getLoginFlows: Endpoint<EmptyObject, GetLoginFlowsResponse> = /* @__PURE__ */ endpoint({
  id: "getLoginFlows",
  method: "GET",
  auth: "none",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/login" },
      { since: "v1.1", path: "/_matrix/client/v3/login" },
    ],
  },
  errors: { 404: { errcodes: ["M_UNRECOGNIZED"] } },
  response: GetLoginFlowsResponse,
});
