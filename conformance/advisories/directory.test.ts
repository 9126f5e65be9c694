import { testHomeserver, type TestHomeserver, type TestUser } from "@patrix/homeserver/testing";
import { describe, expect, it } from "vitest";
import { advisory, as, createRoom, type Send } from "./advisory.ts";

/** Everything by which somebody may find rooms and people, as one text. */
async function findAll(
  server: TestHomeserver,
  user: TestUser,
  { room, space, others }: Readonly<Record<"room" | "space", string>> & { readonly others: readonly TestUser[] },
) {
  const answers: unknown[] = [];
  const get = async (path: string): Promise<void> =>
    void answers.push((await server.request("GET", `/_matrix/client/${path}`, undefined, user.accessToken)).body);
  for (const id of [room, "%23private:localhost"])
    for (const path of ["v1/room_summary/{}", "unstable/im.nheko.summary/summary/{}", "unstable/im.nheko.summary/rooms/{}/summary"])
      await get(path.replace("{}", id));
  for (const id of [room, space])
    for (const version of ["v1", "unstable/org.matrix.msc2946"]) await get(`${version}/rooms/${id}/hierarchy`);
  for (const other of others) await get(`v1/mutual_rooms?user_id=${other.userId}`);
  for (const term of ["member", "owner", "secret", "@member", "m", "o"])
    answers.push((await as(server, user)("POST", "/user_directory/search", { search_term: term, limit: 50 })).body);
  return JSON.stringify(answers);
}

describe("advisories about finding rooms and people", () => {
  advisory(28, "nobody finds by name who is only in rooms that they may not see, nor what somebody is called there", async () => {
    await using server = await testHomeserver();
    const [owner, member, stranger] = [await server.register("owner"), await server.register("member"), await server.register("stranger")];
    const own: Send = as(server, owner);
    const room = await createRoom(own, { preset: "private_chat", invite: [member.userId] });
    await as(server, member)("POST", `/rooms/${room}/join`, {});
    await as(server, member)("PUT", `/rooms/${room}/state/m.room.member/${member.userId}`, {
      membership: "join",
      displayname: "Secret Name",
    });
    const search = async (user: TestUser, term: string): Promise<string> =>
      JSON.stringify((await as(server, user)("POST", "/user_directory/search", { search_term: term })).body);
    for (const term of ["member", "mem", "owner", "Secret"]) expect(await search(stranger, term)).toBe('{"results":[],"limited":false}');
    expect(await search(owner, "member")).toContain(member.userId);
    expect(await search(owner, "Secret")).not.toContain(member.userId);
    expect(await search(owner, "member")).not.toContain("Secret Name");
  });

  it("tells a stranger nothing of a private room, though it lies in a public space and has an alias", async () => {
    await using server = await testHomeserver();
    const [owner, member, stranger] = [await server.register("owner"), await server.register("member"), await server.register("stranger")];
    const own: Send = as(server, owner);
    const room = await createRoom(own, {
      preset: "private_chat",
      name: "name-secret",
      topic: "topic-secret",
      room_alias_name: "private",
      invite: [member.userId],
    });
    await as(server, member)("POST", `/rooms/${room}/join`, {});
    const children = [{ type: "m.space.child", state_key: room, content: { via: ["localhost"] } }];
    const space = await createRoom(own, { preset: "public_chat", creation_content: { type: "m.space" }, initial_state: children });
    const world = { room, space, others: [owner, member] };
    expect(await findAll(server, member, world)).toContain("topic-secret");
    const found = await findAll(server, stranger, world);
    for (const secret of ["name-secret", "topic-secret", member.userId]) expect(found).not.toContain(secret);
    // Whoever is out again is a stranger, and so is whoever never came in.
    await as(server, member)("POST", `/rooms/${room}/leave`, {});
    expect(await findAll(server, member, world)).not.toContain("topic-secret");
    await own("POST", `/rooms/${room}/ban`, { user_id: stranger.userId });
    expect(await findAll(server, stranger, world)).not.toContain("topic-secret");
  });
});
