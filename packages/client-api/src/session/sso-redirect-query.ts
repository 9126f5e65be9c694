import { type Model, obj, type OpenEnum, openEnum, paramsModel } from "@patrix/api";
import { type Schema } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Why the user signs on. */
export type SsoAction = OpenEnum<"login" | "register">;
/** Checks a {@link SsoAction}. */
export const SsoAction: Schema<SsoAction> = /* @__PURE__ */ openEnum(["login", "register"]);

/** Query parameters of a single sign-on. */
export interface SsoRedirectQuery {
  /** Where the browser goes with a login token in the end. */
  redirectUrl: string;
  /** What the user is about to do. */
  action?: SsoAction | undefined;
}

/** Checks a {@link SsoRedirectQuery}. */
export const SsoRedirectQuery: Model<SsoRedirectQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<SsoRedirectQuery>({ redirectUrl: z.string(), action: z.optional(SsoAction) }),
);
