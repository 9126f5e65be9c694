import { expect, it } from "vitest";
import { testHomeserver } from "../../testing/index.ts";

it("a push rule is read with its actions and whether it is enabled, and one that does not exist is not found", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const read = async (rule: string): Promise<unknown[]> => {
    const paths = ["", "/actions", "/enabled"].map((part) => `/pushrules/global/${rule}${part}`);
    const answers = await Promise.all(paths.map((path) => server.requestAs(alice, "GET", path)));
    return answers.map(({ status, body }) => (status === 200 ? body : [status, body["errcode"]]));
  };
  const rule = { rule_id: ".m.rule.suppress_notices", default: true, enabled: true };
  expect(await read("override/.m.rule.suppress_notices")).toMatchObject([rule, { actions: [] }, { enabled: true }]);
  const notFound = [404, "M_NOT_FOUND"];
  expect(await read("override/unknown")).toEqual([notFound, notFound, notFound]);
  expect(await read("sender/.m.rule.suppress_notices")).toEqual([notFound, notFound, notFound]);
});
