import type { UiaResponse } from "@patrix/api";

/** Thrown where a request needs User-Interactive Authentication first; answered with status 401 and this body. */
export class UiaChallenge extends Error {
  override readonly name = "UiaChallenge";
  readonly code = "UIA_REQUIRED";
  readonly body: UiaResponse;
  constructor(body: UiaResponse) {
    super(body.error ?? "the request needs User-Interactive Authentication");
    this.body = body;
  }
}
