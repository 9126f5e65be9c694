import { type OpenEnum, openEnum } from "@patrix/api";
import { type Schema } from "@patrix/identifiers";

/** A way to log in. */
export type LoginType = OpenEnum<"m.login.password" | "m.login.token" | "m.login.sso" | "m.login.application_service">;
/** Checks a {@link LoginType}. */
export const LoginType: Schema<LoginType> = /* @__PURE__ */ openEnum([
  "m.login.password",
  "m.login.token",
  "m.login.sso",
  "m.login.application_service",
]);
