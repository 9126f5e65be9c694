import { type ErrorFields, type HttpResponse, MatrixError, matrixError } from "@patrix/api";
import { UiaChallenge } from "../../accounts/uia-challenge.ts";
import { LimitError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { RoomError } from "../../rooms/errors.ts";
import { SyncError } from "../../sync/errors.ts";

/** What an error becomes on the wire; `undefined` if it is of another kind. */
type ToWire = (error: unknown) => MatrixError | HttpResponse | undefined;

/** The wire code of an error with its usual status, or how the error becomes a wire error. */
type WireCode<E> = keyof ErrorFields | ((error: E, message: string) => MatrixError);

/** Every error of the features, each code with what it is on the wire. An error that is missing here is answered with 500. */
const table: readonly ToWire[] = [
  byCode(
    RoomError,
    {
      ROOM_NOT_FOUND: "M_NOT_FOUND",
      EVENT_NOT_FOUND: "M_NOT_FOUND",
      FORBIDDEN: "M_FORBIDDEN",
      UNSUPPORTED_ROOM_VERSION: "M_UNSUPPORTED_ROOM_VERSION",
      INVALID_ROOM_STATE: "M_INVALID_ROOM_STATE",
      INVALID_EVENT: "M_BAD_JSON",
      EVENT_TOO_LARGE: "M_TOO_LARGE",
      ALIAS_IN_USE: "M_ROOM_IN_USE",
      MISSING_EVENTS: "M_NOT_FOUND",
      NOT_LEFT: (_error, message) => new MatrixError(400, "M_UNKNOWN", message),
      INVITE_BLOCKED: "M_INVITE_BLOCKED",
      BAD_ALIAS: "M_BAD_ALIAS",
      INVALID_ALIAS: "M_INVALID_PARAM",
      OVERLOADED: (_error, message) => matrixError("M_LIMIT_EXCEEDED", message, { retry_after_ms: 1_000 }),
    },
    ({ message, rule }) => (rule ? `${message} (rule ${rule})` : message),
  ),
  byCode(SyncError, {
    INVALID_TOKEN: "M_INVALID_PARAM",
    UNKNOWN_FILTER: "M_NOT_FOUND",
    LOGGED_OUT: "M_UNKNOWN_TOKEN",
  }),
  byCode(LimitError, { LIMIT_EXCEEDED: ({ limit }, message) => matrixError(limits[limit].errcode, message) }),
  toChallenge,
];

/** Turns an error of a feature into its wire error; `undefined` for everything else, which is a fault of the server. */
export function toWireError(error: unknown): MatrixError | HttpResponse | undefined {
  for (const toWire of table) {
    const answer = toWire(error);
    if (answer) return answer;
  }
  return undefined;
}

/** Lists the wire code of each code of an error class: one that is left out is a compile error. */
function byCode<E extends Error & { readonly code: string }>(
  kind: abstract new (...args: never[]) => E,
  codes: Readonly<Record<E["code"], WireCode<E>>>,
  messageOf: (error: E) => string = ({ message }) => message,
): ToWire {
  return (error) => {
    if (!(error instanceof kind)) return undefined;
    const code: WireCode<E> = codes[error.code as E["code"]];
    return typeof code === "function" ? code(error, messageOf(error)) : matrixError(code, messageOf(error));
  };
}

/** User-Interactive Authentication is asked for with a body of its own. */
function toChallenge(error: unknown): HttpResponse | undefined {
  if (!(error instanceof UiaChallenge)) return undefined;
  return { status: 401, headers: { "content-type": "application/json" }, body: JSON.stringify(error.body) };
}
