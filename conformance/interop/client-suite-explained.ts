const NAMES = "Synapse gives new users a name to show, their localpart; without one, as on ours, a direct chat has the user ID";
const RELATIONS = "Synapse refuses relations to events that it does not know (400), which the test sends on purpose";

/** Why tests fail over Synapse, by a part of their name or the end of their path. */
export const explained: Readonly<Record<string, string>> = {
  "has the rooms that the user has joined, unless others are wanted": NAMES,
  "has the kind of rooms that is wanted": NAMES,
  "shows others when it is filtered anew": NAMES,
  "edits are handed on where they count": RELATIONS,
  "gets no plain text of any kind": RELATIONS,
  "are receipts, typing and account data, what a membership event did":
    "Synapse makes a room event by event; a sync in between brings the invite as news, where on ours the room is there as a whole",
  "both sides go on after a restart, with the same devices":
    "transactions that Synapse sends again carry events alone: messages to devices of the time in which a bridge was away are lost, and with them the keys",
  "are made by a login where the homeserver knows no other way":
    "with MSC4190 in the registration Synapse refuses that login, as it says it does",
  "about third-party networks are answered": "Synapse answers for a network that no service has with an empty list, ours with M_NOT_FOUND",
  "about users and aliases are answered": "Synapse does not ask a service for a user whose profile is looked up",
};

/** What is not run over Synapse, and why. */
export const leftOut: readonly string[] = [
  "`packages/client/tests/browser`, `budget.test.ts`, `default-logger.test.ts`: they measure programs and pages, whatever the homeserver is",
  "`packages/client/tests/logins` and `oauth-bot.test.ts`: other people's ways to log in stand before the homeserver there; `conformance/interop/logins.test.ts` has Synapse with its own",
  "tests beside the sources that speak to no homeserver",
  "tests that need a clock of their own in the server, or settings that only ours has, fail at their start and are counted as failed",
];
