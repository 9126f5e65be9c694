/** What comes with a user who comes back from a page of the server. */
export interface LoginAnswer {
  /** Of which login it is the answer; absent if it does not say so, which no answer to a login of ours does. */
  readonly state: string | undefined;
  readonly code: string | undefined;
  readonly error: string | undefined;
  readonly errorDescription: string | undefined;
  readonly issuer: string | undefined;
  readonly loginToken: string | undefined;
}

/** Reads the address that a user came back by, from its query and its fragment; `undefined` if it is no answer to any login. */
export function readLoginAnswer(callbackUrl: string): LoginAnswer | undefined {
  if (!URL.canParse(callbackUrl)) return undefined;
  const { searchParams, hash } = new URL(callbackUrl);
  const fragment = new URLSearchParams(hash.slice(1));
  const parameters = fragment.has("state") ? fragment : searchParams;
  const get = (name: string): string | undefined => {
    const values = parameters.getAll(name);
    // What is there twice can be meant to be read in two ways.
    return values.length === 1 ? values[0] : undefined;
  };
  const isAnswer = parameters.has("loginToken") || (parameters.has("state") && (parameters.has("code") || parameters.has("error")));
  if (!isAnswer) return undefined;
  return {
    state: get("state"),
    code: get("code"),
    error: get("error"),
    errorDescription: get("error_description"),
    issuer: get("iss"),
    loginToken: get("loginToken"),
  };
}
