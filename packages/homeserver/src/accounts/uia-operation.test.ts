import { describe, expect, it } from "vitest";
import { OverloadedError } from "../errors.ts";
import { limits } from "../limits.ts";
import { AccountError } from "./errors.ts";
import { UiaChallenge } from "./uia-challenge.ts";
import { type UiaBody, UiaOperation, type UiaRequest } from "./uia-operation.ts";

interface Body extends UiaBody {
  readonly name?: string;
}

const stages: UiaRequest<Body>["stages"] = {
  "m.login.dummy": () => {},
  "m.login.password": ({ password }) => {
    if (password !== "right") throw new AccountError("WRONG_CREDENTIALS", "the password is wrong");
  },
};
const flows = [["m.login.password", "m.login.dummy"]];
const password = { type: "m.login.password", password: "right" };
const wrong = { password: "wrong" };
const dummy = { type: "m.login.dummy" };

/** An operation that numbers its results, and whose clock is the test's. */
function operate(failing = 0) {
  const clock = { ms: 0, now: () => clock.ms };
  const operation = new UiaOperation<Body, string>(clock);
  let runs = 0;
  const run = async ({ name = "nobody" }: Body): Promise<string> => {
    runs++;
    if (runs <= failing) throw new AccountError("USERNAME_TAKEN", "taken");
    return `${name} ${runs}`;
  };
  /** Asks, and gives the result or what is still to be authenticated. */
  const ask = async (body: Body & object, more: Partial<UiaRequest<Body>> = {}): Promise<string | UiaChallenge["progress"]> => {
    try {
      return await operation.perform({ subject: "@a:b", flows, stages, ...more, body }, run);
    } catch (error) {
      if (error instanceof UiaChallenge) return error.progress;
      throw error;
    }
  };
  const begin = async (body: Body, more?: Partial<UiaRequest<Body>>): Promise<string> => {
    const asked = await ask(body, more);
    return typeof asked === "string" ? "" : asked.session;
  };
  return { clock, ask, begin };
}

