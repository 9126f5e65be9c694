import * as z from "zod/mini";
import type { Errcode } from "./errcodes.ts";
import type { JsonObject } from "../model/json.ts";
import { MatrixError } from "./matrix-error.ts";
import { type Model, model } from "../model/model.ts";
import { jsonObject, obj, type OpenEnum, openEnum } from "../model/object.ts";

/** The authentication types of the specification. */
export type UiaStage = OpenEnum<
  | "m.login.password"
  | "m.login.recaptcha"
  | "m.login.sso"
  | "m.login.email.identity"
  | "m.login.msisdn"
  | "m.login.dummy"
  | "m.login.registration_token"
  | "m.login.terms"
  | "m.login.application_service"
  | "m.oauth"
>;

/** What a client sends as `auth` to pass a stage of User-Interactive Authentication. */
export interface AuthenticationData {
  /** The stage; left out to ask again whether a stage was passed elsewhere. */
  type?: UiaStage | undefined;
  /** The session that the server named. */
  session?: string | undefined;
}
/** Checks `auth` of a request; the members of each stage are kept as they are. */
export const AuthenticationData: Model<AuthenticationData> = /* @__PURE__ */ model(() =>
  obj<AuthenticationData>({ type: z.optional(openEnum([])), session: z.optional(z.string()) }),
);

/** One way to authenticate: every stage, in order. */
export interface AuthenticationFlow {
  stages: UiaStage[];
}

/**
 * Body of a 401 response that asks for User-Interactive Authentication.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api}
 */
export interface UiaResponse {
  flows: AuthenticationFlow[];
  /** Stages already passed. */
  completed?: UiaStage[] | undefined;
  /** What a client must know for a stage, by stage. */
  params?: JsonObject | undefined;
  session?: string | undefined;
  /** Why the last try failed, if there was one. */
  errcode?: Errcode | undefined;
  error?: string | undefined;
}
/** Checks the body of a 401 response that asks for User-Interactive Authentication. */
export const UiaResponse: Model<UiaResponse> = /* @__PURE__ */ model(() =>
  obj<UiaResponse>({
    flows: z.array(obj<AuthenticationFlow>({ stages: z.array(openEnum([])) })),
    completed: z.optional(z.array(openEnum([]))),
    params: z.optional(jsonObject()),
    session: z.optional(z.string()),
    errcode: z.optional(openEnum([])),
    error: z.optional(z.string()),
  }),
);

/** Reads the stages that a 401 answer asks for; `undefined` if the error is another one. */
export function readUiaResponse(error: unknown): UiaResponse | undefined {
  if (!(error instanceof MatrixError) || error.status !== 401) return undefined;
  const result = UiaResponse.safeParse(error.body);
  return result.ok ? result.value : undefined;
}
