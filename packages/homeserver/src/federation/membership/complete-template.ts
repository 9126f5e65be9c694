import { isJsonObject, type JsonObject } from "@patrix/api";
import { createEventId } from "@patrix/identifiers";
import { getRoomVersionRules, type RoomVersionRules } from "@patrix/room-versions";
import { type BuiltPdu, buildPdu, type EventReference, referenceProblem } from "@patrix/signatures";
import type { Clock } from "@patrix/concurrency";
import { FederatedError } from "../errors.ts";
import type { OwnKeys } from "../keys/own-keys.ts";

/** A membership of a user of this server that another server drafts. */
export interface DraftedMembership {
  readonly roomId: string;
  readonly userId: string;
  readonly membership: "join" | "leave" | "knock";
  /** What the event says besides the membership. */
  readonly content: JsonObject;
}

/** What the other server answered. */
export interface TemplateAnswer {
  readonly room_version?: string | undefined;
  readonly event?: JsonObject | undefined;
}

/**
 * Completes and signs a membership event that another server has drafted. Of the draft only its place in the graph is taken, and who lets
 * the user in: whatever else it says, nothing but the membership that was asked for is signed.
 *
 * @throws {FederatedError} `INCOMPATIBLE_ROOM_VERSION` or `BAD_EVENT`.
 */
export function completeTemplate(
  { room_version: version = "1", event }: TemplateAnswer,
  { roomId, userId, membership, content }: DraftedMembership,
  { keys, clock }: { readonly keys: OwnKeys; readonly clock: Clock },
): { readonly version: string; readonly rules: RoomVersionRules; readonly built: BuiltPdu } {
  const rules = getRoomVersionRules(version);
  if (!rules)
    throw new FederatedError("INCOMPATIBLE_ROOM_VERSION", `this server does not know room version ${version}`, { roomVersion: version });
  if (!event) throw new FederatedError("BAD_EVENT", "the answer has no event");
  const drafted = isJsonObject(event["content"]) ? event["content"] : {};
  if (
    event["room_id"] !== roomId ||
    event["type"] !== "m.room.member" ||
    event["state_key"] !== userId ||
    drafted["membership"] !== membership
  )
    throw new FederatedError("BAD_EVENT", "the other server drafted another event than was asked for");
  const authoriser = drafted["join_authorised_via_users_server"];
  const built = buildPdu(
    {
      type: "m.room.member",
      state_key: userId,
      sender: userId,
      room_id: roomId,
      origin_server_ts: clock.now(),
      content: { ...content, membership, ...(typeof authoriser === "string" && { join_authorised_via_users_server: authoriser }) },
      event_id: rules.eventFormat.requireEventId ? createEventId(keys.serverName) : undefined,
    },
    {
      prevEvents: references(event["prev_events"], "prev_events", rules),
      authEvents: references(event["auth_events"], "auth_events", rules),
      depth: typeof event["depth"] === "number" && Number.isSafeInteger(event["depth"]) ? event["depth"] : 1,
    },
    rules,
    { server: keys.serverName, key: keys.signingKey },
  );
  return { version, rules, built };
}

function references(value: unknown, name: string, rules: RoomVersionRules): EventReference[] {
  if (!Array.isArray(value) || value.length > 20) throw new FederatedError("BAD_EVENT", `${name}: expected at most 20 events`);
  return (value as unknown[]).map((reference) => {
    const problem = referenceProblem(reference, rules);
    if (problem !== undefined) throw new FederatedError("BAD_EVENT", `${name}: ${problem}`);
    // What has no problem is a reference.
    return reference as EventReference;
  });
}
