import { matrixError, type MatrixError } from "@patrix/api";
import { RoomError, type RoomErrorCode } from "../../rooms/errors.ts";
import { SyncError } from "../../sync/v3/sync.ts";

const toWire: Readonly<Record<RoomErrorCode, (message: string) => MatrixError>> = {
  ROOM_NOT_FOUND: (message) => matrixError("M_NOT_FOUND", message),
  EVENT_NOT_FOUND: (message) => matrixError("M_NOT_FOUND", message),
  FORBIDDEN: (message) => matrixError("M_FORBIDDEN", message),
  UNSUPPORTED_ROOM_VERSION: (message) => matrixError("M_UNSUPPORTED_ROOM_VERSION", message),
  INVALID_ROOM_STATE: (message) => matrixError("M_INVALID_ROOM_STATE", message),
  INVALID_EVENT: (message) => matrixError("M_BAD_JSON", message),
  EVENT_TOO_LARGE: (message) => matrixError("M_TOO_LARGE", message),
  ALIAS_IN_USE: (message) => matrixError("M_ROOM_IN_USE", message),
  OVERLOADED: (message) => matrixError("M_LIMIT_EXCEEDED", message, { retry_after_ms: 1_000 }),
};

const syncErrcodes = {
  INVALID_TOKEN: "M_INVALID_PARAM",
  UNKNOWN_FILTER: "M_NOT_FOUND",
  LOGGED_OUT: "M_UNKNOWN_TOKEN",
} as const;

/** Turns errors of rooms and sync into wire errors. */
export function mapRoomError(error: unknown): MatrixError | undefined {
  if (error instanceof RoomError) return toWire[error.code](error.rule ? `${error.message} (rule ${error.rule})` : error.message);
  if (error instanceof SyncError) return matrixError(syncErrcodes[error.code], error.message);
  return undefined;
}
