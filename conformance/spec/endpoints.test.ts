import { afterAll, describe, expect, it } from "vitest";
import { compareOperation } from "./compare-operation.ts";
import { declarationOf, declarations } from "./declarations.ts";
import { differences } from "./differences.ts";
import { hasSpec, operations } from "./spec-data.ts";

describe.skipIf(!hasSpec)("declared endpoints against the specification (needs ../shared/spec)", () => {
  const used = new Set<RegExp>();
  let agreeing = 0;
  afterAll(() => console.log(`${agreeing}/${operations.length} operations declared as specified`));

  it.each(operations.map((operation) => ({ name: `${operation.api} ${operation.operationId}`, operation })))(
    "$name is declared as specified",
    ({ operation }) => {
      const findings = compareOperation(declarationOf(operation), operation);
      const unexpected = findings.filter((finding) => {
        const known = differences.filter((difference) => difference.finding.test(finding));
        for (const difference of known) used.add(difference.finding);
        return known.length === 0;
      });
      expect(unexpected).toEqual([]);
      agreeing++;
    },
  );

  it("declares nothing that the specification has not", () => {
    const specified = new Set(operations.map(({ api, operationId }) => `${api} ${operationId}`));
    const declared = Object.entries(declarations).flatMap(([api, endpoints]) => endpoints.map(({ id }) => `${api} ${id}`));
    expect(declared.filter((id) => !specified.has(id))).toEqual([]);
    expect(new Set(declared).size).toBe(declared.length);
  });

  it("lists no difference that does not occur", () => {
    expect(differences.filter(({ finding }) => !used.has(finding)).map(({ finding }) => finding.source)).toEqual([]);
  });
});
