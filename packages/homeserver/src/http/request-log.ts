import type { Clock } from "@patrix/concurrency";
import type { AnsweredRequest } from "@patrix/server/node";
import type { LogFields, Logger } from "./logger.ts";

/** What takes longer is told at level info, in milliseconds. */
const SLOW_MS = 1000;
/** Operations whose requests wait for news: that they take long says nothing. */
const longPolls: ReadonlySet<string> = new Set(["sync", "getEvents", "peekEvents"]);
/** Lines at level info in one second; a flood of refusals must not become a flood of lines. */
const MAX_LINES_PER_SECOND = 20;
/** Paths that lead nowhere and are counted each by itself. */
const MAX_UNKNOWN = 1000;

/**
 * Logs requests: each at level debug; at level info those that were slow, and those that were refused with 429 or failed with 5xx.
 * Names operations and templates of paths, never a path itself, which names people and rooms.
 */
export function requestLog(logger: Logger, clock: Clock): (answered: AnsweredRequest) => void {
  const unknown = new Map<string, number>();
  const window = { second: 0, lines: 0 };
  const tell = (message: string, fields: LogFields): void => {
    const second = Math.floor(clock.now() / 1000);
    if (second !== window.second) {
      if (window.lines > MAX_LINES_PER_SECOND) logger.info("requests left out of the log", { count: window.lines - MAX_LINES_PER_SECOND });
      Object.assign(window, { second, lines: 0 });
    }
    window.lines += 1;
    if (window.lines <= MAX_LINES_PER_SECOND) logger.info(message, fields);
  };
  return (answered) => {
    const { method, endpoint, status, durationMs } = answered;
    const fields = describe(answered);
    if (!endpoint) {
      const key = unknown.size < MAX_UNKNOWN || unknown.has(`${method} ${fields.path}`) ? `${method} ${fields.path}` : "others";
      const count = (unknown.get(key) ?? 0) + 1;
      unknown.set(key, count);
      logger.debug("unknown endpoint", { ...fields, count });
    } else if (status >= 500) tell("request failed", fields);
    else if (status === 429) tell("request refused", fields);
    else if (durationMs > SLOW_MS && !longPolls.has(endpoint.id)) tell("slow request", fields);
    else logger.debug("request", fields);
  };
}

function describe({ method, path, endpoint, status, durationMs, sizeBytes, isComplete }: AnsweredRequest): LogFields & { path: string } {
  return {
    method,
    ...(endpoint ? { operation: endpoint.id, path: newestPath(endpoint) } : { path: template(path) }),
    status,
    duration_ms: Math.round(durationMs * 10) / 10,
    bytes: sizeBytes,
    ...(isComplete ? {} : { complete: false }),
  };
}

function newestPath({ routes }: NonNullable<AnsweredRequest["endpoint"]>): string {
  return (routes.find(({ stability }) => stability === "stable") ?? routes[0])?.path ?? "";
}

/** A path without what may be a name or a secret: only words as the specification writes them stay. */
function template(path: string): string {
  const steps = path.split("/").slice(0, 10);
  return steps.map((step) => (/^[A-Za-z._]{0,32}$|^[rv]\d$/.test(step) ? step : "{}")).join("/");
}
