// Answers "!ping" in every room of the users whose IDs begin with `_ghost_`, in the name of `_ghost_bot`.
import { createServer } from "node:http";
import { matrixError } from "@patrix/api";
import { matchUser, ping, queryUserById, type Registration, sendTransaction } from "@patrix/appservice-api";
import { sendMessage } from "@patrix/client-api/message";
import type { ClientEvent } from "@patrix/events";
import { byHomeserverToken, handle } from "@patrix/server";
import { nodeListener } from "@patrix/server/node";

const { HOMESERVER = "http://localhost:8008", SERVER_NAME = "localhost", AS_TOKEN = "", HS_TOKEN = "", PORT = "9000" } = process.env;
const namespaces = { users: [{ exclusive: true, regex: "@_ghost_.*" }] };
const tokens = { as_token: AS_TOKEN, hs_token: HS_TOKEN };
const registration: Registration = { id: "ghosts", url: null, ...tokens, sender_localpart: "_ghost_bot", namespaces };
const handled = new Set<string>();

async function answer({ type, content, room_id: roomId, event_id: eventId }: ClientEvent): Promise<void> {
  if (type !== "m.room.message" || content["body"] !== "!ping" || roomId === undefined) return;
  const request = { path: { roomId, eventType: type, txnId: eventId }, body: { msgtype: "m.text", body: "pong" } };
  const { url, ...init } = sendMessage.request(request, { baseUrl: HOMESERVER, accessToken: AS_TOKEN });
  await fetch(url, init);
}

const handlers = [
  handle(sendTransaction, async ({ path: { txnId }, body: { events } }) => {
    if (!handled.has(txnId)) for (const event of events) await answer(event);
    handled.add(txnId);
    return {};
  }),
  handle(queryUserById, ({ path: { userId } }) => {
    if (matchUser(registration, userId, SERVER_NAME)) return {};
    throw matrixError("M_NOT_FOUND", `${userId} is none of the ghosts`);
  }),
  handle(ping, () => ({})),
];

export const server = createServer(nodeListener(handlers, { authenticate: byHomeserverToken(HS_TOKEN) })).listen(Number(PORT));
