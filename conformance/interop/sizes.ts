const isWhole = process.env["PATRIX_INTEROP"] === "whole";

/** How much is done in the day: what tests can wait for, or all of it in `npm run interop`. */
export const sizes = {
  isWhole,
  /** How many messages each side sends at the same time. */
  messages: isWhole ? 400 : 60,
  /** How many messages are in a room before anybody of the other side comes. */
  history: isWhole ? 150 : 30,
  /** How many messages are sent in each outage. A server asks for fifty that it misses at once. */
  outages: isWhole ? [30, 150] : [30],
} as const;
