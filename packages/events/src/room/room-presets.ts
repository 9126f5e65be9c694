/** The state that a preset of room creation sets. */
export interface RoomPreset {
  readonly joinRule: "invite" | "public";
  readonly historyVisibility: "shared";
  readonly guestAccess: "can_join" | "forbidden";
  /** Whether those who are invited at once get the power of the creator; from room version 12 on as additional creators. */
  readonly inviteesGetCreatorPowerLevel: boolean;
}

/** A preset of room creation. */
export type RoomPresetName = "private_chat" | "public_chat" | "trusted_private_chat";

/**
 * What the presets of room creation stand for.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom}
 */
export const roomPresets: Readonly<Record<RoomPresetName, RoomPreset>> = {
  private_chat: { joinRule: "invite", historyVisibility: "shared", guestAccess: "can_join", inviteesGetCreatorPowerLevel: false },
  public_chat: { joinRule: "public", historyVisibility: "shared", guestAccess: "forbidden", inviteesGetCreatorPowerLevel: false },
  trusted_private_chat: { joinRule: "invite", historyVisibility: "shared", guestAccess: "can_join", inviteesGetCreatorPowerLevel: true },
};

/** Whether a text names a preset. */
export function isRoomPresetName(name: string): name is RoomPresetName {
  return Object.hasOwn(roomPresets, name);
}

/** The preset of a room that names none, by its visibility in the directory; `private` is the default. */
export function defaultRoomPreset(visibility: string = "private"): RoomPresetName {
  return visibility === "public" ? "public_chat" : "private_chat";
}
