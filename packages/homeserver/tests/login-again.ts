import type { TestHomeserver, TestUser } from "../src/testing/index.ts";

/** Logs a user in with another device. */
export async function loginAgain(server: TestHomeserver, { userId }: TestUser): Promise<TestUser> {
  const login = { type: "m.login.password", identifier: { type: "m.id.user", user: userId }, password: "secret" };
  const { status, body } = await server.request("POST", "/_matrix/client/v3/login", login);
  if (status !== 200) throw new Error(`${userId} could not log in: ${status}`);
  return { userId, accessToken: String(body["access_token"]), deviceId: String(body["device_id"]) };
}
