import { MatrixError } from "@patrix/api";
import { expect, it } from "vitest";
import { AccountError } from "../../accounts/errors.ts";
import { createLogger } from "../logger.ts";
import { mapErrors } from "./map-errors.ts";

it("what is no error of the server's own is logged under an ID, and the client gets the ID alone", () => {
  const lines: Record<string, unknown>[] = [];
  const map = mapErrors(createLogger({ write: (line) => void lines.push(JSON.parse(line)) }));
  const request = { method: "GET", path: "/x" };
  expect(map(new AccountError("WRONG_CREDENTIALS", "wrong"), request)).toMatchObject({ status: 403, errcode: "M_FORBIDDEN" });
  expect(lines).toEqual([]);
  const failure = map(new TypeError("a secret"), request);
  if (!(failure instanceof MatrixError)) expect.unreachable("it is no error of the specification");
  expect(failure).toMatchObject({ status: 500, errcode: "M_UNKNOWN", message: expect.not.stringContaining("a secret") });
  expect(lines).toMatchObject([{ level: "error", request: "GET /x", error: expect.stringContaining("a secret") }]);
  expect(failure.message).toContain(String(lines[0]?.["id"]));
  expect(lines[0]?.["id"]).toMatch(/^[\da-f]{12}$/);
});
