import { EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Body of {@link ping}. */
export interface PingBody {
  /** Any text that the ping is recognised by. */
  transaction_id?: string | undefined;
}

/** Checks a {@link PingBody}. */
export const PingBody: Model<PingBody> = /* @__PURE__ */ model(() => obj<PingBody>({ transaction_id: z.optional(z.string()) }));

/** Request of {@link ping}. */
export interface PingRequest {
  body?: PingBody | undefined;
}

/**
 * Tests the connection to an application service, which asked for it.
 *
 * `POST /_matrix/app/v1/ping` · homeserver token
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#post_matrixappv1ping}
 */
export const ping: Endpoint<PingRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "ping",
  method: "POST",
  auth: "homeserverToken",
  rateLimited: false,
  history: { unstable: [{ path: "/_matrix/app/unstable/fi.mau.msc2659/ping" }], stable: [{ since: "v1.7", path: "/_matrix/app/v1/ping" }] },
  body: PingBody,
  response: EmptyObject,
});
