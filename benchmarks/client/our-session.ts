// Our client, to be measured.
import { createClient, memoryStore, type Room, type Session, silentLogger } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import type { OpenMeasuredSession } from "./measured-session.ts";

/** Opens a session of ours. */
export const openSession: OpenMeasuredSession = async ({ url, userId, deviceId, accessToken }, stored) => {
  const store = stored ? sqliteStore(stored.path, { passphrase: stored.passphrase }) : memoryStore();
  // The IDs are those that the server has given.
  const client = await createClient({ userId, deviceId, accessToken, homeserver: url } as Session, { store, logger: silentLogger });
  return {
    start: () => client.start(),
    names: () => client.rooms.list({ filter: {} }).value.map((room: Room) => room.name),
    async sendAll(count) {
      const room = await client.rooms.create({});
      const begin = performance.now();
      await Promise.all(Array.from({ length: count }, (_, index) => room.send.text(`message ${index}`)));
      return performance.now() - begin;
    },
    close: async () => client[Symbol.asyncDispose](),
  };
};
