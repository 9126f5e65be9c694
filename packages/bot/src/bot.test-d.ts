// The types that authors of bots see, as they would write them.
import { createBot } from "@patrix/bot";
import type { UserId } from "@patrix/identifiers";
import { describe, expectTypeOf, it } from "vitest";

/** Compiled, never run. */
export async function sample(): Promise<void> {
  const bot = await createBot("x", { accessToken: "t" });
  bot
    .command("x", "<when:duration> [who:user] <...text>", ({ args }) => {
      // @ts-expect-error not an argument
      void args.nope;
      // @ts-expect-error a duration is a number
      args.when satisfies string;
      expectTypeOf(args.who).toEqualTypeOf<UserId | undefined>();
    })
    .hears(/x(.)/, ({ match }) => match[1])
    .onMessage(({ event }) => event.text);
  // @ts-expect-error neither a user nor a token
  await createBot("x", {});
}

describe("the types of bots", () => {
  it("chain", () => expectTypeOf(createBot).returns.resolves.toHaveProperty("command"));
});
