import type { UserId } from "@patrix/identifiers";
import { describe, expectTypeOf, it } from "vitest";
import type { Args } from "./args-types.ts";

describe("the type of arguments", () => {
  it("follows from the spec", () => {
    expectTypeOf<Args<"<when:duration> [who:user] <...text>">>().toEqualTypeOf<{ when: number; who: UserId | undefined; text: string }>();
    expectTypeOf<Args<"[flag:bool]">>().toEqualTypeOf<{ flag: boolean | undefined }>();
    expectTypeOf<Args<"<word>">>().toEqualTypeOf<{ word: string }>();
    expectTypeOf<Args<string>>().toEqualTypeOf<Record<string, unknown>>();
  });
});
