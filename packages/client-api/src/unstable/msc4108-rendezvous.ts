import { bytes, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Response of {@link createRendezvous}; its `ETag` header is needed to change the payload. */
export interface CreateRendezvousResponse {
  /** Where the payload is read, changed and deleted, with plain HTTP. */
  url: string;
}
/** Checks a {@link CreateRendezvousResponse}. */
export const CreateRendezvousResponse: Model<CreateRendezvousResponse> = /* @__PURE__ */ model(() =>
  obj<CreateRendezvousResponse>({ url: z.string() }),
);

/** Request of {@link createRendezvous}. */
export interface CreateRendezvousRequest {
  body: Uint8Array;
}

/**
 * Creates a place where two devices exchange payloads, to sign in by QR code.
 *
 * `POST /_matrix/client/unstable/org.matrix.msc4108/rendezvous` · no authentication · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4108}
 */
export const createRendezvous: Endpoint<CreateRendezvousRequest, CreateRendezvousResponse> = /* @__PURE__ */ endpoint({
  id: "createRendezvous",
  method: "POST",
  auth: "none",
  rateLimited: true,
  history: { unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc4108/rendezvous", feature: "org.matrix.msc4108" }] },
  statuses: [201],
  body: bytes,
  response: CreateRendezvousResponse,
});
