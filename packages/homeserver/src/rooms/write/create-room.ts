import type { JsonObject } from "@patrix/api";
import { type RoomPresetName, roomPresets } from "@patrix/events";
import { defaultRoomVersion, getRoomVersionRules, type RoomVersionRules } from "@patrix/room-versions";
import type { WriteOperation } from "../../store/statement.ts";
import { RoomError } from "../errors.ts";
import { roomOfAlias } from "../read/room-of-alias.ts";
import { memberContent, type ProfileOf } from "../membership/member-content.ts";
import type { EventDraft } from "./event-draft.ts";
import { foundRoom } from "./found-room.ts";
import type { RoomEngine } from "./room-engine.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";

/** A state event that the creator wants in the new room. */
export interface InitialState {
  readonly type: string;
  readonly state_key?: string | undefined;
  readonly content: JsonObject;
}

/** What the creator asks for. */
export interface NewRoom {
  readonly creator: string;
  readonly preset: RoomPresetName;
  readonly version?: string | undefined;
  readonly published?: boolean | undefined;
  /** The whole alias, on this server. */
  readonly alias?: string | undefined;
  readonly name?: string | undefined;
  readonly topic?: string | undefined;
  readonly invite: readonly string[];
  /** Those of them whose invites are among the first events; all if left out. */
  readonly firstInvites?: readonly string[] | undefined;
  readonly isDirect?: boolean | undefined;
  readonly creationContent?: JsonObject | undefined;
  readonly initialState: readonly InitialState[];
  readonly powerLevels?: JsonObject | undefined;
  /** Makes what counts the room, which is stored with it. */
  readonly counted?: (() => WriteOperation) | undefined;
}

/**
 * Creates a room in one commit.
 *
 * @throws {RoomError} `UNSUPPORTED_ROOM_VERSION`, `ALIAS_IN_USE`, or `INVALID_ROOM_STATE` if the events do not pass the authorisation rules.
 * @throws {LimitError} For one room, alias or entry of the directory too many.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom}
 */
export async function createRoom(rooms: Rooms, engine: RoomEngine, profileOf: ProfileOf, request: NewRoom): Promise<LoadedRoom> {
  const version = request.version ?? defaultRoomVersion;
  const rules = getRoomVersionRules(version);
  if (!rules) throw new RoomError("UNSUPPORTED_ROOM_VERSION", `room_version: this server does not know ${version}`);
  const { alias } = request;
  const create = (): Promise<LoadedRoom> => createOf(rooms, engine, { profileOf, request, version, rules });
  if (alias === undefined) return create();
  return rooms.aliasChanges.run(alias, async () => {
    if (await roomOfAlias(rooms, alias)) throw new RoomError("ALIAS_IN_USE", `the alias ${alias} is taken`);
    return create();
  });
}

interface Creation {
  readonly profileOf: ProfileOf;
  readonly request: NewRoom;
  readonly version: string;
  readonly rules: RoomVersionRules;
}

async function createOf(rooms: Rooms, engine: RoomEngine, { profileOf, request, version, rules }: Creation): Promise<LoadedRoom> {
  const { creator, alias, published, counted } = request;
  const drafts = await firstEvents(request, rules, version, profileOf);
  return foundRoom(rooms, engine, { creator, version, rules, drafts, alias, published, counted });
}

async function firstEvents(request: NewRoom, rules: RoomVersionRules, version: string, profileOf: ProfileOf): Promise<EventDraft[]> {
  const { creator, invite, firstInvites = invite, isDirect } = request;
  const state = (type: string, content: JsonObject, stateKey = ""): EventDraft => ({ type, stateKey, sender: creator, content });
  const optional = (type: string, content: JsonObject | undefined): EventDraft[] => (content ? [state(type, content)] : []);
  const invited = await Promise.all(
    firstInvites.map(async (user) =>
      state("m.room.member", { ...(await memberContent(profileOf, user, "invite")), ...(isDirect && { is_direct: true }) }, user),
    ),
  );
  const initial = request.initialState.map(({ type, state_key, content }) => state(type, content, state_key ?? ""));
  const preset = presetState(request.preset).filter(({ type }) => !initial.some((event) => event.type === type && event.stateKey === ""));
  return [
    state("m.room.create", createContent(request, rules, version)),
    state("m.room.member", await memberContent(profileOf, creator, "join"), creator),
    state("m.room.power_levels", powerLevelsContent(request, rules)),
    ...optional("m.room.canonical_alias", request.alias === undefined ? undefined : { alias: request.alias }),
    ...preset.map(({ type, content }) => state(type, content)),
    ...initial,
    ...optional("m.room.name", request.name === undefined ? undefined : { name: request.name }),
    ...optional("m.room.topic", request.topic === undefined ? undefined : topicContent(request.topic)),
    ...invited,
  ];
}

function topicContent(topic: string): JsonObject {
  return { topic, "m.topic": { "m.text": [{ body: topic }] } };
}

function createContent({ creator, creationContent, preset, invite }: NewRoom, rules: RoomVersionRules, version: string): JsonObject {
  const { useRoomCreateSender, additionalRoomCreators } = rules.authorization;
  const content: JsonObject = { ...creationContent, room_version: version };
  delete content["creator"];
  if (!useRoomCreateSender) content["creator"] = creator;
  if (additionalRoomCreators && roomPresets[preset].inviteesGetCreatorPowerLevel && invite.length > 0) {
    const named: unknown = content["additional_creators"];
    content["additional_creators"] = [...new Set([...(Array.isArray(named) ? (named as unknown[]) : []), ...invite])];
  }
  return content;
}

function powerLevelsContent({ creator, preset, invite, powerLevels }: NewRoom, rules: RoomVersionRules): JsonObject {
  const privileged = rules.authorization.explicitlyPrivilegeRoomCreators;
  const trusted = roomPresets[preset].inviteesGetCreatorPowerLevel ? invite : [];
  // Creators rank above every level from version 12 on, and may not be listed.
  const users = privileged ? {} : Object.fromEntries([creator, ...trusted].map((user) => [user, 100]));
  return {
    users,
    users_default: 0,
    events: {
      "m.room.name": 50,
      "m.room.avatar": 50,
      "m.room.canonical_alias": 50,
      "m.room.history_visibility": 100,
      "m.room.power_levels": 100,
      "m.room.encryption": 100,
      "m.room.server_acl": 100,
      "m.room.tombstone": privileged ? 150 : 100,
    },
    events_default: 0,
    state_default: 50,
    ban: 50,
    kick: 50,
    redact: 50,
    invite: preset === "public_chat" ? 50 : 0,
    ...powerLevels,
  };
}

function presetState(preset: RoomPresetName): { readonly type: string; readonly content: JsonObject }[] {
  const { joinRule, historyVisibility, guestAccess } = roomPresets[preset];
  return [
    { type: "m.room.join_rules", content: { join_rule: joinRule } },
    { type: "m.room.history_visibility", content: { history_visibility: historyVisibility } },
    // Without the event guests are kept out.
    ...(guestAccess === "forbidden" ? [] : [{ type: "m.room.guest_access", content: { guest_access: guestAccess } }]),
  ];
}
