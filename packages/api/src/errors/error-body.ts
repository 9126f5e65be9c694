import * as z from "zod/mini";
import type { Errcode } from "./errcodes.ts";
import { type Model, model } from "../model/model.ts";
import { obj } from "../model/object.ts";

/** Body of an error response. */
export interface ErrorBody {
  errcode: Errcode;
  /** A text for people. */
  error?: string | undefined;
}
/** Checks the body of an error response. */
export const ErrorBody: Model<ErrorBody> = /* @__PURE__ */ model(() =>
  obj<ErrorBody>({ errcode: z.string(), error: z.optional(z.string()) }),
);

/** Body of a 429 response. */
export interface RateLimitBody extends ErrorBody {
  /** How long to wait, in milliseconds. */
  retry_after_ms?: number | undefined;
}
/** Checks the body of a 429 response. */
export const RateLimitBody: Model<RateLimitBody> = /* @__PURE__ */ model(() =>
  obj<RateLimitBody>({ errcode: z.string(), error: z.optional(z.string()), retry_after_ms: z.optional(z.int()) }),
);

/** An error, or another non-200 answer, that an endpoint documents. */
export interface DocumentedResponse {
  /** The error codes that the specification names for the status. */
  readonly errcodes?: readonly Errcode[];
  /** The body; {@link ErrorBody} where none is given. */
  readonly body?: Model<unknown>;
}
