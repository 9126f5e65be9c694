import { expect, it } from "vitest";
import { testHomeserver } from "../../testing/index.ts";

it("a profile is read by everyone, field by field, and changed by its own user alone", async () => {
  await using server = await testHomeserver();
  const [alice, bob] = [await server.register("alice"), await server.register("bob")];
  const path = `/profile/${alice.userId}`;
  const set = (user: typeof alice, field: string, value: unknown) => server.requestAs(user, "PUT", `${path}/${field}`, { [field]: value });
  const answers = [await set(alice, "m.tz", "Europe/Berlin"), await set(alice, "displayname", "Al")];
  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [200, {}],
    [200, {}],
  ]);
  for (const refused of [await set(bob, "m.tz", "UTC"), await server.requestAs(bob, "DELETE", `${path}/m.tz`)])
    expect(refused).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
  expect((await server.requestAs(bob, "GET", path)).body).toEqual({ displayname: "Al", "m.tz": "Europe/Berlin" });
  expect((await server.requestAs(bob, "GET", `${path}/m.tz`)).body).toEqual({ "m.tz": "Europe/Berlin" });
  // The two oldest fields are there, also where they are empty.
  expect(await server.requestAs(bob, "GET", `${path}/avatar_url`)).toMatchObject({ status: 200, body: {} });
  expect((await server.requestAs(bob, "GET", `/profile/${bob.userId}/displayname`)).status).toBe(200);
  for (const missing of [`${path}/org.example`, `${path}/toString`, "/profile/@nobody:localhost", "/profile/@nobody:localhost/displayname"])
    expect(await server.requestAs(bob, "GET", missing)).toMatchObject({ status: 404, body: { errcode: "M_NOT_FOUND" } });
  expect((await server.requestAs(alice, "DELETE", `${path}/m.tz`)).status).toBe(200);
  expect((await server.requestAs(alice, "GET", path)).body).toEqual({ displayname: "Al" });
});
