import { EmptyObject, type Endpoint, endpoint, type Model, model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Response of {@link discoverRendezvous}. */
export interface DiscoverRendezvousResponse {
  /** Whether the caller may create sessions. */
  create_available?: boolean | undefined;
}
/** Checks a {@link DiscoverRendezvousResponse}. */
export const DiscoverRendezvousResponse: Model<DiscoverRendezvousResponse> = /* @__PURE__ */ model(() =>
  obj<DiscoverRendezvousResponse>({ create_available: z.optional(z.boolean()) }),
);

/** Body of {@link createRendezvousSession}. */
export interface CreateRendezvousSessionBody {
  /** The payload. */
  data: string;
}
/** Checks a {@link CreateRendezvousSessionBody}. */
export const CreateRendezvousSessionBody: Model<CreateRendezvousSessionBody> = /* @__PURE__ */ model(() =>
  obj<CreateRendezvousSessionBody>({ data: z.string() }),
);

/** Response of {@link createRendezvousSession}. */
export interface CreateRendezvousSessionResponse {
  id: string;
  /** Names this state of the session. */
  sequence_token: string;
  /** Lifetime of the session in milliseconds. */
  expires_in_ms?: number | undefined;
  /** When the session expires, in milliseconds since the Unix epoch; from an older version of the proposal. */
  expires_ts?: number | undefined;
}
/** Checks a {@link CreateRendezvousSessionResponse}. */
export const CreateRendezvousSessionResponse: Model<CreateRendezvousSessionResponse> = /* @__PURE__ */ model(() =>
  obj<CreateRendezvousSessionResponse>({
    id: z.string(),
    sequence_token: z.string(),
    expires_in_ms: z.optional(z.int()),
    expires_ts: z.optional(z.int()),
  }),
);

/** Path variables of a rendezvous session. */
export interface RendezvousSessionPath {
  id: string;
}
/** Checks a {@link RendezvousSessionPath}. */
export const RendezvousSessionPath: Model<RendezvousSessionPath> = /* @__PURE__ */ paramsModel(() =>
  obj<RendezvousSessionPath>({ id: z.string() }),
);

/** A payload that two devices exchange. */
export interface RendezvousSession {
  data: string;
  /** Names this state of the session. */
  sequence_token: string;
  /** Lifetime of the session in milliseconds. */
  expires_in_ms?: number | undefined;
  /** When the session expires, in milliseconds since the Unix epoch; from an older version of the proposal. */
  expires_ts?: number | undefined;
}
/** Checks a {@link RendezvousSession}. */
export const RendezvousSession: Model<RendezvousSession> = /* @__PURE__ */ model(() =>
  obj<RendezvousSession>({
    data: z.string(),
    sequence_token: z.string(),
    expires_in_ms: z.optional(z.int()),
    expires_ts: z.optional(z.int()),
  }),
);

/** Body of {@link updateRendezvousSession}. */
export interface UpdateRendezvousSessionBody {
  /** The state that the caller knows; the change fails if there is a newer one. */
  sequence_token: string;
  /** The payload. */
  data: string;
}
/** Checks a {@link UpdateRendezvousSessionBody}. */
export const UpdateRendezvousSessionBody: Model<UpdateRendezvousSessionBody> = /* @__PURE__ */ model(() =>
  obj<UpdateRendezvousSessionBody>({ sequence_token: z.string(), data: z.string() }),
);

/** Response of {@link updateRendezvousSession}. */
export interface UpdateRendezvousSessionResponse {
  /** Names the new state. */
  sequence_token: string;
}
/** Checks a {@link UpdateRendezvousSessionResponse}. */
export const UpdateRendezvousSessionResponse: Model<UpdateRendezvousSessionResponse> = /* @__PURE__ */ model(() =>
  obj<UpdateRendezvousSessionResponse>({ sequence_token: z.string() }),
);

/**
 * Tells whether rendezvous sessions can be created.
 *
 * `GET /_matrix/client/unstable/io.element.msc4388/rendezvous` · optional access token · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4388}
 */
export const discoverRendezvous: Endpoint<EmptyObject, DiscoverRendezvousResponse> = /* @__PURE__ */ endpoint({
  id: "discoverRendezvous",
  method: "GET",
  auth: "accessTokenOptional",
  rateLimited: true,
  history: { unstable: [{ path: "/_matrix/client/unstable/io.element.msc4388/rendezvous", feature: "io.element.msc4388" }] },
  response: DiscoverRendezvousResponse,
});

/** Request of {@link createRendezvousSession}. */
export interface CreateRendezvousSessionRequest {
  body: CreateRendezvousSessionBody;
}

/**
 * Creates a session in which two devices exchange payloads, to sign in by QR code.
 *
 * `POST /_matrix/client/unstable/io.element.msc4388/rendezvous` · optional access token · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4388}
 */
export const createRendezvousSession: Endpoint<CreateRendezvousSessionRequest, CreateRendezvousSessionResponse> = /* @__PURE__ */ endpoint({
  id: "createRendezvousSession",
  method: "POST",
  auth: "accessTokenOptional",
  rateLimited: true,
  history: { unstable: [{ path: "/_matrix/client/unstable/io.element.msc4388/rendezvous", feature: "io.element.msc4388" }] },
  body: CreateRendezvousSessionBody,
  response: CreateRendezvousSessionResponse,
});

/** Request of {@link getRendezvousSession}. */
export interface GetRendezvousSessionRequest {
  path: RendezvousSessionPath;
}

/**
 * Reads the payload of a rendezvous session.
 *
 * `GET /_matrix/client/unstable/io.element.msc4388/rendezvous/{id}` · no authentication · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4388}
 */
export const getRendezvousSession: Endpoint<GetRendezvousSessionRequest, RendezvousSession> = /* @__PURE__ */ endpoint({
  id: "getRendezvousSession",
  method: "GET",
  auth: "none",
  rateLimited: true,
  history: { unstable: [{ path: "/_matrix/client/unstable/io.element.msc4388/rendezvous/{id}", feature: "io.element.msc4388" }] },
  errors: { 404: { errcodes: ["M_NOT_FOUND"] } },
  path: RendezvousSessionPath,
  response: RendezvousSession,
});

/** Request of {@link updateRendezvousSession}. */
export interface UpdateRendezvousSessionRequest {
  path: RendezvousSessionPath;
  body: UpdateRendezvousSessionBody;
}

/**
 * Replaces the payload of a rendezvous session.
 *
 * `PUT /_matrix/client/unstable/io.element.msc4388/rendezvous/{id}` · no authentication · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4388}
 */
export const updateRendezvousSession: Endpoint<UpdateRendezvousSessionRequest, UpdateRendezvousSessionResponse> = /* @__PURE__ */ endpoint({
  id: "updateRendezvousSession",
  method: "PUT",
  auth: "none",
  rateLimited: true,
  history: { unstable: [{ path: "/_matrix/client/unstable/io.element.msc4388/rendezvous/{id}", feature: "io.element.msc4388" }] },
  errors: { 404: { errcodes: ["M_NOT_FOUND"] }, 409: { errcodes: ["IO_ELEMENT_MSC4388_CONCURRENT_WRITE"] } },
  path: RendezvousSessionPath,
  body: UpdateRendezvousSessionBody,
  response: UpdateRendezvousSessionResponse,
});

/** Request of {@link deleteRendezvousSession}. */
export interface DeleteRendezvousSessionRequest {
  path: RendezvousSessionPath;
}

/**
 * Ends a rendezvous session.
 *
 * `DELETE /_matrix/client/unstable/io.element.msc4388/rendezvous/{id}` · no authentication · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4388}
 */
export const deleteRendezvousSession: Endpoint<DeleteRendezvousSessionRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "deleteRendezvousSession",
  method: "DELETE",
  auth: "none",
  rateLimited: true,
  history: { unstable: [{ path: "/_matrix/client/unstable/io.element.msc4388/rendezvous/{id}", feature: "io.element.msc4388" }] },
  errors: { 404: { errcodes: ["M_NOT_FOUND"] } },
  path: RendezvousSessionPath,
  response: EmptyObject,
});
