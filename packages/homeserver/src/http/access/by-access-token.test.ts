import { MatrixError } from "@patrix/api";
import { getTokenOwner } from "@patrix/client-api";
import { describe, expect, it } from "vitest";
import { alice } from "../../../tests/alice.ts";
import { byAccessToken, tokenRequired, type TokenLookup } from "./by-access-token.ts";
import type { Requester } from "./requester.ts";

const longest = "x".repeat(1_024);

/** Looks tokens up, and notes which were. */
function lookup(): { readonly find: TokenLookup; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  const known: Readonly<Record<string, Requester | "expired">> = { token: alice, [longest]: alice, old: "expired" };
  return {
    asked,
    find: (token, address) => {
      asked.push([token.length, address]);
      return known[token];
    },
  };
}

/** What a request with a token is answered with, or whose it is. */
async function answered(task: () => unknown): Promise<unknown> {
  try {
    return await task();
  } catch (error) {
    return error instanceof MatrixError ? [error.status, error.body["errcode"], error.body["soft_logout"]] : error;
  }
}

describe("a request", () => {
  const head = { endpoint: getTokenOwner, method: "GET", uri: "/", headers: {}, clientAddress: "192.0.2.1", json: async () => {} };

  it("is that of who has its token, by the address that it comes from", async () => {
    const { find, asked } = lookup();
    const authenticate = byAccessToken(find);
    expect([await authenticate({ ...head, token: "token" }), await authenticate({ ...head, token: longest })]).toEqual([alice, alice]);
    expect(asked).toEqual([
      [5, "192.0.2.1"],
      [1_024, "192.0.2.1"],
    ]);
  });

  it("is nobody's without a token, or with one that is not known or too long to be looked up", async () => {
    const { find, asked } = lookup();
    for (const token of [undefined, "unknown", `${longest}x`]) expect(await byAccessToken(find)({ ...head, token })).toBeUndefined();
    expect(asked).toEqual([[7, "192.0.2.1"]]);
  });

  it("with an expired token is asked to refresh it", async () => {
    const old = await answered(() => byAccessToken(lookup().find)({ ...head, token: "old" }));
    expect(old).toEqual([401, "M_UNKNOWN_TOKEN", true]);
  });
});

describe("a token that the configuration requires", () => {
  const given = (token: string | undefined): Promise<unknown> =>
    answered(() => tokenRequired(async (text) => lookup().find(text, ""))(token));

  it("is one that is known and not expired", async () => {
    expect([await given("token"), await given(longest)]).toEqual([undefined, undefined]);
    expect(await given(undefined)).toEqual([401, "M_MISSING_TOKEN", undefined]);
    for (const token of ["unknown", "old", `${longest}x`, ""]) expect(await given(token)).toEqual([401, "M_UNKNOWN_TOKEN", false]);
  });
});
