import type { JsonObject } from "@patrix/api";
import type { FederationClient, FederationRequestOptions } from "@patrix/federation";
import { claimUserEncryptionKeys, getUserDevices, queryUserEncryptionKeys } from "@patrix/federation-api";
import type { UserId } from "@patrix/identifiers";
import { serverOf } from "@patrix/signatures";
import type { DevicesOfOthers } from "../other-servers.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { Sender } from "./destinations/sender.ts";
import type { RoomServers } from "./room-servers.ts";

/** The largest answer about devices and keys that is read, in bytes. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** What devices and keys need of the federation. */
export interface DevicesOfOthersParts {
  readonly rooms: Rooms;
  readonly roomServers: RoomServers;
  readonly sender: Sender;
}

/** Asks a server, which may be refused. */
export type AskServer = <T>(server: string, request: (client: Pick<FederationClient, "request">) => Promise<T>) => Promise<T>;

/** Asks other servers for the devices and keys of their users, and stores what they are told. */
export function devicesOfOthers(parts: () => DevicesOfOthersParts, ask: AskServer): DevicesOfOthers {
  const options = (timeoutMs: number): FederationRequestOptions => ({ timeoutMs, maxResponseSizeBytes: MAX_ANSWER_BYTES });
  return {
    outbox: {
      store: (edus) => (edus.length === 0 ? [] : parts().sender.outbox(edus)),
      note: (servers) => {
        for (const server of servers) parts().sender.noteOutbox([server]);
      },
    },
    sharing: (userNid, exceptRoomNid) => sharingServers(parts(), userNid, exceptRoomNid),
    inRoom: (roomNid) => parts().roomServers.joined({ nid: roomNid }),
    isShared: (userNid) => isShared(parts(), userNid),
    queryKeys: async (server, wanted, timeoutMs) => {
      const body = { device_keys: wanted as Record<UserId, string[]> };
      const answer = await ask(server, (client) => client.request(server, queryUserEncryptionKeys, { body }, options(timeoutMs)));
      const { device_keys: devices, master_keys: master = {}, self_signing_keys: selfSigning = {} } = answer;
      // Their form was checked; in JSON all of it is objects.
      return { devices, master, selfSigning } as object as Awaited<ReturnType<DevicesOfOthers["queryKeys"]>>;
    },
    claimKeys: async (server, wanted, timeoutMs) => {
      const body = { one_time_keys: wanted as Record<UserId, Record<string, string>> };
      const answer = await ask(server, (client) => client.request(server, claimUserEncryptionKeys, { body }, options(timeoutMs)));
      return answer.one_time_keys as object as Awaited<ReturnType<DevicesOfOthers["claimKeys"]>>;
    },
    deviceList: async (userId, timeoutMs) => {
      const server = serverOf(userId) ?? "";
      const path = { userId: userId as UserId };
      const list = await ask(server, (client) => client.request(server, getUserDevices, { path }, options(timeoutMs)));
      const asJson = (value: object | undefined): JsonObject | undefined => value && { ...value };
      return {
        userId,
        streamId: list.stream_id,
        devices: list.devices.map(({ device_id: deviceId, keys, device_display_name: name }) => ({
          deviceId,
          keys: { ...keys } as JsonObject,
          name,
        })),
        master: asJson(list.master_key),
        selfSigning: asJson(list.self_signing_key),
      };
    },
  };
}

/** Whether a user is in a room that a user of this server is in. */
export async function isShared(
  { rooms, roomServers }: Pick<DevicesOfOthersParts, "rooms" | "roomServers">,
  userNid: number,
): Promise<boolean> {
  for (const [nid, { membership }] of await rooms.ofUser(userNid))
    if (membership === "join" && (await roomServers.isHere({ nid }))) return true;
  return false;
}

/** The other servers of a user's rooms; of all but one of them if that is given. */
export async function sharingServers(
  { rooms, roomServers }: Pick<DevicesOfOthersParts, "rooms" | "roomServers">,
  userNid: number,
  exceptRoomNid?: number,
): Promise<Set<string>> {
  const servers = new Set<string>();
  for (const [nid, { membership }] of await rooms.ofUser(userNid))
    if (membership === "join" && nid !== exceptRoomNid) for (const server of await roomServers.joined({ nid })) servers.add(server);
  servers.delete(rooms.core.serverName);
  return servers;
}
