import { randomBytes } from "node:crypto";
import { isJsonObject, type JsonObject } from "@patrix/api";
import type { Edu } from "@patrix/events";
import { serverOf } from "@patrix/signatures";
import { limits } from "../limits.ts";
import type { OutgoingEdu } from "../other-servers.ts";

/** Contents by user, and by device ID or `*`. */
export type ToDeviceMessages = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

/** Messages of one type from one user. */
export interface DirectMessages {
  readonly sender: string;
  readonly type: string;
  readonly messages: ToDeviceMessages;
}

/** As {@link DirectMessages}, from another server. */
export interface ReceivedMessages extends DirectMessages {
  /** Unique among the messages of the sender. */
  readonly messageId: string;
}

/** Makes the EDUs that carry messages to another server: as few as go without one becoming large. */
export function directToDeviceEdus(server: string, { sender, type, messages }: DirectMessages): OutgoingEdu[] {
  const edus: OutgoingEdu[] = [];
  let part: Record<string, Record<string, JsonObject>> = {};
  let bytes = 0;
  const finish = (): void => {
    if (bytes > 0) edus.push({ server, edu: directToDevice({ sender, type, messages: part }) });
    part = {};
    bytes = 0;
  };
  for (const [userId, byDevice] of Object.entries(messages))
    for (const [deviceId, content] of Object.entries(byDevice)) {
      (part[userId] ??= {})[deviceId] = content;
      bytes += Buffer.byteLength(JSON.stringify(content)) + deviceId.length;
      if (bytes >= limits.directMessageBytes.value) finish();
    }
  finish();
  return edus;
}

function directToDevice(messages: DirectMessages): Edu {
  const content = { ...messages, message_id: randomBytes(18).toString("base64url") };
  // It has the form of its type, but for the branded user IDs.
  return { edu_type: "m.direct_to_device", content } as object as Edu;
}

/** Reads messages of another server; `undefined` for what is malformed, too large, or in the name of a user of a third server. */
export function readDirectToDevice(origin: string, content: JsonObject): ReceivedMessages | undefined {
  const { sender, type, message_id: messageId, messages } = content;
  if (typeof sender !== "string" || serverOf(sender) !== origin || sender.length > 255) return undefined;
  const names = [type, messageId];
  const areNames = names.every((name) => typeof name === "string" && name !== "" && name.length <= limits.toDeviceNameLength.value);
  if (typeof type !== "string" || typeof messageId !== "string" || !areNames || !isJsonObject(messages)) return undefined;
  const known: Record<string, Record<string, JsonObject>> = Object.create(null) as typeof known;
  let targets = 0;
  for (const [userId, byDevice] of Object.entries(messages)) {
    const contents = Object.entries(isJsonObject(byDevice) ? byDevice : {});
    targets += contents.length;
    if (targets > limits.toDeviceTargets.value) return undefined;
    known[userId] = Object.fromEntries(contents.flatMap(([deviceId, message]) => (isJsonObject(message) ? [[deviceId, message]] : [])));
  }
  return { sender, type, messageId, messages: known };
}
