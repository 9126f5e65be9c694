/**
 * Headers of every answer that does not set them itself: a browser takes the answer for nothing but its type, and nothing between
 * server and client keeps what may be a token or a message.
 */
export const safeHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};
