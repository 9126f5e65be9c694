import { expect, it } from "vitest";
import type { Day } from "./day.ts";
import { type Person, RefusedError } from "./person.ts";

const encoded = encodeURIComponent;

/** Has both see that both are joined, and hear each other. */
async function talk(room: string, here: Person, there: Person): Promise<void> {
  for (const [speaker, listener] of [
    [here, there],
    [there, here],
  ] as const) {
    const id = await speaker.say(room, `from ${speaker.userId}`);
    await listener.untilEvent(`what ${speaker.userId} says`, room, ({ event_id }) => event_id === id);
  }
}

/** Rooms of each side, and how people of the other one come in and go. */
export function roomSteps(day: () => Day): void {
  const sides = [
    { title: "ours", of: ({ alice, anna, bob, ben }: Day) => ({ owner: alice, second: anna, guest: bob, other: ben }) },
    { title: "theirs", of: ({ alice, anna, bob, ben }: Day) => ({ owner: bob, second: ben, guest: alice, other: anna }) },
  ];
  for (const { title, of } of sides) {
    const create = (settings: object): Promise<string> => of(day()).owner.createRoom(settings);

    it(`a public room of ${title} is found in the list and joined by its alias`, async () => {
      const { owner, guest } = of(day());
      const name = `room_${title}`;
      const room = await create({ preset: "public_chat", visibility: "public", room_alias_name: name, name, topic: "the day" });
      const alias = `#${name}:${owner.server.serverName}`;
      const search = { filter: { generic_search_term: name } };
      const listed = await guest.until("the room in the list", async () => {
        const list = await guest.request("POST", `/publicRooms?server=${encoded(owner.server.serverName)}`, search);
        return list["chunk"]?.[0 as never];
      });
      expect(listed).toMatchObject({ room_id: room, canonical_alias: alias, name, topic: "the day" });
      const found = await guest.request("GET", `/directory/room/${encoded(alias)}`);
      expect(found).toMatchObject({ room_id: room, servers: expect.arrayContaining([owner.server.serverName]) });
      expect(await guest.join(alias)).toBe(room);
      await talk(room, owner, guest);
      expect(await guest.stateOf(room)).toEqual(await owner.stateOf(room));
      await guest.request("POST", `/rooms/${encoded(room)}/leave`, {});
      await owner.untilEvent(
        "the leave",
        room,
        ({ state_key, content }) => state_key === guest.userId && String(content["membership"]) === "leave",
      );
      await guest.join(alias);
      await talk(room, owner, guest);
    });

    it(`an invite to a private room of ${title} is shown, rejected, taken back and accepted`, async () => {
      const { owner, guest, other } = of(day());
      const room = await create({ preset: "private_chat", name: "private" });
      const path = `/rooms/${encoded(room)}`;
      for (const user of [guest, other]) {
        await owner.request("POST", `${path}/invite`, { user_id: user.userId });
        await user.until("the invite", () => user.invites.has(room));
      }
      const gone = (user: Person): Promise<unknown> =>
        owner.untilEvent(
          "the leave",
          room,
          ({ state_key, content }) => state_key === user.userId && String(content["membership"]) === "leave",
        );
      await other.request("POST", `${path}/leave`, {});
      await gone(other);
      await owner.request("POST", `${path}/kick`, { user_id: guest.userId });
      if ([owner, guest].every(({ server }) => day().does(server, "retraction of invites")))
        await guest.until("that the invite is taken back", () => !guest.invites.has(room));
      await expect(guest.join(room, [owner.server])).rejects.toThrow(RefusedError);
      await owner.request("POST", `${path}/invite`, { user_id: guest.userId });
      await guest.until("the invite", () => guest.invites.has(room));
      await guest.join(room);
      await talk(room, owner, guest);
      // The room is on both servers now.
      await guest.request("POST", `${path}/invite`, { user_id: other.userId }).catch(async () => {
        await owner.request("POST", `${path}/invite`, { user_id: other.userId });
      });
      await other.until("the invite", () => other.invites.has(room));
      await other.join(room);
      // Dendrite decides wrongly what somebody is who has left, was invited and has joined on one branch, and has only left on the other.
      await owner.untilEvent(
        "the join",
        room,
        ({ state_key, content }) => state_key === other.userId && String(content["membership"]) === "join",
      );
      await talk(room, owner, other);
    });

    it(`members of a room of ${title} come into another one that is restricted to them`, async () => {
      const { owner, second, guest, other } = of(day());
      const club = await create({ preset: "public_chat", name: "club" });
      const allow = [{ type: "m.room_membership", room_id: club }];
      const rules = { type: "m.room.join_rules", state_key: "", content: { join_rule: "restricted", allow } };
      const room = await create({ preset: "private_chat", initial_state: [rules], name: "for members" });
      await expect(guest.join(room, [owner.server])).rejects.toThrow(RefusedError);
      for (const member of [guest, second]) await member.join(club, [owner.server]);
      for (const member of [guest, second]) await member.join(room, [owner.server]);
      await talk(room, owner, guest);
      await talk(room, second, guest);
      await expect(other.join(room, [owner.server])).rejects.toThrow(RefusedError);
      const preview = await other
        .request("GET", `/_matrix/client/v1/room_summary/${encoded(club)}?via=${encoded(owner.server.serverName)}`)
        .catch(String);
      if (typeof preview !== "string") expect(preview).toMatchObject({ room_id: club });
    });

    it(`a knock on a room of ${title} is heard, withdrawn, and answered with an invite`, async ({ skip }) => {
      const { owner, guest } = of(day());
      if (![owner, guest].every(({ server }) => day().does(server, "knocks"))) skip("the other homeserver has no knocks");
      const rules = { type: "m.room.join_rules", state_key: "", content: { join_rule: "knock" } };
      const room = await create({ preset: "private_chat", initial_state: [rules], name: "knock" });
      const via = `via=${encoded(owner.server.serverName)}&server_name=${encoded(owner.server.serverName)}`;
      const knock = (reason: string): Promise<unknown> => guest.request("POST", `/knock/${encoded(room)}?${via}`, { reason });
      const membership = (is: string, reason?: string): Promise<unknown> =>
        owner.untilEvent(
          is,
          room,
          ({ state_key, content }) =>
            state_key === guest.userId &&
            String(content["membership"]) === is &&
            (reason === undefined || String(content["reason"]) === reason),
        );
      await knock("once");
      await membership("knock", "once");
      await guest.until("the knock", () => guest.knocks.has(room));
      const isTold = day().does(guest.server, "withdrawal of knocks");
      await guest.request("POST", `/rooms/${encoded(room)}/leave`, {});
      if (isTold) await membership("leave");
      await knock("again");
      await membership("knock", "again");
      await owner.request("POST", `/rooms/${encoded(room)}/invite`, { user_id: guest.userId });
      await guest.until("the invite", () => guest.invites.has(room));
      await guest.join(room);
      await talk(room, owner, guest);
    });

    it(`the upgrade of a room of ${title} is followed`, async () => {
      const { owner, guest } = of(day());
      const room = await create({ preset: "public_chat", name: "old" });
      await guest.join(room, [owner.server]);
      await talk(room, owner, guest);
      const version = await owner.request("GET", `/rooms/${encoded(room)}/state/m.room.create`);
      const { replacement_room: replacement } = await owner.request<{ replacement_room: string }>(
        "POST",
        `/rooms/${encoded(room)}/upgrade`,
        {
          new_version: String(version["room_version"]),
        },
      );
      const tombstone = await guest.untilEvent("the tombstone", room, ({ type }) => type === "m.room.tombstone");
      expect(String(tombstone.content["replacement_room"])).toBe(replacement);
      await guest.join(replacement, [owner.server]);
      await talk(replacement, owner, guest);
      const created = await guest.request("GET", `/rooms/${encoded(replacement)}/state/m.room.create`);
      expect(created).toMatchObject({ predecessor: { room_id: room } });
      expect(await guest.stateOf(replacement)).toEqual(await owner.stateOf(replacement));
    });
  }
}
