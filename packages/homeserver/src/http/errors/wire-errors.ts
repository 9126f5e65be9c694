import { type ErrorFields, type HttpResponse, MatrixError, matrixError, type UiaResponse } from "@patrix/api";
import { PushRulesError } from "@patrix/push-rules";
import { AccountError } from "../../accounts/errors.ts";
import { UiaChallenge } from "../../accounts/uia-challenge.ts";
import { AppserviceError } from "../../appservice/errors.ts";
import { DirectoryError } from "../../directory/errors.ts";
import { E2eeError } from "../../e2ee/errors.ts";
import { LimitError, OverloadedError, UnreachableError } from "../../errors.ts";
import { FederatedError } from "../../federation/errors.ts";
import { limits } from "../../limits.ts";
import { MediaError } from "../../media/errors.ts";
import { RoomError } from "../../rooms/errors.ts";
import { SearchError } from "../../search/errors.ts";
import { StoreError } from "../../store/errors.ts";
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
      DUPLICATE_ANNOTATION: "M_DUPLICATE_ANNOTATION",
      // The specification names this code, for want of one of its own.
      NOT_A_THREAD_ROOT: (_error, message) => new MatrixError(400, "M_UNKNOWN", message),
      ALIAS_IN_USE: "M_ROOM_IN_USE",
      SERVER_NOTICES: "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM",
      NOT_SUBSCRIBED: "M_NOT_FOUND",
      NOT_IN_THREAD: (_error, message) => new MatrixError(400, "IO.ELEMENT.MSC4306.M_NOT_IN_THREAD", message),
      UNSUBSCRIBED_SINCE: (_error, message) => new MatrixError(409, "IO.ELEMENT.MSC4306.M_CONFLICTING_UNSUBSCRIPTION", message),
      // Clients look for the codes of the first version of the proposal.
      DELAY_TOO_LONG: ({ most }, message) =>
        new MatrixError(400, "M_UNKNOWN", message, {
          "org.matrix.msc4140.errcode": "M_MAX_DELAY_EXCEEDED",
          "org.matrix.msc4140.max_delay": most,
        }),
      DELAYED_EVENT_NOT_FOUND: "M_NOT_FOUND",
      DELAYED_EVENT_FINALISED: (_error, message) => new MatrixError(409, "M_UNKNOWN", message),
      MISSING_EVENTS: "M_NOT_FOUND",
      BLOCKED: "M_FORBIDDEN",
      NOT_LEFT: (_error, message) => new MatrixError(400, "M_UNKNOWN", message),
      NO_GUESTS: "M_GUEST_ACCESS_FORBIDDEN",
      INVITE_BLOCKED: "M_INVITE_BLOCKED",
      BAD_ALIAS: "M_BAD_ALIAS",
      INVALID_ALIAS: "M_INVALID_PARAM",
      INVALID_TOKEN: "M_INVALID_PARAM",
      UNRESOLVED: (_error, message) => matrixError("M_LIMIT_EXCEEDED", message, { retry_after_ms: 1_000 }),
      OVERLOADED: (_error, message) => matrixError("M_LIMIT_EXCEEDED", message, { retry_after_ms: 1_000 }),
    },
    ({ message, rule }) => (rule ? `${message} (rule ${rule})` : message),
  ),
  byCode(SyncError, {
    INVALID_TOKEN: "M_INVALID_PARAM",
    INVALID_REQUEST: "M_INVALID_PARAM",
    // The proposal of sliding sync has this code; the client begins anew.
    UNKNOWN_POS: (_error, message) => new MatrixError(400, "M_UNKNOWN_POS", message),
    UNKNOWN_FILTER: "M_NOT_FOUND",
    LOGGED_OUT: "M_UNKNOWN_TOKEN",
    LOCKED: (_error, message) => matrixError("M_USER_LOCKED", message, { soft_logout: true }),
  }),
  byCode(SearchError, { INVALID_TOKEN: "M_INVALID_PARAM" }),
  byCode(AccountError, {
    ACCOUNT_CHANGED: "M_FORBIDDEN",
    DEACTIVATED: "M_USER_DEACTIVATED",
    DEVICE_NOT_FOUND: "M_NOT_FOUND",
    EXCLUSIVE: "M_EXCLUSIVE",
    LOCKED: (_error, message) => matrixError("M_USER_LOCKED", message, { soft_logout: true }),
    SUSPENDED: "M_USER_SUSPENDED",
    INVALID_AUTHENTICATION: "M_BAD_JSON",
    INVALID_DEVICE_ID: "M_INVALID_PARAM",
    INVALID_PROFILE_FIELD: "M_BAD_JSON",
    INVALID_REGISTRATION: "M_INVALID_PARAM",
    INVALID_USERNAME: "M_INVALID_USERNAME",
    MISSING_PROFILE_FIELD: "M_MISSING_PARAM",
    NO_PASSWORD: "M_FORBIDDEN",
    OTHER_USER: "M_FORBIDDEN",
    UNKNOWN_NONCE: "M_UNKNOWN",
    UNKNOWN_STAGE: "M_UNRECOGNIZED",
    UIA_REQUEST_CHANGED: "M_FORBIDDEN",
    UNKNOWN_TOKEN: (_error, message) => matrixError("M_UNKNOWN_TOKEN", message, { soft_logout: false }),
    UNKNOWN_UIA_SESSION: (_error, message) => new MatrixError(401, "M_UNKNOWN", message),
    USERNAME_TAKEN: "M_USER_IN_USE",
    WEAK_PASSWORD: "M_WEAK_PASSWORD",
    WRONG_CREDENTIALS: "M_FORBIDDEN",
  }),
  byCode(AppserviceError, {
    BAD_STATUS: ({ answer }, message) => matrixError("M_BAD_STATUS", message, { ...answer }),
    CONNECTION_FAILED: "M_CONNECTION_FAILED",
    CONNECTION_TIMEOUT: "M_CONNECTION_TIMEOUT",
    // The specification asks for this status, and has no code for it.
    NO_ANSWER: (_error, message) => new MatrixError(408, "M_UNKNOWN", message),
    URL_NOT_SET: "M_URL_NOT_SET",
  }),
  byCode(E2eeError, {
    BACKUP_NOT_FOUND: "M_NOT_FOUND",
    INVALID_KEY: "M_INVALID_PARAM",
    INVALID_SIGNATURE: "M_INVALID_SIGNATURE",
    KEY_EXISTS: "M_INVALID_PARAM",
    KEY_IS_DEVICE_ID: "M_FORBIDDEN",
    KEY_NOT_FOUND: "M_NOT_FOUND",
    MALFORMED_KEY: "M_BAD_JSON",
    NOT_AUTHENTICATED: "M_FORBIDDEN",
    INVALID_TOKEN: "M_INVALID_PARAM",
    NO_DEHYDRATED_DEVICE: "M_NOT_FOUND",
    NO_MASTER_KEY: "M_MISSING_PARAM",
    OTHER_DEVICE: "M_FORBIDDEN",
    WRONG_ALGORITHM: "M_INVALID_PARAM",
    WRONG_BACKUP_VERSION: ({ currentVersion }, message) =>
      matrixError("M_WRONG_ROOM_KEYS_VERSION", message, { current_version: currentVersion }),
    WRONG_OWNER: "M_INVALID_PARAM",
  }),
  byCode(MediaError, {
    ALREADY_UPLOADED: "M_CANNOT_OVERWRITE_MEDIA",
    INVALID_SIZE: "M_INVALID_PARAM",
    NOT_AN_IMAGE: "M_UNKNOWN",
    NOT_FOUND: "M_NOT_FOUND",
    NOT_OWNER: "M_FORBIDDEN",
    NOT_YET_UPLOADED: "M_NOT_YET_UPLOADED",
    // The specification has no words for a page that cannot be fetched.
    PREVIEW_FAILED: (_error, message) => new MatrixError(502, "M_UNKNOWN", message),
    PREVIEW_NOT_ALLOWED: "M_FORBIDDEN",
    QUARANTINED: "M_FORBIDDEN",
    REMOTE_TOO_LARGE: (_error, message) => new MatrixError(502, "M_TOO_LARGE", message),
    // What is wrong with it is the operator's business, and in the log.
    STORE_FAILED: () => new MatrixError(503, "M_UNKNOWN", "the media store of this server does not answer; try again later"),
    TOO_LARGE: "M_TOO_LARGE",
  }),
  byCode(DirectoryError, {
    ALIAS_NOT_FOUND: "M_NOT_FOUND",
    // The specification asks for this status, and has no code for it.
    ALIAS_TAKEN: (_error, message) => new MatrixError(409, "M_UNKNOWN", message),
    FORBIDDEN: "M_FORBIDDEN",
    FOREIGN_ALIAS: "M_INVALID_PARAM",
    INVALID_PARAM: "M_INVALID_PARAM",
    ROOM_HIDDEN: "M_FORBIDDEN",
  }),
  byCode(PushRulesError, {
    DEFAULT_RULE: "M_INVALID_PARAM",
    INVALID_RULE_ID: "M_INVALID_PARAM",
    MISSING_PATTERN: "M_MISSING_PARAM",
    RELATIVE_RULE_NOT_FOUND: "M_NOT_FOUND",
    RELATIVE_TO_DEFAULT_RULE: "M_INVALID_PARAM",
    RULE_NOT_FOUND: "M_NOT_FOUND",
  }),
  byCode(FederatedError, {
    BAD_EVENT: "M_INVALID_PARAM",
    EVENT_NOT_FOUND: "M_NOT_FOUND",
    FILE_TOO_LARGE: (_error, message) => new MatrixError(502, "M_TOO_LARGE", message),
    FORBIDDEN: "M_FORBIDDEN",
    INCOMPATIBLE_ROOM_VERSION: ({ roomVersion = "" }, message) =>
      matrixError("M_INCOMPATIBLE_ROOM_VERSION", message, { room_version: roomVersion }),
    INVALID_SIGNATURE: "M_INVALID_PARAM",
    KEY_FILE_UNREADABLE: (_error, message) => new MatrixError(500, "M_UNKNOWN", message),
    NO_SERVER_HELPED: (_error, message) => new MatrixError(502, "M_UNKNOWN", message),
    NOT_IN_ROOM: "M_FORBIDDEN",
    NOT_YET_UPLOADED: "M_NOT_YET_UPLOADED",
    REFUSED: refusedElsewhere,
    ROOM_NOT_FOUND: "M_NOT_FOUND",
    TOO_LARGE: "M_TOO_LARGE",
    UNABLE_TO_AUTHORISE_JOIN: (_error, message) => new MatrixError(400, "M_UNABLE_TO_AUTHORISE_JOIN", message),
    UNABLE_TO_GRANT_JOIN: (_error, message) => new MatrixError(400, "M_UNABLE_TO_GRANT_JOIN", message),
  }),
  byCode(LimitError, {
    LIMIT_EXCEEDED: ({ limit, retryAfterMs }, message) => {
      const { errcode } = limits[limit];
      return errcode === "M_LIMIT_EXCEEDED"
        ? matrixError(errcode, message, { retry_after_ms: retryAfterMs })
        : matrixError(errcode, message);
    },
  }),
  byCode(OverloadedError, {
    OVERLOADED: ({ retryAfterMs }, message) => matrixError("M_LIMIT_EXCEEDED", message, { retry_after_ms: retryAfterMs }),
  }),
  byCode(UnreachableError, { UNREACHABLE: "M_FORBIDDEN" }),
  toUnavailable,
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

