// Somebody who is in many rooms.
import { Agent } from "node:http";
import { call } from "../homeserver/http.ts";
import { type LoadUser, register } from "../homeserver/population.ts";
import type { MeasuredAccount } from "./measured-session.ts";

/** How many rooms, and what is in each. */
export interface AccountSize {
  readonly rooms: number;
  /** Members beside the account and the one who made the room. */
  readonly others: number;
  readonly messages: number;
}

const PASSWORD = "a long password";
const CONCURRENT = 16;
const api = "/_matrix/client/v3";

/** Logs in as a new device. */
export async function logIn(url: string, { userId }: LoadUser): Promise<MeasuredAccount> {
  const body = { type: "m.login.password", identifier: { type: "m.id.user", user: userId }, password: PASSWORD };
  const answer = await call(url, "POST", `${api}/login`, { body });
  return { url, userId, deviceId: String(answer["device_id"]), accessToken: String(answer["access_token"]) };
}

/** Makes an account that is in rooms of others: of two rooms, one has a name, and the other is called as its members are. */
export async function makeAccount(url: string, { rooms, others, messages }: AccountSize): Promise<LoadUser> {
  const me = await register(url);
  const people: LoadUser[] = [];
  for (let i = 0; i < Math.max(8, others + 1); i++) people.push(await register(url));
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENT });
  const makeRoom = async (index: number): Promise<void> => {
    const members = Array.from({ length: others + 1 }, (_, k) => people[(index + k) % people.length] ?? me);
    const [owner = me] = members;
    const name = index % 2 === 0 ? { name: `Room ${index}`, topic: `What ${index} is for` } : {};
    const body = { preset: "public_chat", ...name };
    const { room_id: id } = await call(url, "POST", `${api}/createRoom`, { token: owner.token, body, agent });
    const room = encodeURIComponent(String(id));
    for (const { token } of [...members.slice(1), me]) await call(url, "POST", `${api}/join/${room}`, { token, body: {}, agent });
    for (let k = 0; k < messages; k++) {
      const { token } = members[k % members.length] ?? me;
      const message = { msgtype: "m.text", body: `message ${k} of room ${index}: the quick brown fox jumps over the lazy dog` };
      await call(url, "PUT", `${api}/rooms/${room}/send/m.room.message/${index}-${k}`, { token, body: message, agent });
    }
  };
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < rooms) await makeRoom(next++);
  };
  await Promise.all(Array.from({ length: CONCURRENT }, work));
  agent.destroy();
  return me;
}
