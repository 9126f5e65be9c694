// The types that users of the client see, as they would write them.
import { createClient, defineEvent, MatrixError, type Room, type UserId } from "@patrix/client";
import { describe, expectTypeOf, it } from "vitest";

const Ping = defineEvent("com.acme.ping", { parse: (value) => value as { n: number } });

/** Compiled, never run. */
export async function sample(): Promise<void> {
  const c = await createClient("x");
  c.on("m.room.message", (e) => {
    if (e.content.msgtype === "m.image") expectTypeOf(e.content.info?.w).toEqualTypeOf<number | undefined>();
    expectTypeOf(e.text).toEqualTypeOf<string | undefined>();
  });
  c.on("m.room.member", (e) => {
    e.content.membership satisfies "join" | "invite" | "leave" | "ban" | "knock";
  });
  c.on(Ping, (e) => e.content.n.toFixed());
  // @ts-expect-error unknown event type
  c.on("m.room.mesage", () => {});
  const room: Room | undefined = c.rooms.get("!a");
  void room?.send.event(Ping, { n: 1 });
  // @ts-expect-error wrong content
  void room?.send.event("m.reaction", { key: "x" });
  // @ts-expect-error a user id is not a room id
  c.rooms.get("@a:b");
  // @ts-expect-error a room is not a user
  await c.rooms.dm("!a:b");
  expectTypeOf(room?.state.get("m.room.topic")?.topic).toEqualTypeOf<string | undefined>();
  try {
    await c.logout();
  } catch (error) {
    if (MatrixError.is(error, "M_LIMIT_EXCEEDED")) error.retryAfterMs?.toFixed();
  }
  for await (const n of c.notifications()) expectTypeOf(n.highlight).toEqualTypeOf<boolean>();
  for await (const e of c.events("m.room.member")) expectTypeOf(e.sender.id).toEqualTypeOf<UserId>();
}

describe("the types of the client", () => {
  it("are those of the specification", () => expectTypeOf<Parameters<Room["can"]>[0]>().toExtend<string>());
});