/** What another server may have answered that its meaning is passed on: nothing that a client would take for a word on its own session. */
const passedOn: ReadonlySet<string> = new Set([
  "M_FORBIDDEN",
  "M_NOT_FOUND",
  "M_INVITE_BLOCKED",
  "M_INCOMPATIBLE_ROOM_VERSION",
  "M_UNABLE_TO_AUTHORISE_JOIN",
  "M_UNABLE_TO_GRANT_JOIN",
]);

/** What another server has answered, for the client that it was asked for. */
function refusedElsewhere({ answer }: FederatedError, message: string): MatrixError {
  if (answer && passedOn.has(answer.errcode)) return new MatrixError(answer.status, answer.errcode, message);
  return new MatrixError(502, "M_UNKNOWN", message);
}

/** Of the faults of the store, the one that passes by itself is said to the client. */
function toUnavailable(error: unknown): MatrixError | undefined {
  if (!(error instanceof StoreError) || error.code !== "UNAVAILABLE") return undefined;
  return new MatrixError(503, "M_UNKNOWN", `${error.message}; try again later`);
}

/** User-Interactive Authentication is asked for with a body of its own. */
function toChallenge(error: unknown): HttpResponse | undefined {
  if (!(error instanceof UiaChallenge)) return undefined;
  const { flows, completed, session, failure } = error.progress;
  const failed = failure && toWireError(failure);
  const body: UiaResponse = {
    flows: flows.map((stages) => ({ stages: [...stages] })),
    completed: [...completed],
    params: {},
    session,
    ...(failed instanceof MatrixError && { errcode: failed.errcode, error: failed.error }),
  };
  return { status: 401, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
