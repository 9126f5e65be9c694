import { expect, it } from "vitest";
import { testHomeserver } from "../src/testing/index.ts";

it("tells which rooms two users have in common, in both forms, and refuses oneself and odd tokens", async () => {
  await using server = await testHomeserver();
  const [alice, bob] = [await server.register("alice"), await server.register("bob")];
  const roomId = await server.createRoom(alice);
  await server.requestAs(bob, "POST", `/rooms/${roomId}/join`, {});
  const get = (path: string) => server.request("GET", `/_matrix/client/${path}`, undefined, alice.accessToken);
  expect((await get(`v1/mutual_rooms?user_id=${bob.userId}`)).body).toEqual({ joined: [roomId], count: 1 });
  expect((await get(`unstable/uk.half-shot.msc2666/user/mutual_rooms?user_id=${bob.userId}`)).body).toEqual({ joined: [roomId] });
  expect((await get("v1/mutual_rooms?user_id=@nobody:elsewhere")).body).toEqual({ joined: [], count: 0 });
  for (const query of [`user_id=${alice.userId}`, "", "user_id=bob", `user_id=${bob.userId}&from=x`])
    expect([query, (await get(`v1/mutual_rooms?${query}`)).body["errcode"]]).toEqual([
      query,
      expect.stringMatching(/^M_(INVALID|MISSING)_PARAM$/),
    ]);
  const { unstable_features: features } = (await get("versions")).body;
  expect(features?.["uk.half-shot.msc2666.query_mutual_rooms"]).toBe(true);
});
