import { boolParam, intParam, type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";
import { Direction } from "../message/direction.ts";

/** Query parameters of a page of related events. */
export interface RelationsQuery {
  /** Token of the page. */
  from?: string | undefined;
  /** Token of the place to stop at. */
  to?: string | undefined;
  /** Greatest number of results. */
  limit?: number | undefined;
  /** Default: `b`. */
  dir?: Direction | undefined;
  /** Whether to include events that relate to the related events. Default: `false`. */
  recurse?: boolean | undefined;
}

/** Checks a {@link RelationsQuery}. */
export const RelationsQuery: Model<RelationsQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<RelationsQuery>({
    from: z.optional(z.string()),
    to: z.optional(z.string()),
    limit: z.optional(intParam()),
    dir: z.optional(Direction),
    recurse: z.optional(boolParam()),
  }),
);
