import { renderEvents, type RenderOptions } from "../../rooms/read/render-event.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { formatTimelineToken } from "../../rooms/timeline/place.ts";
import type { UnreadThread } from "../cuts/sync-sources.ts";
import type { Hero, StrippedResult, TimelineResult } from "./sliding-room.ts";
import type { SlidingForm } from "./sliding-request.ts";

/** How rooms are written for one client. */
export interface SlidingWriting extends Pick<RenderOptions, "viewer"> {
  readonly form: SlidingForm;
}

/** What of a room concerns its user alone. */
export interface OwnRoom {
  readonly membership: string;
  /** Keys of the lists that the room is in. */
  readonly lists: readonly string[];
  /** `undefined` where it is as the client knows it. */
  readonly isDm: boolean | undefined;
  /** `undefined` where nothing is told of it. */
  readonly unread: ReadonlyMap<string, UnreadThread> | undefined;
}

/** Writes what is new of a room that the user is in or was in; without a result only what concerns the user changed. */
export async function writeTimelineRoom(
  rooms: Rooms,
  result: TimelineResult | undefined,
  own: OwnRoom,
  { viewer, form }: SlidingWriting,
): Promise<string> {
  const members = result ? await writeResult(rooms, result, { viewer, form }) : ['"required_state":[],"timeline":[]'];
  return `{${[...members, ...writeOwn(own, form)].join(",")}}`;
}

async function writeResult(rooms: Rooms, result: TimelineResult, { viewer, form }: SlidingWriting): Promise<string[]> {
  const { timeline, outlook, summary } = result;
  const events = await renderEvents(rooms, timeline.events, { viewer, outlook });
  const state = await renderEvents(rooms, result.state, {});
  // Clients of the deployed form would take a stub for an event.
  const stubs = form === "merged" ? result.gone.map(({ type, stateKey }) => JSON.stringify({ type, state_key: stateKey })) : [];
  const expanded = form === "merged" ? "expanded_timeline" : "unstable_expanded_timeline";
  return [
    ...(result.isInitial ? ['"initial":true'] : []),
    ...(result.name === undefined ? [] : [`"name":${JSON.stringify(result.name)}`]),
    ...(result.avatar === undefined ? [] : [`"avatar":${JSON.stringify(result.avatar)}`]),
    ...(summary ? [`"joined_count":${summary.joinedCount},"invited_count":${summary.invitedCount}`] : []),
    ...(summary?.heroes ? [`"heroes":[${summary.members.map(writeHero).join(",")}]`] : []),
    `"required_state":[${[...state, ...stubs].join(",")}]`,
    `"timeline":[${events.join(",")}]`,
    ...(timeline.events.length > 0 || timeline.limited ? [`"prev_batch":"${formatTimelineToken(timeline.prevPlace)}"`] : []),
    `"limited":${timeline.limited}`,
    `"num_live":${result.liveEvents}`,
    ...(result.isExpanded ? [`"${expanded}":true`] : []),
    `"bump_stamp":${result.bumpStamp}`,
  ];
}

/** Writes a room that the user is invited to, has knocked on, or was not in before that ended. */
export function writeStrippedRoom({ own, stripped, bumpStamp }: StrippedResult, room: OwnRoom, form: SlidingForm): string {
  const ownText = own ? `${own.fragment}}` : undefined;
  const state = stripped ?? (ownText === undefined ? [] : [ownText]);
  const members = form === "merged" ? [`"stripped_state":[${state.join(",")}]`] : [];
  if (form === "deployed" && stripped) members.push(`"invite_state":[${stripped.join(",")}]`);
  // Clients take a room without stripped state for one that the user is in, unless the state says otherwise.
  if (form === "deployed" && !stripped) members.push(`"required_state":[${state.join(",")}],"timeline":[]`);
  return `{"initial":true,${members.join(",")},"bump_stamp":${bumpStamp},${writeOwn(room, form).join(",")}}`;
}

function writeHero({ userId, content }: Hero): string {
  const { displayname, avatar_url: avatarUrl } = content;
  return JSON.stringify({
    user_id: userId,
    ...(typeof displayname === "string" && { displayname }),
    ...(typeof avatarUrl === "string" && { avatar_url: avatarUrl }),
  });
}

function writeOwn({ membership, lists, isDm, unread }: OwnRoom, form: SlidingForm): string[] {
  const members = [`"membership":${JSON.stringify(membership)}`];
  if (lists.length > 0) members.push(`"lists":${JSON.stringify(lists)}`);
  if (isDm !== undefined) members.push(`"is_dm":${isDm}`);
  if (unread && form === "deployed") {
    let [notifies, highlights] = [0, 0];
    for (const counts of unread.values()) {
      notifies += counts.notifies;
      highlights += counts.highlights;
    }
    members.push(`"notification_count":${notifies},"highlight_count":${highlights}`);
  }
  return members;
}
