import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** The most that the young generation takes, in bytes: V8 would let it grow to twice as much. */
const YOUNG_BYTES = 64 * 1024 * 1024;
/** By how much the old generation may grow beyond what lives in it before it is collected; V8 would let it become four times as large. */
const GROWTH_PERCENT = 100;

/**
 * Keeps the heap of this process small. What a server holds for a while and then drops, such as the newest events of rooms, becomes garbage of
 * the old generation, which V8 collects late where there is much memory: it is collected at twice of what lives in it. The young generation stops
 * growing at 64 MiB, which is enough for most of what waits for a while to die in it: V8 takes its limit from the command line only, but asks
 * before each growth by how much, and is then told by nothing.
 */
export function boundMemory(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  const observer = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find((space) => space.space_name === "new_space");
    if (!young || young.space_size < YOUNG_BYTES) return;
    observer.disconnect();
    setFlagsFromString("--semi-space-growth-factor=1");
  });
  observer.observe({ entryTypes: ["gc"] });
}
