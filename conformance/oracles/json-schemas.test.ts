// Three judges of the same payloads: our models, the JSON Schemas made from them, and the specification's own, the latter two by ajv.
import type { Model } from "@patrix/api";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toJsonSchema } from "@patrix/api/json-schema";
import { declarationOf } from "../spec/declarations.ts";
import { examples, hasSpec, type JsonSchema, operations, readSpec } from "../spec/spec-data.ts";
import { differences } from "./json-schema-differences.ts";
import { mutantsOf, mutated } from "./mutations.ts";

const ours = new Ajv2020({ strict: false, validateFormats: false });
const spec = new Ajv2020({ strict: false, allErrors: false, logger: false });
const FORMATS: Readonly<Record<string, RegExp>> = {
  "mx-user-id": /^@[^:]*:./,
  "mx-room-id": /^!./,
  "mx-event-id": /^\$./,
  "mx-room-alias": /^#[^:]*:./,
  "mx-mxc-uri": /^mxc:\/\/[^/]+\/./,
  "mx-server-name": /./,
};
for (const [name, pattern] of Object.entries(FORMATS)) spec.addFormat(name, pattern);

interface Case {
  readonly name: string;
  readonly model: Model<unknown>;
  readonly example: unknown;
  readonly bySpec: ValidateFunction | undefined;
}

function schemaOf({ api, operationId, direction, status }: (typeof examples)[number]): JsonSchema | null | undefined {
  const operation = operations.find((one) => one.api === api && one.operationId === operationId);
  return direction === "request" ? operation?.requestBody?.schema : operation?.responses[status ?? "200"]?.schema;
}

/** Enumerations stay open in our models, for values of later versions. */
function withOpenEnums(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withOpenEnums);
  if (typeof schema !== "object" || schema === null) return schema;
  const { enum: values, ...rest } = schema as Record<string, unknown>;
  const kept = Array.isArray(values) ? rest : schema;
  return Object.fromEntries(Object.entries(kept).map(([key, value]) => [key, withOpenEnums(value)]));
}

const cases: readonly Case[] = examples
  .filter(({ direction, status }) => direction === "request" || status === "200")
  .flatMap((example) => {
    const { models } = declarationOf(example);
    const model = example.direction === "request" ? models.body : models.response;
    const schema = schemaOf(example);
    if (model?.kind !== "json") return [];
    const bySpec = schema ? spec.compile(withOpenEnums(schema) as JsonSchema) : undefined;
    const name = `${example.api} ${example.operationId} ${example.direction}`;
    return [{ name, model, example: readSpec(`examples/${example.file}`), bySpec }];
  });

/** What our model and a schema disagree about, for an example and everything that is one change away from it. */
function disagreements(cases: readonly Case[], judge: (one: Case) => ValidateFunction | undefined): string[] {
  return cases.flatMap((one) => {
    const { name, model, example } = one;
    const validate = judge(one);
    if (!validate) return [];
    return [{ value: example, change: ": the example" }, ...mutantsOf(example)]
      .filter(({ value }) => validate(value) !== model.is(value))
      .map(({ value, change }) => `${name} ${change}: ${model.is(value) ? "accepted" : "refused"}`);
  });
}

const withOurs = cases.map((one) => ({ ...one, byOurs: ours.compile(toJsonSchema(one.model)) }));

describe.skipIf(!hasSpec)("models and the JSON Schemas made from them (needs ../shared/spec)", () => {
  it("agree on the examples of the specification and on every change to one of their members", () => {
    expect(withOurs.length).toBeGreaterThan(200);
    expect(withOurs.flatMap((one) => disagreements([one], () => one.byOurs))).toEqual([]);
  });

  it.each(withOurs)("agree on changed examples of $name", ({ model, example, byOurs }) => {
    fc.assert(
      fc.property(mutated(example), (value) => {
        expect(byOurs(value)).toBe(model.is(value));
      }),
      { numRuns: 60 },
    );
  });
});

describe.skipIf(!hasSpec)("models and the specification's schemas (needs ../shared/spec)", () => {
  const findings = disagreements(cases, ({ bySpec }) => bySpec);

  it("agree on the examples of the specification and on every change to one of their members", () => {
    expect(findings.filter((finding) => !differences.some((difference) => difference.finding.test(finding)))).toEqual([]);
  });

  it("differ deliberately where the list says so", () => {
    const unused = differences.filter((difference) => !findings.some((finding) => difference.finding.test(finding)));
    expect(unused.map(({ reason }) => reason)).toEqual([]);
  });
});
