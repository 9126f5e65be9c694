import { describe, expect, it } from "vitest";
import { OverloadedError } from "../errors.ts";
import { AccountError } from "./errors.ts";
import { UiaChallenge } from "./uia-challenge.ts";
import { type UiaRequest, UserInteractiveAuth } from "./user-interactive-auth.ts";

const clock = { ms: 0, now: () => clock.ms };
const stages: UiaRequest["stages"] = {
  "m.login.dummy": () => {},
  "m.login.password": ({ password }) => {
    if (password !== "right") throw new AccountError("WRONG_CREDENTIALS", "the password is wrong");
  },
};
const flows = [["m.login.password", "m.login.dummy"]];

/** Asks, and gives the challenge; `undefined` if the request passes. */
async function ask(uia: UserInteractiveAuth, auth?: object, operation = "delete @a:b"): Promise<UiaChallenge["progress"] | undefined> {
  try {
    await uia.require({ operation, auth, flows, stages });
    return undefined;
  } catch (error) {
    if (error instanceof UiaChallenge) return error.progress;
    throw error;
  }
}

describe("User-Interactive Authentication", () => {
  it("passes once every stage of a flow is done, in one session", async () => {
    const uia = new UserInteractiveAuth(clock);
    const asked = await ask(uia);
    expect(asked).toMatchObject({ flows, completed: [] });
    const { session } = asked ?? {};
    expect(await ask(uia, { type: "m.login.password", password: "right", session })).toMatchObject({
      completed: ["m.login.password"],
      session,
    });
    expect(await ask(uia, { type: "m.login.dummy", session })).toBeUndefined();
    // A session is good for one request.
    expect(await ask(uia, { type: "m.login.dummy", session })).toMatchObject({ completed: ["m.login.dummy"] });
  });

  it("says why a stage failed, and keeps the session", async () => {
    const uia = new UserInteractiveAuth(clock);
    const failed = await ask(uia, { type: "m.login.password", password: "wrong" });
    expect(failed?.failure).toMatchObject({ code: "WRONG_CREDENTIALS" });
    expect((await ask(uia, { type: "m.login.sso", session: failed?.session }))?.failure).toMatchObject({ code: "UNKNOWN_STAGE" });
    expect((await ask(uia, { type: "m.login.password", password: "right", session: failed?.session }))?.session).toBe(failed?.session);
  });

  it("takes no session of another operation, and none that is over", async () => {
    const uia = new UserInteractiveAuth(clock);
    const { session } = (await ask(uia, { type: "m.login.password", password: "right" })) ?? {};
    expect(await ask(uia, { type: "m.login.dummy", session }, "deactivate @a:b")).toMatchObject({ completed: ["m.login.dummy"] });
    clock.ms += 16 * 60_000;
    expect(await ask(uia, { type: "m.login.dummy", session })).toMatchObject({ completed: ["m.login.dummy"] });
  });

  it("passes on what is no failure of the stage", async () => {
    const uia = new UserInteractiveAuth(clock);
    const busy = { "m.login.dummy": () => Promise.reject(new OverloadedError("too much", 1)) };
    const request = { operation: "x", auth: { type: "m.login.dummy" }, flows: [["m.login.dummy"]], stages: busy };
    await expect(uia.require(request)).rejects.toBeInstanceOf(OverloadedError);
  });
});
