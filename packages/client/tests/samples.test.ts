/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Programs as their users write them: in few lines, and as they are here.
import type { Client, Room, TimelineItem } from "@patrix/client";
import { localHomeserver } from "@patrix/homeserver/testing";
import { expect, it, vi } from "vitest";
import { eventItems, logIn, textsOf } from "./timelines.ts";

async function relations(room: Room): Promise<void> {
  const msg = await room.event(await room.send.text("helo"));
  await msg.react("👍");
  await msg.edit.text("hello");
  await msg.reply.markdown("**welcome**");
  await msg.thread.send.text("first in thread");
  await msg.redact("done");
}

async function roomList(client: Client, render: (rooms: readonly Room[]) => void): Promise<void> {
  const rooms = client.rooms.list({ filter: { kind: "room" }, sort: "recency", window: 50 });
  for await (const list of rooms) render(list);
}

async function thread(room: Room, root: `$${string}`, see: (item: TimelineItem) => void): Promise<void> {
  await using tl = room.thread(root).timeline();
  await tl.back(50);
  for await (const diffs of tl.items.diffs()) for (const d of diffs) if (d.op === "insert" && d.item.kind === "event") see(d.item);
}

it("relate messages, list rooms and read threads", async () => {
  await using server = await localHomeserver(["ann"]);
  await using ann = await logIn(server, "ann");
  await ann.start();
  const room = await ann.rooms.create({ name: "tea" });
  await using timeline = room.timeline();
  let shown: readonly (string | undefined)[] = [];
  void roomList(ann, (rooms) => (shown = rooms.map((each) => each.name)));
  await relations(room);
  await timeline.items.until((items) => textsOf(items).join() === "(redacted),**welcome**");
  await vi.waitFor(() => expect(shown).toEqual(["tea"]), 10_000);
  const root = eventItems(timeline.items.value).find(({ redacted }) => redacted)?.event.id as `$${string}`;
  const seen: unknown[] = [];
  void thread(room, root, (item) => seen.push(item.kind === "event" && item.message?.text));
  await vi.waitFor(async () => {
    await room.thread(root).send.text("next");
    expect(seen).toContain("next");
  }, 20_000);
});
