import { Registration } from "@patrix/appservice-api";
import { describe, expect, it } from "vitest";
import { compareShapes } from "./compare-shapes.ts";
import { specShape, zodShape } from "./shape.ts";
import { hasSpec, type JsonSchema, readSpec } from "./spec-data.ts";

describe.skipIf(!hasSpec)("the registration of an application service (needs ../shared/spec)", () => {
  it("has the members that the specification gives it", () => {
    const { registration } = readSpec("definitions.json") as { registration: { schema: JsonSchema } };
    expect(compareShapes(zodShape(Registration.schema), specShape(registration.schema), "registration")).toEqual([]);
  });
});
