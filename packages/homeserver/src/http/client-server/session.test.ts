import { expect, it } from "vitest";
import { testHomeserver } from "../../testing/index.ts";

it("a login names a user by the user ID or its local part, and in no other way", async () => {
  await using server = await testHomeserver();
  const { userId } = await server.register("alice");
  const login = async (body: object): Promise<unknown> => {
    const answer = await server.request<{ user_id?: string; errcode?: string; error?: string }>("POST", "/_matrix/client/v3/login", {
      type: "m.login.password",
      password: "secret",
      ...body,
    });
    return answer.body.user_id ?? [answer.status, answer.body.errcode, answer.body.error];
  };
  for (const user of ["alice", userId]) expect(await login({ identifier: { type: "m.id.user", user } })).toBe(userId);
  // As clients did before there were identifiers.
  expect(await login({ user: "alice" })).toBe(userId);
  const refusal = [400, "M_UNKNOWN", "identifier.type: only m.id.user is supported"];
  expect(await login({ identifier: { type: "m.id.thirdparty", user: "alice", medium: "email", address: "alice@example.org" } })).toEqual(
    refusal,
  );
  expect(await login({ type: "m.login.token", token: "t" })).toEqual([403, "M_FORBIDDEN", "token: it is not a valid login token"]);
  expect(await login({ type: "m.login.unheard_of", token: "t" })).toEqual([400, "M_UNKNOWN", expect.stringContaining("type:")]);
  expect(await login({})).toEqual([400, "M_MISSING_PARAM", "identifier.user: required, but missing"]);
});
