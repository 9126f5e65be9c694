/**
 * The headers with which an answer can be read by web pages of every origin.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#web-browser-clients}
 */
export const corsHeaders: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
  "access-control-allow-headers": "X-Requested-With, Content-Type, Authorization, Date",
  "access-control-expose-headers": "Retry-After",
};
