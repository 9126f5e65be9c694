import { type Model, model, obj } from "@patrix/api";
import type { Schema } from "@patrix/identifiers";
import * as z from "zod/mini";
import { LocationInfo } from "../../media-info/location-info.ts";
import { type RelatingContent, relatingContentShape } from "../../relations/relating-content.ts";

/**
 * A message of type `m.location`: a place.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mlocation}
 */
export interface LocationMessage extends RelatingContent {
  msgtype: "m.location";
  /** Describes the place, for clients that cannot show it. */
  body: string;
  /** RFC 5870. */
  geo_uri: `geo:${string}`;
  info?: LocationInfo | undefined;
}
/** Checks {@link LocationMessage}. */
export const LocationMessage: Model<LocationMessage> = /* @__PURE__ */ model(() =>
  obj<LocationMessage>({
    ...relatingContentShape(),
    msgtype: z.literal("m.location"),
    body: z.string(),
    geo_uri: geoUri(),
    info: z.optional(LocationInfo.schema),
  }),
);

/** A pattern, not a template: pages would load those of zod for this alone. */
function geoUri(): Schema<`geo:${string}`> {
  return z.string().check(z.regex(/^geo:/, "expected a geo URI, such as geo:51.5,-0.12")) as never;
}
