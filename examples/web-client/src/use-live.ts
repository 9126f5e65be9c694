import type { Live } from "@patrix/client";
import { useEffect, useState } from "preact/hooks";

/** The value of something live, drawn anew when it changes. */
export function useLive<T>(live: Live<T>): T {
  // Values that are changed in place, as rooms are, are drawn anew too.
  const [{ value, of }, set] = useState({ value: live.value, of: live });
  useEffect(() => {
    set({ value: live.value, of: live });
    return live.subscribe((next) => set({ value: next, of: live }));
  }, [live]);
  return of === live ? value : live.value;
}
