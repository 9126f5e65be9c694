// Files of the programs whose tests are not beside them: where they are instead. An entry that is not needed is a finding.

/** Some files without a test beside them. */
export interface TestedElsewhere {
  readonly folder: string;
  /** Paths from the package's `src` on. */
  readonly files: RegExp;
  /** Which tests state what they do, or why there is nothing to state. */
  readonly reason: string;
}

/** The files that are tested elsewhere. */
export const TESTED_ELSEWHERE: readonly TestedElsewhere[] = [
  {
    folder: "homeserver",
    files:
      /^(other-servers\.ts|http\/server-server\/|rooms\/(open-rooms|partial\/|receive\/outside-(membership|rooms?)|write\/redaction-target)|federation\/((history|intake|membership|keys|policy)\/|destinations\/(missed-events|follow-(ephemeral|presence)|visible-to)|errors|(devices|media)-of-others|network|open-federation|room-servers|signed-events))/,
    reason:
      "tests/federation: servers of one process that talk to each other, servers that a test plays and that mean harm, and the limits of both",
  },
  {
    folder: "homeserver",
    files:
      /^(e2ee\/(complete-device-edus|device-list-edus|direct-to-device|follow-memberships|read-device-list|remote-device-lists|remote-keys|stale-device-lists)|media\/remote-media)\.ts$/,
    reason: "tests/federation: devices, device-limits and media, of servers that talk to each other",
  },
  {
    folder: "homeserver",
    files: /^http\/access\/requester\.ts$/,
    reason: "tests/access: every operation by everybody who may ask",
  },
  {
    folder: "homeserver",
    files: /^http\/access\/bounded-by\.ts$/,
    reason: "expensive-reads.test.ts beside it, of clients, and http/server-server/bounded-requests.test.ts, of servers",
  },
  {
    folder: "homeserver",
    files: /^http\/(admin|client-server|pages)\//,
    reason:
      "handlers: every operation is asked over HTTP, by everyone who may ask in tests/access, and with bad input in tests/bad-input.test.ts",
  },
  {
    folder: "homeserver",
    files: /^(compose\/|accounts\/open-accounts\.ts$|directory\/open-directory\.ts$|media\/open-media\.ts$)/,
    reason: "composition: every test that boots a server runs it, and tests/store-failure.test.ts ends one",
  },
  {
    folder: "homeserver",
    files:
      /^(rooms\/(delayed\/(delayed-events|require-sendable)|membership\/send-event)|sync\/cuts\/sticky-section|accounts\/send-refusal|http\/errors\/describe-refusal)\.ts$/,
    reason: "tests/delayed-events.test.ts and tests/sticky-events.test.ts: over HTTP, over restarts, and at their limits",
  },
  {
    folder: "homeserver",
    files: /^(rooms\/threads\/thread-subscriptions|push\/thread-rules)\.ts$/,
    reason: "tests/thread-subscriptions.test.ts: over HTTP, with what follows for notifications",
  },
  {
    folder: "homeserver",
    files: /^(rooms\/membership\/(auto-join|server-notices)|http\/access\/suspension|rooms\/receive\/received-redaction)\.ts$/,
    reason: "tests/new-users.test.ts, tests/login-by-token.test.ts and tests/relations/received-redactions.test.ts",
  },
  {
    folder: "homeserver",
    files: /^media\/preview\//,
    reason: "tests/previews: over HTTP, of pages on a web of this machine, hostile ones too, with name servers that lie",
  },
  {
    folder: "homeserver",
    files:
      /^(accounts\/room-marks|sync\/sliding\/(bump-stamps|connections|required-state|room-(filters|list|traits)|sliding-(answer|request|room|sync)|windows|write-sliding-room|extensions\/(device-extensions|read-extensions|room-streams|sticky-events)))\.ts$/,
    reason:
      "tests/sliding: over HTTP, at their limits, over restarts and lost answers; tests/sync-model.test.ts compares what clients make of the answers with the rooms",
  },
  {
    folder: "homeserver",
    files: /^sync\/cuts\/room-spans\.ts$/,
    reason: "sync/cuts/room-updates.test.ts and tests/sync-model.test.ts, for both kinds of sync that read spans",
  },
  {
    folder: "homeserver",
    files:
      /^(appservice\/(appservice-connection|appservice-streams?|appservices|entity-queries|interest|read-news|third-party-networks|transaction-body)|http\/access\/by-appservice-token)\.ts$/,
    reason: "tests/appservice: over HTTP, with services that answer, fail, hang and come back, and across restarts",
  },
  { folder: "homeserver", files: /^outbound\/send-request\.ts$/, reason: "outbound/post-json.test.ts: all that is sent goes through it" },
  { folder: "homeserver", files: /^errors\.ts$/, reason: "http/errors/wire-errors.test.ts goes through every error" },
  {
    folder: "homeserver",
    files:
      /^store\/(postgres\/(connect|database|open-failure|postgres-store|read-pool|write-batch|writer)|copy\/(copy-store|tables)|schema|statement)\.ts$/,
    reason: "tests/store: what every store promises, and what one does whose server goes away, over a real PostgreSQL",
  },
  {
    folder: "homeserver",
    files: /^rooms\/(read\/(bundled-aggregations|event-at-time|event-context|related-events|thread-list)|timeline\/relations)\.ts$/,
    reason: "tests/relations: over HTTP, at their limits, and compared with the whole timeline after random steps",
  },
  {
    folder: "homeserver",
    files:
      /^(search\/(search-(answer|index|results|scope|text)|visible-candidates)|rooms\/(read\/events-around|timeline\/backfill-events))\.ts$/,
    reason:
      "tests/search: over HTTP, at their limits, and compared with a reading of everything after random steps; tests/relations/context.test.ts; tests/earlier-releases.test.ts",
  },
  {
    folder: "homeserver",
    files: /^(rooms\/purge\/|compose\/purges)/,
    reason: "tests/purge and tests/federation/purge.test.ts: over HTTP, with restarts, other servers, and the check of the database",
  },
  {
    folder: "homeserver",
    files: /^federation\/destinations\/destination-metrics\.ts$/,
    reason: "tests/federation/metrics.test.ts: what a monitoring system reads",
  },
  { folder: "federation", files: /^client\/server-resolver\.ts$/, reason: "src/client/federation-client.test.ts, by way of requests" },
  {
    folder: "homeserver",
    files: /^rooms\/(timeline\/retention|receive\/purge-messages)\.ts$/,
    reason:
      "tests/retention and tests/federation/retention.test.ts: every path that tells of messages, forks, and the check of the database",
  },
  {
    folder: "homeserver",
    files: /^(check\/|store\/(snapshot|(sqlite|postgres)\/(sqlite|postgres)-snapshot)\.ts$)/,
    reason: "tests/check: every kind of damage, in databases of both engines that a server has made",
  },
  {
    folder: "homeserver",
    files: /^(backup\/|store\/sqlite\/(dialect|single-file)\.ts$|media\/stored-media\.ts$)/,
    reason: "tests/backup: servers that are backed up while messages come, restored between both engines, and backups that are damaged",
  },
  { folder: "homeserver", files: /^store\/sqlite\/writer-thread\.ts$/, reason: "runs only as a thread, which writer.test.ts starts" },
  {
    folder: "homeserver",
    files: /^rooms\/state\/resolution-(thread|protocol)\.ts$/,
    reason: "one runs only as a thread, the other is what it is told: resolutions.test.ts starts it and looks at the messages",
  },
  { folder: "homeserver", files: /^testing\//, reason: "the servers of tests: whoever uses them tests them" },
  {
    folder: "client",
    files:
      /^(auth\/(login|session-holder)|http\/(discover-homeserver|fetch-once)|media\/(create-media|transfers)|profile\/profile|push\/(notifications|push-evaluator))\.ts$/,
    reason: "tests/client.test.ts: finding the server, sessions, patience, and two clients in a room that send files and notice messages",
  },
  {
    folder: "client",
    files: /^auth\/(logins|pending-logins|oauth\/(authorization-server|oauth-login))\.ts$/,
    reason:
      "tests/logins: logins over the pages of real providers, what becomes of their sessions, and answers that are none; tests/browser",
  },
  {
    folder: "client",
    files: /^(create-client|rooms\/(create-(file-)?sender|found-rooms|room-directory|room-handles?))\.ts$/,
    reason: "tests/client.test.ts: two clients in a room, which talk, look at each other's rooms, and start again",
  },
  { folder: "client", files: /^rooms\/direct-rooms\.ts$/, reason: "tests/direct-chats.test.ts" },
  {
    folder: "client",
    files: /^encryption\/(client-encryption|create-encryption|encrypted-sync|encryption|no-encryption|recipients|room-encryption)\.ts$/,
    reason:
      "tests/encryption.test.ts, tests/encryption-faults.test.ts, tests/recovery.test.ts and tests/plain-text.test.ts: encrypted rooms on a homeserver",
  },
  {
    folder: "client",
    files: /^encryption\/verification\.ts$/,
    reason: "tests/verification.test.ts: devices that compare emoji; tests/verification-methods.test.ts: codes, and users in rooms",
  },
  { folder: "client", files: /^media\/read-local-file\.ts$/, reason: "src/media/open-file.test.ts beside it" },
  { folder: "client", files: /^stores\/store\.ts$/, reason: "tests/stores.test.ts, and tests/new-login.test.ts for what is forgotten" },
  {
    folder: "client",
    files: /^stores\/(delete-databases|sealed-coding|value-coding)\.ts$/,
    reason: "tests/stores.test.ts: stores with and without a passphrase",
  },
  {
    folder: "client",
    files: /^browser\//,
    reason: "tests/stores.test.ts: the same for every store; tests/browser: in Chromium, with what only happens to a browser",
  },
  {
    folder: "client",
    files: /^rooms\/(event-dispatcher|event-factory|matrix-event)\.ts$/,
    reason: "tests/client.test.ts and tests/edits.test.ts: events that are handed on, answered, edited and left out",
  },
  {
    folder: "client",
    files: /^timeline\/(closing|local-echoes|open-timelines|page-requests|read-positions|relate-events|thread-list|timeline-.+)\.ts$/,
    reason: "tests/timeline.test.ts, and tests/timeline-model.test.ts, which compares timelines with the history of the room",
  },
  {
    folder: "client",
    files: /^timeline\/poll-.+\.ts$/,
    reason: "tests/polls.test.ts: polls between two users, encrypted and not",
  },
  {
    folder: "client",
    files: /^sync\/v3-protocol\.ts$/,
    reason: "tests/first-sync.test.ts: first answers with many rooms, and broken ones",
  },
  { folder: "client", files: /^sync\/json-scanner\.ts$/, reason: "src/sync/split-answer.test.ts: answers of any kind" },
  {
    folder: "client",
    files: /^sync\/(from-sliding|sliding-protocol|sync-protocol)\.ts$/,
    reason: "tests/sliding-sync.test.ts: both ways to sync lead to the same rooms",
  },
  {
    folder: "client",
    files: /^(room-list\/room-(filter|order)|base\/room-kind)\.ts$/,
    reason: "room-list/room-list.test.ts and room-list/room-list-changes.test.ts",
  },
  {
    folder: "client",
    files: /^base\/(redact-event|members|room-data|room-draft|room-name)\.ts$/,
    reason: "the parts of base/reduce-sync.test.ts",
  },
  {
    folder: "client",
    files: /^live\/(list-diff|live-list|lossless-queue)\.ts$/,
    reason: "live/live.test.ts; moves and changes in live/longest-increasing.test.ts",
  },
  { folder: "client", files: /^http\/retry-policy\.ts$/, reason: "http/limits.test.ts: the pause between tries" },
  { folder: "client", files: /^outbox\/(outbox-item|room-watchers|send-item|sending)\.ts$/, reason: "outbox/outbox.test.ts" },
  {
    folder: "client",
    files: /^outbox\/outbox-(entries|preparation)\.ts$/,
    reason: "outbox/outbox-entry.test.ts, and tests/dependents.test.ts, where the program dies at any step",
  },
  { folder: "client", files: /^node\//, reason: "tests/stores.test.ts: the same for every store, and what SQLite has besides" },
  {
    folder: "client",
    files: /^sync\/(apply-sync|client-runner|commit-queue|sync-loop)\.ts$/,
    reason: "tests/client.test.ts (stopping and starting), tests/faults.test.ts and tests/outages.test.ts",
  },
  { folder: "client", files: /^errors\.ts$/, reason: "tests of whatever fails match its codes" },
  { folder: "bot", files: /^arg-values\.ts$/, reason: "args-spec.test.ts: the values of the arguments" },
  { folder: "bot", files: /^(autojoin|create-bot|message-router)\.ts$/, reason: "tests/bot.test.ts: bots on a homeserver" },
  {
    folder: "server",
    files: /^(create-responder|current-request|fetch-exchange|node\/.+)\.ts$/,
    reason: "tests: requests, answers and hostile requests through both adapters, and what the Node adapter does besides",
  },
  { folder: "cli", files: /^/, reason: "tests run each command as its user does, and look at what it prints" },
  {
    folder: "federation",
    files: /^authentication\/(read-authorization|verify-request)\.ts$/,
    reason: "authentication/request-authentication.test.ts",
  },
  { folder: "federation", files: /^ports\/watched-body\.ts$/, reason: "requests/open-media.test.ts" },
  { folder: "federation", files: /^client\/backoff\.ts$/, reason: "client/federation-client.test.ts: backoff" },
  { folder: "federation", files: /^discovery\/well-known-cache\.ts$/, reason: "discovery/resolve-server-name.test.ts" },
  {
    folder: "federation",
    files: /^keys\/(check-server-keys|notary-queries|own-server-keys)\.ts$/,
    reason: "keys/key-ring.test.ts",
  },
  { folder: "federation", files: /^transactions\/(build-transaction|server-acl)\.ts$/, reason: "transactions/transactions.test.ts" },
  { folder: "federation", files: /^node\//, reason: "tests/node-adapters.test.ts, against real servers on this machine" },
  { folder: "federation", files: /^(testing\/|errors\.ts$)/, reason: "the tools of the tests of all others" },
];
