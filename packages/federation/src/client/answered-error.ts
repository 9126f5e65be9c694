import { MatrixError } from "@patrix/api";

/** What another server has answered instead of what was asked for. */
export interface AnsweredError {
  readonly status: number;
  readonly errcode: string;
  readonly message: string;
}

/** The error that a server answered a request of {@link FederationClient.request} with; `undefined` for every other failure. */
export function answeredError(error: unknown): AnsweredError | undefined {
  return error instanceof MatrixError ? error : undefined;
}
