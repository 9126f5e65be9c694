/** The part of Node's `process` that is used here. */
interface SignalSource {
  on(signal: string, listener: () => void): unknown;
  off(signal: string, listener: () => void): unknown;
}

/** Calls back when the process is asked to end, where there is such a thing; gives the way to stop listening. */
export function onShutdown(callback: () => void): () => void {
  const source: unknown = Reflect.get(globalThis, "process");
  if (!isSignalSource(source)) return () => {};
  const signals = ["SIGINT", "SIGTERM"];
  for (const signal of signals) source.on(signal, callback);
  return () => {
    for (const signal of signals) source.off(signal, callback);
  };
}

function isSignalSource(value: unknown): value is SignalSource {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof Reflect.get(value, "on") === "function" &&
    typeof Reflect.get(value, "off") === "function"
  );
}
