import { AsyncLocalStorage } from "node:async_hooks";

interface Scope {
  readonly id: string;
  /** How many names were made, by what they are for. */
  readonly made: Map<string, number>;
}

const scopes = new AsyncLocalStorage<Scope>();

/** Runs the handler of a queued item, so that what it sends has the same transaction IDs when it runs again. */
export function inScope<T>(id: string, run: () => Promise<T>): Promise<T> {
  return scopes.run({ id, made: new Map() }, run);
}

/**
 * A transaction ID that is the same when the handler of an item runs again, as after a crash: it comes from the item, from what it is
 * for, and from how many there were before it. `undefined` outside of handlers.
 *
 * @param purpose - Who sends what to where: handlers that do several things at once give each thing the same name again.
 */
export function repeatableTransactionId(purpose: string): string | undefined {
  const scope = scopes.getStore();
  if (!scope) return undefined;
  const ordinal = (scope.made.get(purpose) ?? 0) + 1;
  scope.made.set(purpose, ordinal);
  return `patrix.${scope.id}.${ordinal}`;
}
