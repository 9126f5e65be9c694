import type { RoomVersionRules } from "@patrix/room-versions";
import { isJsonObject, type JsonObject } from "../json/json-object.ts";

/**
 * The servers whose signature an event must carry: the sender's unless the event is a third-party invite, that of the event ID in room
 * versions 1 and 2, and that of `join_authorised_via_users_server` for joins from version 8.
 * `undefined` if one of them cannot be read from the event.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#validating-hashes-and-signatures-on-received-events}
 */
export function requiredServers(event: JsonObject, rules: RoomVersionRules): ReadonlySet<string> | undefined {
  const required: unknown[] = [];
  if (!isThirdPartyInvite(event)) required.push(event["sender"]);
  if (rules.signatures.checkEventIdServer) required.push(event["event_id"]);
  if (rules.signatures.checkJoinAuthorisedViaUsersServer) {
    const authorisingUser = joinAuthorisedVia(event);
    if (authorisingUser !== undefined) required.push(authorisingUser);
  }
  const servers = new Set<string>();
  for (const identifier of required) {
    const server = serverOf(identifier);
    if (server === undefined) return undefined;
    servers.add(server);
  }
  return servers;
}

/** The server name in an identifier: everything after the first colon, `undefined` if there is none. */
export function serverOf(identifier: unknown): string | undefined {
  if (typeof identifier !== "string") return undefined;
  const colon = identifier.indexOf(":");
  return colon < 0 || colon === identifier.length - 1 ? undefined : identifier.slice(colon + 1);
}

function isThirdPartyInvite({ type, content }: JsonObject): boolean {
  return (
    type === "m.room.member" && isJsonObject(content) && content["membership"] === "invite" && isJsonObject(content["third_party_invite"])
  );
}

function joinAuthorisedVia({ type, content }: JsonObject): unknown {
  if (type !== "m.room.member" || !isJsonObject(content) || content["membership"] !== "join") return undefined;
  return content["join_authorised_via_users_server"];
}
