import { type JsonObject, MatrixError } from "@patrix/api";
import { toWireError } from "./wire-errors.ts";

/** The body of the answer that a client would get for an error; `undefined` for a fault of the server, and for what passes by itself. */
export function describeRefusal(error: unknown): JsonObject | undefined {
  const wire = error instanceof MatrixError ? error : toWireError(error);
  if (!(wire instanceof MatrixError) || wire.status >= 500) return undefined;
  return { errcode: wire.errcode, error: wire.error };
}
