import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";
import * as z from "zod/mini";

/** A way to carry calls; further members depend on the type. */
export interface RtcTransport {
  type: OpenEnum<"livekit" | "m.livekit">;
  /** Where tokens for a LiveKit server are issued. */
  livekit_service_url?: string | undefined;
}
/** Checks a {@link RtcTransport}. */
export const RtcTransport: Model<RtcTransport> = /* @__PURE__ */ model(() =>
  obj<RtcTransport>({ type: openEnum(["livekit", "m.livekit"]), livekit_service_url: z.optional(z.string()) }),
);

/** Response of {@link getRtcTransports}. */
export interface GetRtcTransportsResponse {
  /** In order of preference. */
  rtc_transports: RtcTransport[];
}
/** Checks a {@link GetRtcTransportsResponse}. */
export const GetRtcTransportsResponse: Model<GetRtcTransportsResponse> = /* @__PURE__ */ model(() =>
  obj<GetRtcTransportsResponse>({ rtc_transports: z.array(RtcTransport.schema) }),
);

/**
 * Lists the ways to carry calls that the homeserver offers.
 *
 * `GET /_matrix/client/unstable/org.matrix.msc4143/rtc/transports` · access token
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4143}
 */
export const getRtcTransports: Endpoint<EmptyObject, GetRtcTransportsResponse> = /* @__PURE__ */ endpoint({
  id: "getRtcTransports",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: { unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports", feature: "org.matrix.msc4143" }] },
  response: GetRtcTransportsResponse,
});
