import type { OperationId } from "@patrix/client-api";
import type { AnyBody, TestHomeserver, TestUser } from "../../src/testing/index.ts";
import { type Expected, refused } from "./expectation.ts";
import type { RequestLine } from "./room-row.ts";
import { pusher } from "../pusher.ts";

/** An account with two devices, fresh for each row. */
export interface DevicePair {
  /** The device that has done what a row is about. */
  readonly first: TestUser;
  readonly other: TestUser;
  /** A room that the account has joined. */
  readonly room: string;
  /** Sends as a device; what is planted must succeed. */
  must(device: TestUser, line: RequestLine): Promise<AnyBody>;
}

/** What a device must get, and what the answer must and must not say. */
export interface DeviceView {
  readonly expected: Expected;
  readonly present?: RegExp;
  readonly absent?: RegExp;
}

/** What is expected of an operation whose answer depends on the device that asks. */
export interface DeviceRow {
  readonly operation: OperationId | "simplifiedMsc3575Sync";
  readonly words: string;
  /** What the first device does before both ask; what it gives is handed to `ask`. */
  readonly plant?: (pair: DevicePair) => Promise<string>;
  readonly ask: (pair: DevicePair, planted: string) => RequestLine;
  readonly first: DeviceView;
  readonly other: DeviceView;
}

const client = "/_matrix/client/v3";
const ok: Expected = "200";
const secretOf = ({ userId }: TestUser): object => ({
  type: "m.login.password",
  identifier: { type: "m.id.user", user: userId },
  password: "secret",
});

