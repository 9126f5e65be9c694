import { describe, expect, it } from "vitest";
import { matrixError, parseMatrixError } from "./matrix-error.ts";
import { AuthenticationData, readUiaResponse, UiaResponse } from "./uia.ts";

const asked = { flows: [{ stages: ["m.login.password"] }, { stages: ["org.example.stage"] }], params: {}, session: "s" };

describe("readUiaResponse", () => {
  it("reads the stages that a 401 answer asks for", () => {
    expect(readUiaResponse(parseMatrixError(401, asked))).toEqual(asked);
  });

  it("reads why the last try failed", () => {
    const failed = { ...asked, completed: [], errcode: "M_FORBIDDEN", error: "wrong password" };
    expect(readUiaResponse(parseMatrixError(401, failed))).toEqual(failed);
  });

  it.each([
    ["another status", parseMatrixError(403, asked)],
    ["an unknown token", matrixError("M_UNKNOWN_TOKEN", "gone")],
    ["flows of the wrong form", parseMatrixError(401, { flows: [{}] })],
    ["no Matrix error", new Error("x")],
  ])("leaves %s to the caller", (_, error) => {
    expect(readUiaResponse(error)).toBeUndefined();
  });
});

describe("AuthenticationData", () => {
  it("keeps the members of every stage", () => {
    const data = { type: "m.login.password", session: "s", identifier: { type: "m.id.user", user: "a" }, password: "p" };
    expect(AuthenticationData.parse(data)).toBe(data);
    expect(AuthenticationData.parse({ session: "s" })).toEqual({ session: "s" });
    expect(UiaResponse.is({ flows: {} })).toBe(false);
  });
});
