import { AuthenticationData, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Body of a request that needs nothing but User-Interactive Authentication. */
export interface AuthenticationBody {
  /** User-Interactive Authentication, once the server has asked for it. */
  auth?: AuthenticationData | undefined;
}

/** Checks a {@link AuthenticationBody}. */
export const AuthenticationBody: Model<AuthenticationBody> = /* @__PURE__ */ model(() =>
  obj<AuthenticationBody>({ auth: z.optional(AuthenticationData.schema) }),
);
