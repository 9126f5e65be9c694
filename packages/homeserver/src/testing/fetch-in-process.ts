import type { FetchHandler } from "@patrix/server";

/** A `fetch` that reaches one server of this process by no connection, whatever the host of the URL. */
export function fetchInProcess(handler: FetchHandler): typeof fetch {
  return (input, init) => {
    const request = new Request(input, init);
    const { signal } = request;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      // It never rejects.
      void handler(request, { clientAddress: "127.0.0.1" }).then((response) => {
        signal.removeEventListener("abort", onAbort);
        resolve(response);
      });
    });
  };
}
