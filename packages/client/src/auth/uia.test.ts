import { MatrixError } from "@patrix/api";
import { describe, expect, it } from "vitest";
import { authenticate, type UiaStage } from "./uia.ts";

const flows = [{ stages: ["m.login.recaptcha", "m.login.terms", "com.acme.quiz"] }, { stages: ["m.login.email.identity", "a", "b", "c"] }];
const context = { baseUrl: "https://hs" };

/** A request that wants every stage of a flow, one after the other. */
function guarded(wanted: { stages: string[] }[], params: object = {}) {
  const completed: string[] = [];
  const attempts: unknown[] = [];
  return {
    attempts,
    request: async (auth: { type?: string | undefined } | undefined): Promise<string> => {
      attempts.push(auth);
      if (auth?.type !== undefined) completed.push(auth.type);
      if (wanted.some(({ stages }) => stages.every((stage) => completed.includes(stage)))) return "done";
      throw new MatrixError(401, "M_UNKNOWN", "", { flows: wanted, completed: [...completed], params, session: "s/1" });
    },
  };
}

describe("User-Interactive Authentication", () => {
  it("passes stages that need no person by itself", async () => {
    const { request, attempts } = guarded([{ stages: ["m.login.dummy"] }]);
    expect(await authenticate(request, context)).toBe("done");
    expect(attempts).toEqual([undefined, { type: "m.login.dummy", session: "s/1" }]);
  });

  it("asks about each stage of the shortest flow, with what the server says of it", async () => {
    const params = { "m.login.recaptcha": { public_key: "key" }, "m.login.terms": { policies: { p: {} } } };
    const asked: UiaStage[] = [];
    const { request, attempts } = guarded(flows, params);
    const handler = (stage: UiaStage) => {
      asked.push(stage);
      return { answer: asked.length };
    };
    expect(await authenticate(request, { ...context, handler })).toBe("done");
    expect(asked).toEqual([
      { type: "m.login.recaptcha", publicKey: "key" },
      { type: "m.login.terms", policies: { p: {} } },
      { type: "other", stage: "com.acme.quiz", fallbackUrl: "https://hs/_matrix/client/v3/auth/com.acme.quiz/fallback/web?session=s%2F1" },
    ]);
    expect(attempts.at(-1)).toEqual({ answer: 3, type: "com.acme.quiz", session: "s/1" });
  });

  it("names the page of the account management on which a stage is passed, and takes no other address for one", async () => {
    const url = "https://account.example.org/?action=org.matrix.cross_signing_reset";
    for (const stage of ["m.oauth", "org.matrix.cross_signing_reset"]) {
      const asked: UiaStage[] = [];
      const confirmed = guarded([{ stages: [stage] }], { [stage]: { url } });
      // The page is where it is passed: what is sent says only of which session it is.
      const request = (auth: { type?: string | undefined } | undefined): Promise<string> =>
        asked.length > 0 ? Promise.resolve("done") : confirmed.request(auth);
      expect(await authenticate(request, { ...context, handler: (given) => void asked.push(given) })).toBe("done");
      expect(asked).toEqual([{ type: "other", stage, fallbackUrl: url }]);
      for (const bad of ["javascript:alert(1)", 7, undefined])
        await expect(
          authenticate(guarded([{ stages: [stage] }], { [stage]: { url: bad } }).request, { ...context, handler: () => ({}) }),
        ).rejects.toMatchObject({
          code: "UIA_FAILED",
          message: expect.stringContaining(`params.${stage}.url`),
        });
    }
  });

  it("gives up without a handler, and when the server is never satisfied", async () => {
    await expect(authenticate(guarded(flows).request, context)).rejects.toMatchObject({ code: "UIA_FAILED" });
    const { request } = guarded([{ stages: ["never"] }]);
    await expect(
      authenticate((auth) => request(auth && ({ session: "s" } as never)), { ...context, handler: () => ({}) }),
    ).rejects.toMatchObject({ code: "UIA_FAILED" });
  });

  it("passes other errors on", async () => {
    const error = new MatrixError(400, "M_USER_IN_USE", "taken");
    await expect(authenticate(() => Promise.reject(error), context)).rejects.toBe(error);
  });
});
