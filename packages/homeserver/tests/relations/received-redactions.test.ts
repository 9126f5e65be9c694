// Redactions of other servers, in whatever order they and what they redact come.
import type { NamedPdu } from "@patrix/signatures";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ReceivedEvent } from "../../src/rooms/receive/event-receiver.ts";
import type { LoadedRoom } from "../../src/rooms/room.ts";
import type { StoredEvent } from "../../src/rooms/timeline/stored-event.ts";
import { type ComposedRooms, openRooms } from "../composed-rooms.ts";
import { RemoteServer } from "../remote/remote-server.ts";
import { roomOf } from "../room-of.ts";

const [rita, sam] = ["@rita:remote.example", "@sam:other.example"];
let fixture: ComposedRooms;
let servers: Readonly<Record<string, RemoteServer>>;
let room: LoadedRoom;
beforeAll(async () => {
  fixture = await openRooms();
  servers = { [rita]: new RemoteServer("remote.example", fixture), [sam]: new RemoteServer("other.example", fixture) };
});
afterAll(() => fixture[Symbol.asyncDispose]());

const of = (sender: string): RemoteServer => servers[sender] ?? expect.unreachable(`${sender} is nowhere`);
const deliver = (pdu: NamedPdu): Promise<ReceivedEvent> => of(String(pdu.pdu["sender"])).deliver(room, pdu);
async function tips(): Promise<StoredEvent[]> {
  return [...(await fixture.rooms.events.load(room.head.tips.map(({ nid }) => nid))).values()];
}
const build = async (sender: string, type: string, content: object, after: readonly StoredEvent[], redacts?: string): Promise<NamedPdu> =>
  of(sender).build(room, {
    type,
    sender,
    content: { ...content, ...(room.version === "11" && redacts !== undefined && { redacts }) } as never,
    state: room.head.state,
    after,
    ...(room.version !== "11" && redacts !== undefined && { redacts }),
  });
const stored = async (eventId: string): Promise<StoredEvent> =>
  (await fixture.rooms.events.byId(eventId)) ?? expect.unreachable(`${eventId} is not stored`);

describe.each(["10", "11"])("a redaction in room version %s", (version) => {
  beforeEach(async () => {
    room = await roomOf(fixture, { version });
    for (const userId of [rita, sam])
      await of(userId).send(room, {
        type: "m.room.member",
        stateKey: userId,
        sender: userId,
        content: { membership: "join" },
        after: await tips(),
        state: room.head.state,
      });
  });

  it("that comes before its target is performed when that comes, and stays so", async () => {
    const after = await tips();
    const target = await build(
      rita,
      "m.room.message",
      { body: "secret", "m.relates_to": { rel_type: "m.thread", event_id: after[0]?.eventId } },
      after,
    );
    const redaction = await build(rita, "m.room.redaction", {}, after, target.eventId);
    await deliver(redaction);
    const { outcome, event } = await deliver(target);
    expect([outcome, event.content["body"]]).toEqual(["accepted", undefined]);
    expect(event.fragment).not.toContain("secret");
    fixture.rooms.events.evict(event.nid);
    const again = await stored(target.eventId);
    expect(again.content["body"]).toBeUndefined();
    expect(again.fields.redactedBy).toBe((await stored(redaction.eventId)).nid);
    const related = await fixture.relations.aggregationsOf(room.nid, after, { upTo: room.view.end, sinceTs: 0 });
    expect(related.get(after[0]?.eventId ?? "")).toBeUndefined();
  });

  it("of somebody else who may not redact it does nothing, and does not keep another from doing so", async () => {
    const after = await tips();
    const [kept, gone] = [
      await build(rita, "m.room.message", { body: "kept" }, after),
      await build(rita, "m.room.message", { body: "gone" }, after),
    ];
    for (const [sender, target] of [
      [sam, kept],
      [sam, gone],
      [rita, gone],
    ] as const)
      await deliver(await build(sender, "m.room.redaction", { n: sender }, after, target.eventId));
    for (const target of [kept, gone]) await deliver(target);
    expect((await stored(kept.eventId)).content["body"]).toBe("kept");
    expect((await stored(gone.eventId)).content["body"]).toBeUndefined();
  });

  it("of an event of another room does nothing there", async () => {
    const after = await tips();
    const other = await roomOf(fixture, { version });
    const said = await fixture.engine.send(other, { type: "m.room.message", sender: "@alice:example.org", content: { body: "other" } });
    const redaction = await build(rita, "m.room.redaction", {}, after, said.eventId);
    expect((await deliver(redaction)).outcome).toBe("accepted");
    expect((await stored(said.eventId)).content["body"]).toBe("other");
  });
});