describe("User-Interactive Authentication", () => {
  it("runs a request once every stage of a flow is done, in one session", async () => {
    const { ask } = operate();
    const asked = await ask({ name: "x" });
    expect(asked).toMatchObject({ flows, completed: [] });
    const { session = "" } = typeof asked === "string" ? {} : asked;
    expect(await ask({ name: "x", auth: { ...password, session } })).toMatchObject({ completed: ["m.login.password"], session });
    expect(await ask({ name: "x", auth: { ...dummy, session } })).toBe("x 1");
  });

  it("keeps the request, and completes it with `auth` alone", async () => {
    const { ask, begin } = operate();
    const session = await begin({ name: "x", auth: password });
    expect(await ask({ auth: { ...dummy, session } })).toBe("x 1");
  });

  it("answers whoever asks again with the same result, also at the same time", async () => {
    const { ask, begin } = operate();
    const session = await begin({ name: "x", auth: password });
    const again = (): ReturnType<typeof ask> => ask({ name: "x", auth: { ...dummy, session } });
    expect(await Promise.all([again(), again()])).toEqual(["x 1", "x 1"]);
    expect(await again()).toBe("x 1");
    expect(await ask({ auth: { session } })).toBe("x 1");
  });

  it("takes up the request of a session that began without one", async () => {
    const { ask, begin } = operate();
    const session = await begin({});
    await ask({ name: "x", auth: { ...password, session } });
    expect(await ask({ auth: { ...dummy, session } })).toBe("x 1");
  });

  it("does not let a session be used for another request, before or after its end", async () => {
    const { ask, begin } = operate();
    const session = await begin({ name: "x", auth: password });
    await expect(ask({ name: "y", auth: { ...dummy, session } })).rejects.toMatchObject({ code: "UIA_REQUEST_CHANGED" });
    await ask({ name: "x", auth: { ...dummy, session } });
    await expect(ask({ name: "y", auth: { ...dummy, session } })).rejects.toMatchObject({ code: "UIA_REQUEST_CHANGED" });
  });

  it("knows no session of another subject, none that is over, and none that never was", async () => {
    const { ask, begin, clock } = operate();
    const unknown = { code: "UNKNOWN_UIA_SESSION" };
    const session = await begin({ name: "x", auth: password });
    await expect(ask({ name: "x", auth: { ...dummy, session } }, { subject: "@c:d" })).rejects.toMatchObject(unknown);
    await expect(ask({ name: "x", auth: { ...dummy, session: "made up" } })).rejects.toMatchObject(unknown);
    clock.ms += 15 * 60_000 - 1;
    expect(await ask({ name: "x", auth: { ...wrong, type: "m.login.password", session } })).toMatchObject({ session });
    clock.ms += 1;
    await expect(ask({ name: "x", auth: { ...dummy, session } })).rejects.toMatchObject(unknown);
  });

  it("counts no stage that was passed when it proved something else", async () => {
    const { ask, begin } = operate();
    const session = await begin({ name: "x", auth: password }, { proves: "the old password" });
    expect(await ask({ auth: { ...dummy, session } }, { proves: "the new password" })).toMatchObject({ completed: ["m.login.dummy"] });
  });

  it("says why a stage failed, and keeps the session", async () => {
    const { ask } = operate();
    const failed = await ask({ auth: { type: "m.login.password", ...wrong } });
    expect(failed).toMatchObject({ failure: { code: "WRONG_CREDENTIALS" } });
    const { session = "" } = typeof failed === "string" ? {} : failed;
    expect(await ask({ auth: { type: "m.login.sso", session } })).toMatchObject({ failure: { code: "UNKNOWN_STAGE" } });
    expect(await ask({ auth: { ...password, session } })).toMatchObject({ session, completed: ["m.login.password"] });
  });

  it("lets a request that failed be tried again", async () => {
    const { ask, begin } = operate(1);
    const session = await begin({ name: "x", auth: password });
    await expect(ask({ auth: { ...dummy, session } })).rejects.toMatchObject({ code: "USERNAME_TAKEN" });
    expect(await ask({ auth: { ...dummy, session } })).toBe("x 2");
  });

  it("forgets the oldest of too many sessions", async () => {
    const { ask, begin } = operate();
    const oldest = await begin({ name: "oldest" });
    const second = await begin({ name: "second" });
    for (let i = 0; i < 4_999; i++) await begin({ name: `${i}` });
    await expect(ask({ auth: { ...dummy, session: oldest } })).rejects.toMatchObject({ code: "UNKNOWN_UIA_SESSION" });
    expect(await ask({ auth: { ...dummy, session: second } })).toMatchObject({ session: second });
  });

  it("ends the oldest session of a user who has too many, and nobody else's", async () => {
    const { ask, begin } = operate();
    const of = (userId: string) => ({ subject: userId, userId });
    const others = await begin({ name: "x" }, of("@b:x"));
    const own: string[] = [];
    for (let i = 0; i <= limits.uiaSessionsOfUser.value; i++) own.push(await begin({ name: `${i}` }, of("@a:x")));
    const [oldest = "", second = ""] = own;
    await expect(ask({ auth: { ...dummy, session: oldest } }, of("@a:x"))).rejects.toMatchObject({ code: "UNKNOWN_UIA_SESSION" });
    expect(await ask({ auth: { ...dummy, session: second } }, of("@a:x"))).toMatchObject({ session: second });
    expect(await ask({ auth: { ...dummy, session: others } }, of("@b:x"))).toMatchObject({ session: others });
  });

  it("keeps no large request, and passes on what is no failure of the stage", async () => {
    const { ask } = operate();
    await expect(ask({ name: "x".repeat(20_000) })).rejects.toMatchObject({ limit: "uiaBodyBytes" });
    const busy = { "m.login.dummy": () => Promise.reject(new OverloadedError("too much", 1)) };
    await expect(ask({ auth: dummy }, { flows: [["m.login.dummy"]], stages: busy })).rejects.toBeInstanceOf(OverloadedError);
  });
});
