import { ownMember } from "../own-member.ts";
import type { RoomVersionRules } from "../room-version-rules.ts";

/** What is read of an `m.room.create`, in whatever form the event comes. */
export interface CreateEvent {
  readonly sender: string;
  readonly content: object;
}

const known: WeakMap<CreateEvent, { readonly rules: RoomVersionRules; readonly creators: ReadonlySet<string> }> =
  /* @__PURE__ */ new WeakMap();

/**
 * The creators of a room: `content.creator` before room version 11, the sender of `m.room.create` since, and from 12 also
 * `additional_creators`. Remembered per event object, which must not change.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules}
 */
export function creatorsOf(create: CreateEvent, rules: RoomVersionRules): ReadonlySet<string> {
  const remembered = known.get(create);
  if (remembered?.rules === rules) return remembered.creators;
  const creators = new Set<string>();
  const { useRoomCreateSender, additionalRoomCreators } = rules.authorization;
  const creator = useRoomCreateSender ? create.sender : ownMember(create.content, "creator");
  if (typeof creator === "string") creators.add(creator);
  const additional = additionalRoomCreators ? ownMember(create.content, "additional_creators") : undefined;
  if (Array.isArray(additional)) {
    for (const user of additional) if (typeof user === "string") creators.add(user);
  }
  known.set(create, { rules, creators });
  return creators;
}
