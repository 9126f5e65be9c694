import { randomBytes } from "node:crypto";
import { encodeError, type HttpResponse, MatrixError } from "@patrix/api";
import { UiaChallenge } from "../accounts/uia-challenge.ts";
import type { Logger } from "./logger.ts";

/** Turns an error of another layer into a wire error; `undefined` if it does not know the error. */
export type ErrorMapping = (error: unknown) => MatrixError | undefined;

/** Encodes whatever a handler threw. What is not meant for the client is logged under an ID, and only the ID is sent. */
export function mapError(error: unknown, mappings: readonly ErrorMapping[], logger: Logger, what: string): HttpResponse {
  if (error instanceof MatrixError) return encodeError(error);
  if (error instanceof UiaChallenge)
    return { status: 401, headers: { "content-type": "application/json" }, body: JSON.stringify(error.body) };
  for (const mapping of mappings) {
    const mapped = mapping(error);
    if (mapped) return encodeError(mapped);
  }
  const id = randomBytes(6).toString("hex");
  logger.error("a request failed", { id, request: what, error });
  return encodeError(new MatrixError(500, "M_UNKNOWN", `the server could not answer; its log names this failure ${id}`));
}
