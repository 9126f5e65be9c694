import { listParam, type Model, obj, paramsModel } from "@patrix/api";
import { ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Query parameters that name servers to ask about the room. */
export interface ViaQuery {
  /** Servers to ask about the room. */
  via?: ServerName[] | undefined;
}

/** Checks a {@link ViaQuery}. */
export const ViaQuery: Model<ViaQuery> = /* @__PURE__ */ paramsModel(() => obj<ViaQuery>({ via: z.optional(listParam(ServerName)) }));
