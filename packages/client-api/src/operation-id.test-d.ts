import { it } from "vitest";
import type { OperationId } from "./operation-id.ts";

it("refuses a name that no operation has", () => {
  const operations: OperationId[] = ["logout_all", "sync"];
  // @ts-expect-error: the export is logoutAll, the operation logout_all
  operations.push("logoutAll");
  // @ts-expect-error: there is no such operation
  const limits: Partial<Record<OperationId, number>> = { sendMesage: 1 };
  return limits;
});
