import { defaultRateLimits, limits, type RateLimit } from "@patrix/homeserver";

/** A limit on what is stored or answered. */
export interface LimitRow {
  readonly name: string;
  readonly value: number;
  readonly what: string;
  /** Left out where the server takes less instead of refusing. */
  readonly errcode?: string | undefined;
}

/** A limit on how often something is done, as it is by default. */
export interface RateRow extends RateLimit {
  readonly action: string;
}

/** Every limit of the homeserver. */
export interface LimitTable {
  readonly limits: readonly LimitRow[];
  readonly rates: readonly RateRow[];
}

/** Lists the limits of the homeserver. */
export function limitTable(): LimitTable {
  return {
    limits: Object.entries(limits).map(([name, limit]) => ({ name, ...limit })),
    rates: Object.entries(defaultRateLimits).map(([action, rate]) => ({ action, ...rate })),
  };
}

/** Writes the limits as a page of the documentation. */
export function toMarkdown({ limits: rows, rates }: LimitTable): string {
  const number = (value: number): string => String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
  return `# Limits

Written by \`patrix limits --markdown\`.

## What is stored, and what one answer holds

A request that would pass a limit is refused with the error, and nothing of it is stored. Where there is no error, the server
takes or sends less: the oldest goes, or the answer goes on in the next one.

| limit | at most | | error |
| --- | ---: | --- | --- |
${rows.map(({ name, value, what, errcode = "" }) => `| ${name} | ${number(value)} | ${what} | ${errcode} |`).join("\n")}

Of the messages to a device that does not come, the oldest of the sender with most of them are dropped first: nobody can push
out what others have sent. Encryption survives that: an Olm session goes on after lost messages, and a room key that was in one
can be asked for again or comes from the key backup.

What a user takes in a day is stored with what it counts, so that a restart forgets nothing. Days begin at midnight UTC; an answer
with \`M_LIMIT_EXCEEDED\` says how long that is. \`daily_limits\` of the configuration sets other numbers, by the names of the table.

## How often

By user, or by address for who has no token, an IPv6 network of 64 bits being one address. \`rate_limits\` of the configuration
sets other numbers. What is done more often is answered with 429 \`M_LIMIT_EXCEEDED\` and the time to wait.

| action | a second | at once |
| --- | ---: | ---: |
${rates.map(({ action, per_second: perSecond, burst }) => `| ${action} | ${perSecond} | ${burst} |`).join("\n")}
`;
}
