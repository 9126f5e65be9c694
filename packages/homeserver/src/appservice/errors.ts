import { HomeserverError } from "../errors.ts";

/** What can go wrong with application services; match on `code`. */
export type AppserviceErrorCode =
  /** It has no address. */
  | "URL_NOT_SET"
  /** It answered with a status that is no success. */
  | "BAD_STATUS"
  /** It could not be reached. */
  | "CONNECTION_FAILED"
  /** It did not answer in time. */
  | "CONNECTION_TIMEOUT"
  /** It did not say whether there is what is looked for. */
  | "NO_ANSWER";

/** An error of application services. */
export class AppserviceError extends HomeserverError {
  override readonly name = "AppserviceError";
  readonly code: AppserviceErrorCode;
  /** What it answered, for `BAD_STATUS`. */
  readonly answer: { readonly status: number; readonly body: string } | undefined;
  constructor(code: AppserviceErrorCode, message: string, answer?: AppserviceError["answer"]) {
    super(message);
    this.code = code;
    this.answer = answer;
  }
}
