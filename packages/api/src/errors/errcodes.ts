import type { OpenEnum } from "../model/object.ts";

/** Every error code of the specification, with the members that come with it besides `errcode` and `error`. */
export interface ErrorFields {
  /** The application service must use another way to log in. Usual status 400. */
  M_APPSERVICE_LOGIN_UNSUPPORTED: {};
  /** An alias in `m.room.canonical_alias` does not point to the room. Usual status 400. */
  M_BAD_ALIAS: {};
  /** The body is JSON, but not of the expected form. Usual status 400. */
  M_BAD_JSON: {};
  /** The state of the thing does not allow the request. Usual status 400. */
  M_BAD_STATE: {};
  /** The application service answered a ping with an error. Usual status 502. */
  M_BAD_STATUS: { status?: number | undefined; body?: string | undefined };
  /** A server notice room cannot be left. Usual status 403. */
  M_CANNOT_LEAVE_SERVER_NOTICE_ROOM: {};
  /** The media ID already has content. Usual status 409. */
  M_CANNOT_OVERWRITE_MEDIA: {};
  /** The captcha answer is wrong. Usual status 400. */
  M_CAPTCHA_INVALID: {};
  /** A captcha must be solved first. Usual status 400. */
  M_CAPTCHA_NEEDED: {};
  /** The application service could not be reached. Usual status 502. */
  M_CONNECTION_FAILED: {};
  /** The application service did not answer in time. Usual status 504. */
  M_CONNECTION_TIMEOUT: {};
  /** No message can be sent to that phone number. Usual status 400. */
  M_DESTINATION_REJECTED: {};
  /** The user has annotated the event with this key before. Usual status 400. */
  M_DUPLICATE_ANNOTATION: {};
  /** The validation email could not be sent. Usual status 400. */
  M_EMAIL_SEND_ERROR: {};
  /** The name is reserved by an application service. Usual status 400. */
  M_EXCLUSIVE: {};
  /** The requester is not allowed to do that. Usual status 403. */
  M_FORBIDDEN: {};
  /** The room does not admit guests. Usual status 403. */
  M_GUEST_ACCESS_FORBIDDEN: {};
  /** The room has a version that the joining server does not support. Usual status 400. */
  M_INCOMPATIBLE_ROOM_VERSION: { room_version: string };
  /** The third-party address is malformed. Usual status 400. */
  M_INVALID_ADDRESS: {};
  /** The email address is malformed. Usual status 400. */
  M_INVALID_EMAIL: {};
  /** A parameter has a value that is not allowed. Usual status 400. */
  M_INVALID_PARAM: {};
  /** The lookup pepper is not the current one. Usual status 400. */
  M_INVALID_PEPPER: { algorithm?: string | undefined; lookup_pepper?: string | undefined };
  /** The initial state of the room would not be valid. Usual status 400. */
  M_INVALID_ROOM_STATE: {};
  /** A signature does not verify. Usual status 400. */
  M_INVALID_SIGNATURE: {};
  /** The user name is not of the allowed form. Usual status 400. */
  M_INVALID_USERNAME: {};
  /** The invited user does not accept invites from the inviter. Usual status 403. */
  M_INVITE_BLOCKED: {};
  /** The name of the profile field is too long. Usual status 400. */
  M_KEY_TOO_LARGE: {};
  /** Too many requests were made; wait before the next. Usual status 429. */
  M_LIMIT_EXCEEDED: { retry_after_ms?: number | undefined };
  /** A required parameter is missing. Usual status 400. */
  M_MISSING_PARAM: {};
  /** A required parameter is missing (identity service). Usual status 400. */
  M_MISSING_PARAMS: {};
  /** The request carries no access token. Usual status 401. */
  M_MISSING_TOKEN: {};
  /** The thing does not exist. Usual status 404. */
  M_NOT_FOUND: {};
  /** The body is not JSON. Usual status 400. */
  M_NOT_JSON: {};
  /** The media ID has no content yet. Usual status 504. */
  M_NOT_YET_UPLOADED: {};
  /** There is no validation session with this ID and secret. Usual status 404. */
  M_NO_VALID_SESSION: {};
  /** The profile would exceed 64 KiB. Usual status 400. */
  M_PROFILE_TOO_LARGE: {};
  /** The server has reached a limit that only its administrator can lift. Usual status 403. */
  M_RESOURCE_LIMIT_EXCEEDED: { admin_contact: string };
  /** The room alias is taken. Usual status 400. */
  M_ROOM_IN_USE: {};
  /** The validation message could not be sent. Usual status 400. */
  M_SEND_ERROR: {};
  /** The server is not trusted by this one. Usual status 400. */
  M_SERVER_NOT_TRUSTED: {};
  /** The validation session is over. Usual status 400. */
  M_SESSION_EXPIRED: {};
  /** The third-party address was not validated. Usual status 400. */
  M_SESSION_NOT_VALIDATED: {};
  /** The terms of service were not accepted. Usual status 403. */
  M_TERMS_NOT_SIGNED: {};
  /** The third-party address could not be authenticated. Usual status 403. */
  M_THREEPID_AUTH_FAILED: {};
  /** The server does not allow this third-party address. Usual status 403. */
  M_THREEPID_DENIED: {};
  /** The third-party address belongs to another account. Usual status 400. */
  M_THREEPID_IN_USE: {};
  /** The server does not support this kind of third-party address. Usual status 400. */
  M_THREEPID_MEDIUM_NOT_SUPPORTED: {};
  /** No account has this third-party address. Usual status 400. */
  M_THREEPID_NOT_FOUND: {};
  /** The validation token is wrong. Usual status 400. */
  M_TOKEN_INCORRECT: {};
  /** The body or the media is too large. Usual status 413. */
  M_TOO_LARGE: {};
  /** The server cannot tell whether the restricted join is allowed. Usual status 400. */
  M_UNABLE_TO_AUTHORISE_JOIN: {};
  /** No member of this server could authorise the restricted join. Usual status 400. */
  M_UNABLE_TO_GRANT_JOIN: {};
  /** The requester is not authenticated. Usual status 401. */
  M_UNAUTHORIZED: {};
  /** Something went wrong that has no code of its own. Usual status 400. */
  M_UNKNOWN: {};
  /** The application service names a device that its user does not have. Usual status 400. */
  M_UNKNOWN_DEVICE: {};
  /** The access or refresh token is not known, or no longer. Usual status 401. */
  M_UNKNOWN_TOKEN: { soft_logout?: boolean | undefined };
  /** The server does not know the endpoint, or not with this method (405). Usual status 404. */
  M_UNRECOGNIZED: {};
  /** The server does not support the room version. Usual status 400. */
  M_UNSUPPORTED_ROOM_VERSION: {};
  /** The application service registration has no URL. Usual status 400. */
  M_URL_NOT_SET: {};
  /** The account was deactivated. Usual status 403. */
  M_USER_DEACTIVATED: {};
  /** The user name is taken. Usual status 400. */
  M_USER_IN_USE: {};
  /** The user has reached a limit of the server. Usual status 400. */
  M_USER_LIMIT_EXCEEDED: { info_uri: string; can_upgrade?: boolean | undefined };
  /** The account is locked. Usual status 401. */
  M_USER_LOCKED: { soft_logout?: boolean | undefined };
  /** The account is suspended. Usual status 403. */
  M_USER_SUSPENDED: {};
  /** The password is too weak. Usual status 400. */
  M_WEAK_PASSWORD: {};
  /** The key backup version is not the current one. Usual status 403. */
  M_WRONG_ROOM_KEYS_VERSION: { current_version?: string | undefined };
}

