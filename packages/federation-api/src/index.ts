/**
 * The server-server API as typed endpoints, and the `X-Matrix` header.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export * from "./authorization/get-event-auth.ts";
export * from "./backfill/backfill-room.ts";
export * from "./device/get-user-devices.ts";
export * from "./directory/get-public-rooms.ts";
export * from "./directory/query-public-rooms.ts";
export * from "./discovery/bulk-perspectives-key-query.ts";
export * from "./discovery/get-server-key.ts";
export * from "./discovery/get-version.ts";
export * from "./discovery/get-well-known.ts";
export * from "./discovery/notary-server-keys-response.ts";
export * from "./discovery/perspectives-key-query.ts";
export * from "./discovery/server-keys.ts";
export * from "./errors.ts";
export * from "./event/get-event-by-timestamp.ts";
export * from "./event/get-event.ts";
export * from "./event/get-missing-previous-events.ts";
export * from "./event/get-room-state-ids.ts";
export * from "./event/get-room-state.ts";
export * from "./event/pdu-transaction.ts";
export * from "./event/room-event-path.ts";
export * from "./event/room-path.ts";
export * from "./keys/claim-user-encryption-keys.ts";
export * from "./keys/query-user-encryption-keys.ts";
export * from "./media/get-content-thumbnail.ts";
export * from "./media/get-content.ts";
export * from "./media/media-path.ts";
export * from "./membership/make-join.ts";
export * from "./membership/make-knock.ts";
export * from "./membership/make-leave.ts";
export * from "./membership/room-user-path.ts";
export * from "./membership/room-version-error-body.ts";
export * from "./membership/send-invite-v1.ts";
export * from "./membership/send-invite-v2.ts";
export * from "./membership/send-join-v2.ts";
export * from "./membership/send-knock.ts";
export * from "./membership/send-leave-v2.ts";
export * from "./openid/exchange-openid-token.ts";
export * from "./operation-id.ts";
export * from "./pdu-json.ts";
export * from "./policy/ask-policy-server-to-sign.ts";
export * from "./query/query-info.ts";
export * from "./query/query-profile.ts";
export * from "./query/query-room-directory.ts";
export * from "./space/get-space-hierarchy.ts";
export * from "./thirdparty/exchange-third-party-invite.ts";
export * from "./thirdparty/on-bind-third-party-identifier.ts";
export * from "./thirdparty/signed-third-party-invite.ts";
export * from "./transactions/send-transaction.ts";
export * from "./x-matrix.ts";
