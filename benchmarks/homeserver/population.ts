// Accounts and rooms for a load, on any homeserver that lets anybody register.
import { call, exchange } from "./http.ts";

/** An account that takes part in the load. */
export interface LoadUser {
  readonly userId: string;
  readonly token: string;
  /** The rooms that it is in. */
  readonly rooms: string[];
}

/** Rooms and accounts for a run. */
export interface Population {
  readonly users: readonly LoadUser[];
  readonly rooms: readonly string[];
}

/** How large a population is. */
export interface PopulationSize {
  readonly users: number;
  readonly rooms: number;
  readonly membersPerRoom: number;
}

let registered = 0;

/** Registers an account under a name that no other has. */
export async function register(url: string): Promise<LoadUser> {
  const body = { username: `load${Date.now().toString(36)}${registered++}`, password: "a long password" };
  const path = "/_matrix/client/v3/register";
  const asked = await exchange(url, "POST", path, { body });
  const { session } = JSON.parse(asked.text) as { session?: string };
  const account = await call(url, "POST", path, { body: { ...body, auth: { type: "m.login.dummy", session } } });
  return { userId: account["user_id"] as string, token: account["access_token"] as string, rooms: [] };
}

/** Makes a public room and has everybody join it. */
export async function makeRoom(url: string, [owner, ...others]: readonly LoadUser[]): Promise<string> {
  if (!owner) throw new RangeError("a room needs an owner");
  const { room_id: room } = await call(url, "POST", "/_matrix/client/v3/createRoom", {
    token: owner.token,
    body: { preset: "public_chat" },
  });
  for (const { token } of others)
    await call(url, "POST", `/_matrix/client/v3/join/${encodeURIComponent(room as string)}`, { token, body: {} });
  for (const user of [owner, ...others]) user.rooms.push(room as string);
  return room as string;
}

/** Registers accounts and fills rooms, each user in several, spread so that neighbours share some rooms and not others. */
export async function populate(url: string, { users: count, rooms: roomCount, membersPerRoom }: PopulationSize): Promise<Population> {
  const users: LoadUser[] = [];
  for (let i = 0; i < count; i++) users.push(await register(url));
  const roomsPerUser = Math.max(1, Math.round((membersPerRoom * roomCount) / count));
  const rooms: string[] = [];
  for (let room = 0; room < roomCount; room++) {
    const members = users.filter((_, user) => roomIndices(user, roomCount, roomsPerUser).has(room));
    rooms.push(await makeRoom(url, members));
  }
  return { users, rooms };
}

function roomIndices(user: number, rooms: number, roomsPerUser: number): ReadonlySet<number> {
  return new Set(Array.from({ length: roomsPerUser }, (_, k) => (user + k * 5) % rooms));
}
