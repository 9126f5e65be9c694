/** Why tests fail over Synapse, by a part of their name or the end of their path. */
export const explained: Readonly<Record<string, string>> = {};

/** What is not run over Synapse, and why. */
export const leftOut: readonly string[] = [
  "`packages/client/tests/browser`, `budget.test.ts`, `default-logger.test.ts`: they measure programs and pages, whatever the homeserver is",
  "tests beside the sources that speak to no homeserver",
];
