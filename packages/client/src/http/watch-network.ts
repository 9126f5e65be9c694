/** The part of a browser's global object that is used here. */
interface NetworkEvents {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** Tells when the platform says that there is a network, or none; where it says nothing, nothing is told. Gives the way to stop. */
export function watchNetwork(tell: (reachable: boolean) => void): () => void {
  const source: unknown = globalThis;
  if (!hasEvents(source)) return () => {};
  const onOnline = (): void => tell(true);
  const onOffline = (): void => tell(false);
  source.addEventListener("online", onOnline);
  source.addEventListener("offline", onOffline);
  return () => {
    source.removeEventListener("online", onOnline);
    source.removeEventListener("offline", onOffline);
  };
}

function hasEvents(value: unknown): value is NetworkEvents {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof Reflect.get(value, "addEventListener") === "function" &&
    typeof Reflect.get(value, "removeEventListener") === "function"
  );
}
