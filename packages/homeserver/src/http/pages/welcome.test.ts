import { expect, it } from "vitest";
import { testHomeserver } from "../../testing/index.ts";

it.each([
  [true, "anyone may register here", "<dd>open</dd>"],
  [false, "New accounts come from the administrator", "<dd>closed</dd>"],
])("the welcome page says how one gets an account; registration is open: %s", async (enabled, account, state) => {
  await using server = await testHomeserver({ config: { registration: { enabled } } });
  const answer = await fetch(`${server.url}/`);
  const page = await answer.text();
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect([page.includes(account), page.includes(state), page.includes(server.url)]).toEqual([true, true, true]);
});
