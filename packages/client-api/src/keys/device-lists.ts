import { independent, model, type Model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Users whose device lists the client has to look at again. */
export interface DeviceLists {
  /** Users whose devices changed, or who now share an encrypted room. */
  changed?: UserId[] | undefined;
  /** Users who no longer share an encrypted room. */
  left?: UserId[] | undefined;
}
/** Checks a {@link DeviceLists}. */
export const DeviceLists: Model<DeviceLists> = /* @__PURE__ */ model(() =>
  obj<DeviceLists>({ changed: z.optional(independent(z.array(UserId))), left: z.optional(independent(z.array(UserId))) }),
);
