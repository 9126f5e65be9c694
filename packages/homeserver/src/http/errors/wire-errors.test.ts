import { MatrixError } from "@patrix/api";
import { describe, expect, it } from "vitest";
import { AccountError } from "../../accounts/errors.ts";
import { UiaChallenge } from "../../accounts/uia-challenge.ts";
import { DirectoryError } from "../../directory/errors.ts";
import { E2eeError } from "../../e2ee/errors.ts";
import { LimitError, OverloadedError, requireWithin } from "../../errors.ts";
import { limits, type RefusingLimitName } from "../../limits.ts";
import { RoomError } from "../../rooms/errors.ts";
import { StoreError } from "../../store/errors.ts";
import { toWireError } from "./wire-errors.ts";

function wire(error: unknown): { status: number; errcode: string; body: object } {
  const answer = toWireError(error);
  if (!(answer instanceof MatrixError)) throw new Error("there is no Matrix error for it");
  return { status: answer.status, errcode: answer.errcode, body: answer.body };
}

describe("errors on the wire", () => {
  it("carry the message and the members that clients need", () => {
    expect(wire(new AccountError("UNKNOWN_TOKEN", "gone"))).toEqual({
      status: 401,
      errcode: "M_UNKNOWN_TOKEN",
      body: { errcode: "M_UNKNOWN_TOKEN", error: "gone", soft_logout: false },
    });
    expect(wire(new E2eeError("WRONG_BACKUP_VERSION", "old", { currentVersion: "2" })).body).toMatchObject({ current_version: "2" });
    expect(wire(new DirectoryError("ALIAS_TAKEN", "taken"))).toMatchObject({ status: 409, errcode: "M_UNKNOWN" });
    expect(wire(new OverloadedError("busy", 5_000))).toMatchObject({ status: 429, body: { retry_after_ms: 5_000 } });
  });

  it("name the authorisation rule that decided, where one did", () => {
    const message = "you are not in the room";
    expect(wire(new RoomError("FORBIDDEN", message)).body).toEqual({ errcode: "M_FORBIDDEN", error: message });
    const ruled = new RoomError("FORBIDDEN", message, { rule: "v12:5.3.5" });
    expect(wire(ruled).body).toEqual({ errcode: "M_FORBIDDEN", error: `${message} (rule v12:5.3.5)` });
  });

  it("name the code of every limit that refuses, with the field and the number", () => {
    const refusing = Object.entries(limits).filter(([, limit]) => "errcode" in limit);
    expect(refusing.length).toBeGreaterThan(20);
    for (const [name, limit] of refusing) {
      const error = new LimitError(name as RefusingLimitName, "/field");
      expect(wire(error)).toMatchObject({ errcode: "errcode" in limit ? limit.errcode : "" });
      expect(error.message).toBe(`/field: expected at most ${limit.value} ${limit.what}`);
    }
    expect(() => requireWithin("pushers", limits.pushers.value, "x")).not.toThrow();
    expect(() => requireWithin("pushers", limits.pushers.value + 1, "x")).toThrow(LimitError);
  });

  it("ask for authentication with a body of its own, and say why the last try failed", () => {
    const failure = new AccountError("WRONG_CREDENTIALS", "the password is wrong");
    const flows = [["m.login.password"]];
    const asked = toWireError(new UiaChallenge({ flows, completed: [], session: "s", failure }));
    expect(asked).toMatchObject({ status: 401, headers: { "content-type": "application/json" } });
    expect(JSON.parse((asked as { body: string }).body)).toEqual({
      flows: [{ stages: ["m.login.password"] }],
      completed: [],
      params: {},
      session: "s",
      errcode: "M_FORBIDDEN",
      error: "the password is wrong",
    });
  });

  it("say that the database does not answer, since that passes", () => {
    expect(wire(new StoreError("UNAVAILABLE", "the database does not answer"))).toMatchObject({ status: 503, errcode: "M_UNKNOWN" });
  });

  it("are none for a fault of the server", () => {
    expect(toWireError(new TypeError("bug"))).toBeUndefined();
    expect(toWireError(new StoreError("COMMIT_FAILED", "disk full"))).toBeUndefined();
  });
});
