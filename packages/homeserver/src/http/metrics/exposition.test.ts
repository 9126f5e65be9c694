import { expect, it } from "vitest";
import { toExposition } from "./exposition.ts";

it("writes metrics line by line, and escapes what labels hold", () => {
  const samples = [{ value: 1 }, { labels: { server: 'a"\\\n', kind: "x" }, value: 2.5 }];
  expect(toExposition([{ name: "a_total", type: "counter", help: "Counts\n\\.", samples }])).toBe(
    '# HELP a_total Counts\\n\\\\.\n# TYPE a_total counter\na_total 1\na_total{server="a\\"\\\\\\n",kind="x"} 2.5\n',
  );
});
