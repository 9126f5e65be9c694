import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { RetentionContent } from "@patrix/events/unstable";
import * as z from "zod/mini";

/** Between which times, in milliseconds, a lifetime may be; no bound where one is left out. */
export interface LifetimeBounds {
  min?: number | undefined;
  max?: number | undefined;
}
const bounds = (): z.ZodMiniType<LifetimeBounds> => obj<LifetimeBounds>({ min: z.optional(z.int()), max: z.optional(z.int()) });

/** Response of {@link getRetentionConfiguration}. */
export interface GetRetentionConfigurationResponse {
  /** How long the server keeps messages, by room ID; `*` for the rooms that say nothing. */
  policies: Record<string, RetentionContent>;
  /** To which bounds the server keeps what rooms say. */
  limits: { min_lifetime?: LifetimeBounds | undefined; max_lifetime?: LifetimeBounds | undefined };
}
/** Checks a {@link GetRetentionConfigurationResponse}. */
export const GetRetentionConfigurationResponse: Model<GetRetentionConfigurationResponse> = /* @__PURE__ */ model(() =>
  obj<GetRetentionConfigurationResponse>({
    policies: z.record(z.string(), RetentionContent.schema),
    limits: obj<GetRetentionConfigurationResponse["limits"]>({ min_lifetime: z.optional(bounds()), max_lifetime: z.optional(bounds()) }),
  }),
);

/**
 * Tells how long the server keeps messages; 404 where it keeps them for ever.
 *
 * `GET /_matrix/client/unstable/org.matrix.msc1763/retention/configuration` · access token
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/1763}
 */
export const getRetentionConfiguration: Endpoint<EmptyObject, GetRetentionConfigurationResponse> = /* @__PURE__ */ endpoint({
  id: "getRetentionConfiguration",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: { unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc1763/retention/configuration", feature: "org.matrix.msc1763" }] },
  response: GetRetentionConfigurationResponse,
});
