import type { RequestHead } from "./request-context.ts";

/**
 * Finds out who sends a request, by the endpoint's `auth`; not asked for endpoints that take no credentials. `undefined` is nobody: the
 * server then answers `M_MISSING_TOKEN`, `M_UNKNOWN_TOKEN`, or `M_UNAUTHORIZED` for a signed request, unless the endpoint does without
 * credentials and the request carries none. What it throws is mapped like the errors of handlers.
 *
 * @example
 * const authenticate: Authenticate<Account> = ({ token }) => (token === undefined ? undefined : accounts.get(token));
 */
export type Authenticate<User> = (request: RequestHead) => User | undefined | Promise<User | undefined>;
