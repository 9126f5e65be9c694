const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DEFAULT_MS = 24 * HOUR_MS;
const LONGEST_MS = 48 * HOUR_MS;
const SHORTEST_MS = 5 * MINUTE_MS;

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * How long a good `.well-known` response is kept, in milliseconds: by `Cache-Control`, else by `Expires`, else 24 hours;
 * never less than 5 minutes, never more than 48 hours.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#resolving-server-names}
 */
export function cacheLifetimeMs(headers: Headers, nowTs: number): number {
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, statedLifetimeMs(headers, nowTs) ?? DEFAULT_MS));
}

/** How long a failure is kept, in milliseconds: one minute, doubled by each failure in a row, at most an hour. */
export function errorLifetimeMs(failures: number): number {
  return Math.min(HOUR_MS, MINUTE_MS * 2 ** Math.min(failures - 1, 10));
}

function statedLifetimeMs(headers: Headers, nowTs: number): number | undefined {
  const control = headers["cache-control"];
  if (control !== undefined) {
    if (/(?:^|[\s,])no-(?:store|cache)(?:$|[\s,=])/i.test(control)) return 0;
    const maxAge = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,12})/i.exec(control)?.[1];
    if (maxAge !== undefined) return Number(maxAge) * 1000;
  }
  const { expires } = headers;
  if (expires === undefined) return undefined;
  // Anything else is expired by RFC 9111; `Date.parse` would take "0" for a year.
  const expiresTs = /^[A-Z][a-z]+, .{10,24} GMT$/.test(expires) ? Date.parse(expires) : Number.NaN;
  return Number.isNaN(expiresTs) ? 0 : expiresTs - nowTs;
}
