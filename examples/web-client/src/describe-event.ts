import type { MatrixEvent, MemberEvent } from "@patrix/client";
import { localpartOf, nameOf } from "./names.ts";

/** What an event says or did, in a line. */
export function describeEvent(event: MatrixEvent): string {
  if (event.is("m.room.message")) return "text" in event ? (event.text ?? fileLine(event.content)) : "";
  if (event.is("org.matrix.msc3381.poll.start"))
    return `Poll: ${event.content["org.matrix.msc3381.poll.start"].question["org.matrix.msc1767.text"]}`;
  if (event.is("m.room.encrypted")) return "Encrypted message";
  if (event.is("m.room.member")) return memberLine(event);
  if (event.stateKey === undefined) return "Something that this client does not show";
  const who = nameOf(event.sender);
  if (event.is("m.room.create")) return `${who} began the conversation`;
  if (event.is("m.room.name")) return `${who} named it “${event.content.name}”`;
  if (event.is("m.room.topic")) return `${who} set the topic: ${event.content.topic}`;
  if (event.is("m.room.encryption")) return "Messages are encrypted from here on";
  if (event.is("m.room.tombstone")) return "The conversation goes on in another room";
  if (event.is("m.room.pinned_events")) return `${who} changed what is pinned`;
  return `${who} changed a setting`;
}

/** Whether an event is worth a line in a conversation. */
export function isTold(event: MatrixEvent): boolean {
  const told = [
    "m.room.member",
    "m.room.create",
    "m.room.name",
    "m.room.topic",
    "m.room.encryption",
    "m.room.tombstone",
    "m.room.pinned_events",
  ];
  return event.stateKey === undefined || told.includes(event.type);
}

const kinds: Readonly<Record<string, string>> = { "m.image": "Picture", "m.video": "Video", "m.audio": "Sound", "m.file": "File" };

function fileLine({ msgtype, body = "" }: { readonly msgtype: string; readonly body?: string | undefined }): string {
  const kind = kinds[msgtype];
  return kind === undefined ? body : `${kind}: ${body}`;
}

function memberLine(event: MemberEvent): string {
  const by = nameOf(event.sender);
  const whom = event.content.displayname ?? localpartOf(event.stateKey ?? "");
  const lines: Readonly<Record<string, string>> = {
    joined: `${whom} joined`,
    left: `${whom} left`,
    invited: `${by} invited ${whom}`,
    kicked: `${by} removed ${whom}`,
    banned: `${by} banned ${whom}`,
    unbanned: `${by} lifted the ban of ${whom}`,
    "profile-changed": `${whom} changed how they look`,
  };
  return lines[event.membershipChange] ?? `${whom}: ${event.membershipChange.replaceAll("-", " ")}`;
}
