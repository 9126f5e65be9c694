/** What is in memory already, as most of what a sync needs, or will be read: waiting for the first would cost more than the look itself. */
export type Ready<T> = T | Promise<T>;

/** Tells whether one has to wait. */
export function isLater<T>(value: Ready<T>): value is Promise<T> {
  return value instanceof Promise;
}

/** Goes on with what is ready at once, and with the rest when it is. */
export function whenReady<T, U>(value: Ready<T>, next: (value: T) => Ready<U>): Ready<U> {
  return isLater(value) ? value.then(next) : next(value);
}
