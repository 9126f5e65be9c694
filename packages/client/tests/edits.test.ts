/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { describe, expect, it } from "vitest";
import { type Client, createClient, type EventOf, silentLogger } from "@patrix/client";
import { sendMessage } from "@patrix/client-api";
import { localHomeserver } from "@patrix/homeserver/testing";

const clock = { now: () => Date.now(), sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted() };

describe("edits", () => {
  it("are handed on where they count, and only own messages can be edited", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    const logIn = async (user: string): Promise<Client> => {
      const client = await createClient("example.org", { fetch: server.fetch, clock, logger: silentLogger });
      await client.login.password(user, `${user}-password`);
      return client;
    };
    const [ann, bob] = [await logIn("ann"), await logIn("bob")];
    const room = await ann.rooms.create({ invite: [bob.userId] });
    await bob.rooms.join(room.id);
    const old = await room.send.text("old");
    await bob.start();
    const heard: (string | undefined)[] = [];
    let onLast: () => void = () => {};
    const last = new Promise<void>((resolve) => (onLast = resolve));
    let first: EventOf<"m.room.message"> | undefined;
    bob.on("m.room.message", (event) => {
      heard.push(`${event.isEdit ? "edit: " : ""}${event.text}`);
      first ??= event;
      if (event.text === "last") onLast();
    });
    const sent = await room.send.text("new");
    const forge = (by: Client, target: string, text: string, type = "m.room.message"): Promise<unknown> =>
      by.api.send(sendMessage, {
        path: { roomId: room.id, eventType: type, txnId: text },
        body: {
          msgtype: "m.text",
          body: `* ${text}`,
          "m.new_content": { msgtype: "m.text", body: text },
          "m.relates_to": { rel_type: "m.replace", event_id: target },
        },
      });
    await (await room.event(sent)).edit.text("newer");
    // Bob has never seen this one: it is from before his first sync.
    await (await room.event(old)).edit.text("older");
    await forge(bob, sent, "forged by another");
    await forge(bob, old, "forged of an old one");
    await forge(ann, "$nowhere", "of nothing");
    await forge(ann, await room.send.event({ type: "com.acme.x", content: { parse: () => ({}) } }, { a: 1 }), "of another type");
    await room.send.text("last");
    await last;
    expect(heard).toEqual(["new", "edit: newer", "edit: older", "last"]);

    expect(() => first?.edit).toThrow(expect.objectContaining({ code: "NOT_EDITABLE" }));
    const own = await room.event(sent);
    await expect(own.edit.event("m.sticker", { body: "", url: "mxc://a/b", info: {} })).rejects.toMatchObject({ code: "NOT_EDITABLE" });
    await own.redact();
    const redacted = await room.event(sent);
    expect(() => redacted.edit).toThrow("it was redacted");
    await bob.stop();
  });
});
