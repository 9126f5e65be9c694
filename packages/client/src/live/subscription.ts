/** Ends a subscription: call it, or let `using` do so. */
export interface Subscription extends Disposable {
  (): void;
}

/** Makes a subscription that runs `end` once, and also when the signal aborts. */
export function subscription(end: () => void, signal?: AbortSignal): Subscription {
  let ended = false;
  const once = (): void => {
    if (ended) return;
    ended = true;
    signal?.removeEventListener("abort", once);
    end();
  };
  if (signal?.aborted === true) once();
  else signal?.addEventListener("abort", once, { once: true });
  return Object.assign(once, { [Symbol.dispose]: once });
}