/** Registers an account and logs it in a second time. */
export async function devicePair(server: TestHomeserver, localpart: string): Promise<DevicePair> {
  const first = await server.register(localpart);
  const { body } = await server.request("POST", `${client}/login`, secretOf(first));
  const other = { userId: first.userId, accessToken: String(body["access_token"]), deviceId: String(body["device_id"]) };
  const must: DevicePair["must"] = async ({ accessToken }, [method, path, content]) => {
    const answer = await server.request(method, path, content, accessToken);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return { first, other, must, room: await server.createRoom(first) };
}

const say = (room: string): RequestLine => ["PUT", `${client}/rooms/${room}/send/m.room.message/txn`, { msgtype: "m.text", body: "x" }];
const said = async ({ must, first, room }: DevicePair): Promise<string> => String((await must(first, say(room)))["event_id"]);
const withTransaction = {
  first: { expected: ok, present: /"transaction_id":"txn"/ },
  other: { expected: ok, present: /"body":"x"/, absent: /transaction_id/ },
} as const;

const deviceKeys = ({ userId, deviceId }: TestUser): object => ({
  user_id: userId,
  device_id: deviceId,
  algorithms: [],
  keys: { [`ed25519:${deviceId}`]: "A".repeat(43) },
  signatures: {},
});
const oneTimeKey = ({ userId, deviceId }: TestUser): object => ({
  "signed_curve25519:A": { key: "A".repeat(43), signatures: { [userId]: { [`ed25519:${deviceId}`]: "A".repeat(86) } } },
});
const setPusher: RequestLine = ["POST", `${client}/pushers/set`, pusher];

const sliding = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync";

/** Every operation that tells devices of one account apart. */
export const deviceRows: readonly DeviceRow[] = [
  {
    operation: "sync",
    words: "tells the device that has sent an event of its transaction, and no other",
    plant: said,
    ask: () => ["GET", `${client}/sync`],
    ...withTransaction,
  },
  {
    operation: "getRoomEvents",
    words: "tells the device that has sent an event of its transaction, and no other",
    plant: said,
    ask: ({ room }) => ["GET", `${client}/rooms/${room}/messages?dir=b`],
    ...withTransaction,
  },
  {
    operation: "getOneRoomEvent",
    words: "tells the device that has sent an event of its transaction, and no other",
    plant: said,
    ask: ({ room }, eventId) => ["GET", `${client}/rooms/${room}/event/${eventId}`],
    ...withTransaction,
  },
  {
    operation: "sync",
    words: "hands a message to the device that it is for, and to no other",
    plant: async ({ must, first, other }) => {
      const messages = { [first.userId]: { [first.deviceId]: { to: "first" }, [other.deviceId]: { to: "other" } } };
      await must(other, ["PUT", `${client}/sendToDevice/org.example/1`, { messages }]);
      return "";
    },
    ask: () => ["GET", `${client}/sync`],
    first: { expected: ok, present: /"to":"first"/, absent: /"to":"other"/ },
    other: { expected: ok, present: /"to":"other"/, absent: /"to":"first"/ },
  },
  {
    operation: "sync",
    words: "counts the one-time keys of the device that asks",
    plant: async ({ must, first }) => {
      await must(first, ["POST", `${client}/keys/upload`, { device_keys: deviceKeys(first), one_time_keys: oneTimeKey(first) }]);
      return "";
    },
    ask: () => ["GET", `${client}/sync`],
    first: { expected: ok, present: /"device_one_time_keys_count":\{"signed_curve25519":1\}/ },
    other: { expected: ok, present: /"device_one_time_keys_count":\{"signed_curve25519":0\}/ },
  },
  {
    operation: "simplifiedMsc3575Sync",
    words: "hands a message to the device that it is for, and to no other",
    plant: async ({ must, first, other }) => {
      const messages = { [first.userId]: { [first.deviceId]: { to: "first" }, [other.deviceId]: { to: "other" } } };
      await must(other, ["PUT", `${client}/sendToDevice/org.example/sliding`, { messages }]);
      return "";
    },
    ask: () => ["POST", sliding, { extensions: { to_device: { enabled: true } } }],
    first: { expected: ok, present: /"to":"first"/, absent: /"to":"other"/ },
    other: { expected: ok, present: /"to":"other"/, absent: /"to":"first"/ },
  },
  {
    operation: "simplifiedMsc3575Sync",
    words: "knows the positions of the device that asks, and of no other",
    plant: async ({ must, first }) => String((await must(first, ["POST", sliding, {}]))["pos"]),
    ask: (_, pos) => ["POST", `${sliding}?pos=${pos}`, {}],
    first: { expected: ok },
    other: { expected: "400 M_UNKNOWN_POS" },
  },
  {
    operation: "sendMessage",
    words: "repeats a transaction of the device that asks, and begins another one for another device",
    plant: said,
    ask: ({ room }) => say(room),
    first: { expected: ok, present: /PLANTED/ },
    other: { expected: ok, absent: /PLANTED/ },
  },
  {
    operation: "uploadKeys",
    words: "takes the keys of the device that asks, and those of no other",
    ask: ({ first }) => ["POST", `${client}/keys/upload`, { device_keys: deviceKeys(first) }],
    first: { expected: ok },
    other: { expected: "400 M_INVALID_PARAM" },
  },
  {
    operation: "getTokenOwner",
    words: "names the device that asks",
    plant: async ({ first }) => first.deviceId,
    ask: () => ["GET", `${client}/account/whoami`],
    first: { expected: ok, present: /"device_id":"PLANTED"/ },
    other: { expected: ok, absent: /PLANTED/ },
  },
  {
    operation: "logout",
    words: "ends the session of the device that asks, and no other",
    plant: async ({ must, first }) => {
      await must(first, ["POST", `${client}/logout`, {}]);
      return "";
    },
    ask: () => ["GET", `${client}/devices`],
    first: { expected: refused.unknownToken },
    other: { expected: ok },
  },
  {
    operation: "deleteDevice",
    words: "ends the session of the device that is named, whichever of the account asks",
    plant: async ({ must, first, other }) => {
      await must(other, ["DELETE", `${client}/devices/${first.deviceId}`, { auth: secretOf(first) }]);
      return first.deviceId;
    },
    ask: () => ["GET", `${client}/devices`],
    first: { expected: refused.unknownToken },
    other: { expected: ok, absent: /PLANTED/ },
  },
  {
    operation: "getPushers",
    words: "lists the pushers of all devices of the account",
    plant: async ({ must, first }) => {
      await must(first, setPusher);
      return "";
    },
    ask: () => ["GET", `${client}/pushers`],
    first: { expected: ok, present: /"pushkey":"key"/ },
    other: { expected: ok, present: /"pushkey":"key"/ },
  },
  {
    operation: "getPushers",
    words: "has no pusher of a device that has logged out",
    plant: async ({ must, first }) => {
      await must(first, setPusher);
      await must(first, ["POST", `${client}/logout`, {}]);
      return "";
    },
    ask: () => ["GET", `${client}/pushers`],
    first: { expected: refused.unknownToken },
    other: { expected: ok, present: /"pushers":\[\]/ },
  },
];
