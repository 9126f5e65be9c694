import { expect, it } from "vitest";
import type { Day } from "./day.ts";
import { sharedRoom, textsOf } from "./messages.ts";
import { RefusedError } from "./person.ts";

const encoded = encodeURIComponent;

/** What moderators do against people and servers of the other side. */
export function banSteps(day: () => Day): void {
  const sides = [
    {
      title: "ours",
      deny: { allow: ["*"], deny: ["localhost"], allow_ip_literals: true },
      of: ({ alice, bob, ben }: Day) => ({ owner: alice, guest: bob, other: ben }),
    },
    {
      title: "theirs",
      deny: { allow: ["*"], allow_ip_literals: false },
      of: ({ alice, anna, bob }: Day) => ({ owner: bob, guest: alice, other: anna }),
    },
  ];

  it.for(sides)("a moderator of $title bans and kicks people of the other side, and takes that back", async ({ of }) => {
    const { owner, guest, other } = of(day());
    const room = await sharedRoom(owner, [guest, other]);
    const path = `/rooms/${encoded(room)}`;
    const becomes = (membership: string, reason?: string): Promise<unknown> =>
      guest.untilEvent(
        membership,
        room,
        ({ state_key: key, content }) =>
          key === guest.userId &&
          String(content["membership"]) === membership &&
          (reason === undefined || String(content["reason"]) === reason),
      );
    // A ban of somebody whose join is not known yet is a fork, which ends in another way.
    const comeBack = async (): Promise<void> => {
      await guest.join(room, [owner.server]);
      await owner.until("the join", async () => (await owner.membershipOf(room, guest)) === "join");
    };
    await owner.request("POST", `${path}/kick`, { user_id: guest.userId, reason: "loud" });
    await becomes("leave", "loud");
    await comeBack();
    await owner.request("POST", `${path}/ban`, { user_id: guest.userId, reason: "too loud" });
    await becomes("ban", "too loud");
    await expect(guest.join(room, [owner.server])).rejects.toThrow(RefusedError);
    const id = await owner.say(room, "quiet now");
    await other.untilEvent("the message", room, ({ event_id: seen }) => seen === id);
    await owner.request("POST", `${path}/unban`, { user_id: guest.userId });
    await other.until("the end of the ban", async () => (await other.membershipOf(room, guest)) === "leave");
    await comeBack();
    const back = await guest.say(room, "sorry");
    await owner.untilEvent("the message", room, ({ event_id: seen }) => seen === back);
  });

  it.for(sides)("a room of $title that bans the other server hears nothing of it until that is taken back", async ({ of, deny }) => {
    const { owner, guest } = of(day());
    const [room, open] = [await sharedRoom(owner, [guest]), await sharedRoom(owner, [guest])];
    const acl = await owner.setState(room, "m.room.server_acl", deny);
    await guest.untilEvent("the ACL", room, ({ event_id: id }) => id === acl);
    await guest.say(room, "not heard").catch(() => {});
    const id = await guest.say(open, "heard");
    await owner.untilEvent("the message elsewhere", open, ({ event_id: seen }) => seen === id);
    expect(textsOf(await owner.history(room), guest)).toEqual([]);
    await owner.setState(room, "m.room.server_acl", { allow: ["*"], allow_ip_literals: true });
    await guest.until("the end of the ACL", async () => {
      const content = await guest.request("GET", `/rooms/${encoded(room)}/state/m.room.server_acl`);
      return content["deny"] === undefined && Boolean(content["allow_ip_literals"]);
    });
    const again = await guest.say(room, "heard again");
    await owner.untilEvent("the message", room, ({ event_id: seen }) => seen === again);
    expect(await guest.stateOf(room)).toEqual(await owner.stateOf(room));
  });
}
