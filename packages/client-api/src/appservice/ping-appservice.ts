import { type Endpoint, endpoint, type Model, model, obj, type OpenEnum, openEnum, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Path variables of {@link pingAppservice}. */
export interface PingAppservicePath {
  /** `id` of the registration. */
  appserviceId: string;
}

/** Checks a {@link PingAppservicePath}. */
export const PingAppservicePath: Model<PingAppservicePath> = /* @__PURE__ */ paramsModel(() =>
  obj<PingAppservicePath>({ appserviceId: z.string() }),
);

/** Body of {@link pingAppservice}. */
export interface PingAppserviceBody {
  /** Any text that the ping is recognised by. */
  transaction_id?: string | undefined;
}

/** Checks a {@link PingAppserviceBody}. */
export const PingAppserviceBody: Model<PingAppserviceBody> = /* @__PURE__ */ model(() =>
  obj<PingAppserviceBody>({ transaction_id: z.optional(z.string()) }),
);

/** Response of {@link pingAppservice}. */
export interface PingAppserviceResponse {
  /** How long the application service took to answer, in milliseconds. */
  duration_ms: number;
}

/** Checks a {@link PingAppserviceResponse}. */
export const PingAppserviceResponse: Model<PingAppserviceResponse> = /* @__PURE__ */ model(() =>
  obj<PingAppserviceResponse>({ duration_ms: z.int() }),
);

/** Request of {@link pingAppservice}. */
export interface PingAppserviceRequest {
  path: PingAppservicePath;
  body?: PingAppserviceBody | undefined;
}

/** Body of an error of {@link pingAppservice}. */
export interface PingAppserviceErrorBody {
  errcode: OpenEnum<"M_BAD_STATUS" | "M_CONNECTION_FAILED">;
  error?: string | undefined;
  /** HTTP status that the application service answered with. */
  status?: number | undefined;
  /** Body that the application service answered with. */
  body?: string | undefined;
}

/** Checks a {@link PingAppserviceErrorBody}. */
export const PingAppserviceErrorBody: Model<PingAppserviceErrorBody> = /* @__PURE__ */ model(() =>
  obj<PingAppserviceErrorBody>({
    errcode: openEnum(["M_BAD_STATUS", "M_CONNECTION_FAILED"]),
    error: z.optional(z.string()),
    status: z.optional(z.int()),
    body: z.optional(z.string()),
  }),
);

/**
 * Has the homeserver ping the calling application service, to test the connection back to it.
 *
 * `POST /_matrix/client/v1/appservice/{appserviceId}/ping` · application service token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv1appserviceappserviceidping}
 */
export const pingAppservice: Endpoint<PingAppserviceRequest, PingAppserviceResponse> = /* @__PURE__ */ endpoint({
  id: "pingAppservice",
  method: "POST",
  auth: "appserviceToken",
  rateLimited: false,
  history: {
    unstable: [
      { path: "/_matrix/client/unstable/fi.mau.msc2659/appservice/{appserviceId}/ping", feature: "fi.mau.msc2659" },
      { path: "/_matrix/client/v1/appservice/{appserviceId}/ping", feature: "fi.mau.msc2659.stable" },
    ],
    stable: [{ since: "v1.7", path: "/_matrix/client/v1/appservice/{appserviceId}/ping" }],
  },
  errors: {
    400: { errcodes: ["M_URL_NOT_SET"] },
    403: { errcodes: ["M_FORBIDDEN"] },
    502: { errcodes: ["M_BAD_STATUS", "M_CONNECTION_FAILED"], body: PingAppserviceErrorBody },
    504: { errcodes: ["M_CONNECTION_TIMEOUT"] },
  },
  path: PingAppservicePath,
  body: PingAppserviceBody,
  response: PingAppserviceResponse,
});
