/**
 * The headers that every answer carries, so that web clients of any origin can read it; names and values in turn.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#web-browser-clients}
 */
export const corsHeaders: readonly string[] = [
  "access-control-allow-origin",
  "*",
  "access-control-allow-methods",
  "GET, HEAD, POST, PUT, DELETE, OPTIONS",
  "access-control-allow-headers",
  "X-Requested-With, Content-Type, Authorization, Date",
  "access-control-expose-headers",
  "Retry-After",
];
