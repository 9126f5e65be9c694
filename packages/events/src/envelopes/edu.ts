import { type JsonObject, jsonObject, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/**
 * An ephemeral data unit, as servers exchange it: not part of any room's history.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#edus}
 */
export interface Edu {
  edu_type: string;
  /** Not checked by the envelope; see the content model of the type. */
  content: JsonObject;
}
/** Checks an {@link Edu}; the content is not looked at. */
export const Edu: Model<Edu> = /* @__PURE__ */ model(() => obj<Edu>({ edu_type: z.string(), content: jsonObject() }));
