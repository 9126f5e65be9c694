import { expect, it } from "vitest";
import { apis } from "../src/validate/all-endpoints.ts";
import { run } from "./run.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly externalDocs: { readonly url: string };
  readonly responses: object;
}

it.each(Object.keys(apis))("the OpenAPI document of %s says of every operation what it does", async (api) => {
  const { out } = await run(["schema", `openapi/${api}`]);
  const { paths } = JSON.parse(out) as { paths: Record<string, Record<string, Operation>> };
  const operations = Object.values(paths).flatMap((item) => Object.values(item));
  expect(operations.length).toBe(apis[api]?.length);
  for (const { operationId, summary, description, externalDocs, responses } of operations) {
    expect(summary, operationId).toMatch(/^[A-Z].*[^.]$/);
    expect(description.startsWith(`${summary}.`), operationId).toBe(true);
    expect(externalDocs.url, operationId).toMatch(/^https:\/\/(spec\.matrix\.org\/v1\.19\/|github\.com\/matrix-org\/)/);
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(["4XX", "default"]));
  }
});
