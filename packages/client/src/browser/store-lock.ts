import { ClientError } from "../errors.ts";

/** The right to use a store, of one tab or worker at a time. */
export interface StoreLock {
  /** Settles when it is no longer held: because it was released, or because somebody has stolen it. */
  readonly ended: Promise<void>;
  release(): void;
}

/** How a lock is taken. */
export interface LockOptions {
  /** Whether to wait however long another one holds it. */
  readonly waits: boolean;
  /** Ends waiting. */
  readonly signal: AbortSignal;
}

/** How long a page that is just being left, as before a reload, may still hold the lock, in milliseconds. */
const handOverMs = 1000;

/**
 * Takes the lock of a store by Web Locks, which a browser gives back whatever happens to the tab.
 *
 * @throws {ClientError} `STORE_IN_USE`, `STOPPED`; `UNSUPPORTED_PLATFORM` where there are no Web Locks.
 */
export function takeStoreLock(name: string, { waits, signal }: LockOptions): Promise<StoreLock> {
  const locks: LockManager | undefined = globalThis.navigator?.locks;
  if (locks === undefined)
    throw new ClientError("UNSUPPORTED_PLATFORM", "a store in the browser needs Web Locks, which pages have over HTTPS and on localhost");
  const patience = waits ? signal : AbortSignal.any([signal, AbortSignal.timeout(handOverMs)]);
  return new Promise((resolve, reject) => {
    const ended = locks.request(`patrix:${name}`, { signal: patience }, () => new Promise<void>((release) => resolve({ ended, release })));
    ended.catch((error: unknown) => {
      if (signal.aborted) return reject(new ClientError("STOPPED", "the store is closed"));
      if (!patience.aborted) return reject(error);
      reject(new ClientError("STORE_IN_USE", `another tab or window has the store ${JSON.stringify(name)} open`, error));
    });
  });
}
