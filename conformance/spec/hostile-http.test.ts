// Every endpoint answers nonsense with the documented error, on the server's side and on the client's.
import { MatrixError, ValidationError } from "@patrix/api";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { declarations } from "./declarations.ts";

const endpoints = Object.entries(declarations).flatMap(([api, all]) =>
  all.map((endpoint) => ({ title: `${api} ${endpoint.id}`, endpoint })),
);
const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "{}", "[1", "null", "-1", "@a:b", "!r"));

function thrownBy(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe.each(["strict", "lenient"] as const)("endpoints in %s mode", (mode) => {
  it.each(endpoints)("$title takes any input", ({ endpoint }) => {
    const names = [...(endpoint.history.stable ?? []), ...(endpoint.history.unstable ?? [])].flatMap(({ path }) =>
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name),
    );
    const params = fc.record(Object.fromEntries(names.map((name) => [name, text])), { requiredKeys: [] });
    const query = fc.array(fc.tuple(fc.oneof(fc.constantFrom("filter", "limit", "from", "dir", "ts", "via", "v"), text), text), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(params, query, fc.anything({ withNullPrototype: true }), (path, parameters, body) => {
        const request = { params: path as Record<string, string>, query: new URLSearchParams(parameters), headers: {}, body };
        const refused = thrownBy(() => endpoint.parseRequest(request, { mode }));
        if (refused !== undefined) expect(refused).toBeInstanceOf(MatrixError);
        const failed = thrownBy(() => endpoint.parseResponse({ status: 200, headers: {}, body }, { mode }));
        if (failed !== undefined) expect(failed).toBeInstanceOf(ValidationError);
      }),
      { numRuns: 10 },
    );
  });
});
