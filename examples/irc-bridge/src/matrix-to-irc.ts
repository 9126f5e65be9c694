import { type Appservice, type Bridge, messageToLines, relayName, splitLine } from "@patrix/appservice";
import { getRelation, membershipChange, RoomMemberContent } from "@patrix/events";
import { parseUserId, type RoomId, type UserId } from "@patrix/identifiers";
import { type FileLinks, fileOf } from "./file-links.ts";
import type { IrcConnection } from "./irc-connection.ts";

/** Bytes of text in a line of IRC: 512 with the names before it. */
const LINE_BYTES = 400;
/** Lines of one message; what is more is cut off. */
const MAX_LINES = 10;
/** Changes of memberships that people on IRC are told. */
const GONE: ReadonlySet<string> = new Set(["left", "kicked", "kicked-and-banned"]);

/** Lines of text. */
type Written = readonly string[];

/** Says on IRC what happens in the rooms of its channels, in the name of the bridge. @param links - Under which files are found; without, they are named only. */
export function relayToIrc(service: Appservice, bridge: Bridge, irc: Pick<IrcConnection, "say">, links?: FileLinks): void {
  /** Says something in the channel of a room, if it has one. @param write - Told under which name. */
  const say = async (roomId: RoomId, userId: UserId, write: (name: string) => Written | Promise<Written>): Promise<void> => {
    const portal = await bridge.portals.byRoom(roomId);
    if (!portal) return;
    const name = relayName(await service.bot.displayName(roomId, userId));
    const lines = (await write(name)).flatMap((line) => splitLine(line, LINE_BYTES));
    const left = lines.length - MAX_LINES;
    await irc.say(portal.remoteId, left > 0 ? [...lines.slice(0, MAX_LINES), `… and ${left} lines more`] : lines);
  };

  service.on("m.room.message", async ({ room_id: roomId, sender, event_id: eventId, content }) => {
    const relation = getRelation(content);
    const isEdit = relation?.kind === "replacement";
    // Edits are not remembered.
    const fileUrl = (): string | undefined => (isEdit ? undefined : links?.urlOf(eventId));
    const [first, ...rest] = messageToLines(content, { marks: "irc", fileUrl });
    if (first === undefined) return;
    const answered = relation?.kind === "reply" ? await bridge.messages.byEvent(relation.inReplyTo) : undefined;
    const to = typeof answered?.data["nick"] === "string" ? `${answered.data["nick"]}: ` : "";
    await say(roomId, sender, async (nick) => {
      // Before it is said: who hears of a file follows its link at once.
      const [text = first] = messageToLines(content, { marks: "irc" });
      if (!isEdit) await bridge.messages.link(eventId, eventId, { nick, text, ...fileOf(content) });
      if (content.msgtype === "m.emote") return [first, ...rest].map((line) => `* ${nick} ${line}`);
      return [`${isEdit ? "(edited) " : to}${first}`, ...rest].map((line) => `<${nick}> ${line}`);
    });
  });

  // What cannot be read is not passed over in silence; should its key come yet, it is said then.
  service.onAny(async ({ room_id: roomId, sender, type }, { encryption }) => {
    if (type === "m.room.encrypted" && encryption?.state === "failed")
      await say(roomId, sender, (name) => [`* ${name} has said something that the bridge cannot decrypt`]);
  });

  service.on("m.room.redaction", async ({ room_id: roomId, sender, redacts, content }) => {
    const target = redacts ?? content.redacts;
    const message = target && (await bridge.messages.byEvent(target));
    if (!message) return;
    await say(roomId, sender, (name) => [`* ${name} has taken back: ${String(message.data["text"])}`]);
    await bridge.messages.unlink(message.remoteId);
  });

  service.on("m.room.member", async ({ room_id: roomId, state_key: userId, sender, content, unsigned }) => {
    if (service.isOwn(userId)) return;
    const before = RoomMemberContent.safeParse(unsigned?.prev_content);
    const previous = before.ok ? before.value : undefined;
    const { change, displaynameChanged } = membershipChange(content, previous, { bySelf: sender === userId });
    const old = relayName(previous?.displayname ?? parseUserId(userId).localpart);
    if (displaynameChanged) await say(roomId, userId, (name) => [`* ${old} is now ${name}`]);
    else if (change === "joined") await say(roomId, userId, (name) => [`* ${name} has joined`]);
    else if (GONE.has(change)) await say(roomId, userId, () => [`* ${old} has left`]);
  });
}
