import { randomBytes } from "node:crypto";
import { MatrixError } from "@patrix/api";
import type { MapError } from "@patrix/server";
import type { Logger } from "../logger.ts";
import { toWireError } from "./wire-errors.ts";

/** Maps whatever a handler threw. What is not meant for the client is logged under an ID, and only the ID is sent. */
export function mapErrors(logger: Logger): MapError {
  return (error, { method, path }) => {
    const known = toWireError(error);
    if (known) return known;
    const id = randomBytes(6).toString("hex");
    logger.error("a request failed", { id, request: `${method} ${path}`, error });
    return new MatrixError(500, "M_UNKNOWN", `the server could not answer; its log names this failure ${id}`);
  };
}