/** An error code: one of the specification's, or any other string. */
export type Errcode = OpenEnum<keyof ErrorFields>;

/**
 * The usual HTTP status of every error code of the specification.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#standard-error-response}
 */
export const errcodeStatus: Readonly<Record<keyof ErrorFields, number>> = {
  M_APPSERVICE_LOGIN_UNSUPPORTED: 400,
  M_BAD_ALIAS: 400,
  M_BAD_JSON: 400,
  M_BAD_STATE: 400,
  M_BAD_STATUS: 502,
  M_CANNOT_LEAVE_SERVER_NOTICE_ROOM: 403,
  M_CANNOT_OVERWRITE_MEDIA: 409,
  M_CAPTCHA_INVALID: 400,
  M_CAPTCHA_NEEDED: 400,
  M_CONNECTION_FAILED: 502,
  M_CONNECTION_TIMEOUT: 504,
  M_DESTINATION_REJECTED: 400,
  M_DUPLICATE_ANNOTATION: 400,
  M_EMAIL_SEND_ERROR: 400,
  M_EXCLUSIVE: 400,
  M_FORBIDDEN: 403,
  M_GUEST_ACCESS_FORBIDDEN: 403,
  M_INCOMPATIBLE_ROOM_VERSION: 400,
  M_INVALID_ADDRESS: 400,
  M_INVALID_EMAIL: 400,
  M_INVALID_PARAM: 400,
  M_INVALID_PEPPER: 400,
  M_INVALID_ROOM_STATE: 400,
  M_INVALID_SIGNATURE: 400,
  M_INVALID_USERNAME: 400,
  M_INVITE_BLOCKED: 403,
  M_KEY_TOO_LARGE: 400,
  M_LIMIT_EXCEEDED: 429,
  M_MISSING_PARAM: 400,
  M_MISSING_PARAMS: 400,
  M_MISSING_TOKEN: 401,
  M_NOT_FOUND: 404,
  M_NOT_JSON: 400,
  M_NOT_YET_UPLOADED: 504,
  M_NO_VALID_SESSION: 404,
  M_PROFILE_TOO_LARGE: 400,
  M_RESOURCE_LIMIT_EXCEEDED: 403,
  M_ROOM_IN_USE: 400,
  M_SEND_ERROR: 400,
  M_SERVER_NOT_TRUSTED: 400,
  M_SESSION_EXPIRED: 400,
  M_SESSION_NOT_VALIDATED: 400,
  M_TERMS_NOT_SIGNED: 403,
  M_THREEPID_AUTH_FAILED: 403,
  M_THREEPID_DENIED: 403,
  M_THREEPID_IN_USE: 400,
  M_THREEPID_MEDIUM_NOT_SUPPORTED: 400,
  M_THREEPID_NOT_FOUND: 400,
  M_TOKEN_INCORRECT: 400,
  M_TOO_LARGE: 413,
  M_UNABLE_TO_AUTHORISE_JOIN: 400,
  M_UNABLE_TO_GRANT_JOIN: 400,
  M_UNAUTHORIZED: 401,
  M_UNKNOWN: 400,
  M_UNKNOWN_DEVICE: 400,
  M_UNKNOWN_TOKEN: 401,
  M_UNRECOGNIZED: 404,
  M_UNSUPPORTED_ROOM_VERSION: 400,
  M_URL_NOT_SET: 400,
  M_USER_DEACTIVATED: 403,
  M_USER_IN_USE: 400,
  M_USER_LIMIT_EXCEEDED: 400,
  M_USER_LOCKED: 401,
  M_USER_SUSPENDED: 403,
  M_WEAK_PASSWORD: 400,
  M_WRONG_ROOM_KEYS_VERSION: 403,
};
