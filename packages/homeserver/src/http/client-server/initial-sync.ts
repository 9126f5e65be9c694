import { renderEvents } from "../../rooms/read/render-event.ts";
import type { UserMembership } from "../../rooms/rooms.ts";
import { formatSyncToken } from "../../sync/sync-token.ts";
import { writeAccountData } from "../../sync/cuts/write-parts.ts";
import type { Requester } from "../access/requester.ts";
import { eventListTexts } from "./event-list.ts";
import { roomSnapshot, type SnapshotServices } from "./room-snapshot.ts";

/** What of the rooms goes into the answer. */
export interface InitialSyncOptions {
  /** The most messages of a room. */
  readonly count: number;
  /** Whether rooms that the user has left are among them. */
  readonly archived: boolean;
}

/** The pieces of an answer with all rooms of a user, one room after the other, so that only one is in memory at once. */
export async function* initialSyncTexts(services: SnapshotServices, user: Requester, options: InitialSyncOptions): AsyncGenerator<string> {
  const { rooms, accountData } = services;
  const end = formatSyncToken({ positions: rooms.core.log.committed, ephemeral: 0 });
  const ownData = (await accountData.ofRoom(user.userNid, 0)).map(writeAccountData);
  yield `{"end":"${end}","presence":[],"account_data":[${ownData.join(",")}],"rooms":[`;
  let told = 0;
  for (const [roomNid, membership] of await rooms.ofUser(user.userNid)) {
    let isBegun = false;
    for await (const text of roomTexts(services, user, { ...options, roomNid, membership })) {
      yield isBegun || told === 0 ? text : `,${text}`;
      isBegun = true;
    }
    told += Number(isBegun);
  }
  yield "]}";
}

interface OwnRoom extends InitialSyncOptions {
  readonly roomNid: number;
  readonly membership: UserMembership;
}

async function* roomTexts(
  services: SnapshotServices,
  user: Requester,
  { roomNid, membership: own, count, archived }: OwnRoom,
): AsyncGenerator<string> {
  const { rooms, reader } = services;
  const roomId = rooms.byNid(roomNid)?.id;
  if (roomId === undefined || own.forgotten) return;
  if (own.membership === "invite") {
    const invite = await rooms.events.get(own.eventNid);
    const isUnwanted = await services.unwantedInviters(user.userNid);
    if (!invite || isUnwanted?.(invite.fields.sender)) return;
    const [event] = await renderEvents(rooms, [invite], { viewer: user, roomId });
    yield `{"room_id":${JSON.stringify(roomId)},"membership":"invite","invite":${event ?? "{}"}}`;
  } else if (own.membership === "join" || (archived && own.leftPos !== undefined && own.membership !== "knock")) {
    const access = await reader.accessIfAllowed(roomId, user.userNid);
    if (!access) return;
    const around = [`{${await roomSnapshot(services, access, { viewer: user, count })},"state":[`, "]}"] as const;
    yield* eventListTexts(rooms, access.state, { roomId, around });
  }
}
