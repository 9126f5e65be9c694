import { createRoom } from "@patrix/client-api";
import { knownEvents } from "@patrix/events";

// An endpoint is plain data: this builds the request, and `parseResponse` checks the answer.
const server = { baseUrl: "https://example.org", accessToken: "secret" };
const { method, url } = createRoom.request({ body: { invite: ["@bob:example.org"] } }, server);
console.log(method, url); // POST https://example.org/_matrix/client/v3/createRoom

// Contents are checked by type of event; problems come as JSON pointers.
const checked = knownEvents().checkContent("state", "m.room.member", { membership: 3 });
if (!checked.ok) console.log(checked.issues); // [ { pointer: '/membership', message: 'expected string, got number' } ]
