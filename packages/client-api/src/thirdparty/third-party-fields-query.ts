import { type Model, paramsModel, record } from "@patrix/api";
import * as z from "zod/mini";

/** Query parameters that name what is looked for: a value for each field of the protocol. */
export type ThirdPartyFieldsQuery = Record<string, string>;
/** Checks a {@link ThirdPartyFieldsQuery}. */
export const ThirdPartyFieldsQuery: Model<ThirdPartyFieldsQuery> = /* @__PURE__ */ paramsModel(() => record(z.string(), z.string()));
