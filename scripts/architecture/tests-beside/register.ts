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
    files: /^http\/(admin|client-server|pages)\//,
    reason:
      "handlers: every operation is asked over HTTP, by everyone who may ask in tests/access, and with bad input in tests/bad-input.test.ts",
  },
  {
    folder: "homeserver",
    files: /^(compose\/|accounts\/open-accounts\.ts$|directory\/open-directory\.ts$)/,
    reason: "composition: every test that boots a server runs it, and tests/store-failure.test.ts ends one",
  },
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
    files: /^(check\/|store\/(snapshot|(sqlite|postgres)\/(sqlite|postgres)-snapshot)\.ts$)/,
    reason: "tests/check: every kind of damage, in databases of both engines that a server has made",
  },
  {
    folder: "homeserver",
    files: /^(backup\/|store\/sqlite\/(dialect|single-file)\.ts$|media\/stored-media\.ts$)/,
    reason: "tests/backup: servers that are backed up while messages come, restored between both engines, and backups that are damaged",
  },
  { folder: "homeserver", files: /^store\/sqlite\/writer-thread\.ts$/, reason: "runs only as a thread, which writer.test.ts starts" },
  { folder: "homeserver", files: /^testing\//, reason: "the servers of tests: whoever uses them tests them" },
  {
    folder: "client",
    files: /^(auth\/(login|session-holder)|http\/(discover-homeserver|fetch-once)|media\/media|profile\/profile|push\/notifications)\.ts$/,
    reason: "tests/client.test.ts: finding the server, sessions, patience, and two clients in a room that send files and notice messages",
  },
  {
    folder: "client",
    files: /^(create-client|rooms\/(create-sender|room-directory|room-handles?))\.ts$/,
    reason: "tests/client.test.ts: two clients in a room, which talk, look at each other's rooms, and start again",
  },
  { folder: "client", files: /^rooms\/direct-rooms\.ts$/, reason: "tests/direct-chats.test.ts" },
  { folder: "client", files: /^rooms\/plain-text-guard\.ts$/, reason: "tests/plain-text.test.ts" },
  {
    folder: "client",
    files: /^rooms\/(event-dispatcher|event-factory|matrix-event)\.ts$/,
    reason: "tests/client.test.ts and tests/edits.test.ts: events that are handed on, answered, edited and left out",
  },
  { folder: "client", files: /^base\/(members|room-data|room-draft|room-name)\.ts$/, reason: "the parts of base/reduce-sync.test.ts" },
  { folder: "client", files: /^live\/(live-list|lossless-queue)\.ts$/, reason: "live/live.test.ts" },
  { folder: "client", files: /^http\/retry-policy\.ts$/, reason: "http/limits.test.ts: the pause between tries" },
  { folder: "client", files: /^outbox\/sending\.ts$/, reason: "outbox/outbox.test.ts" },
  { folder: "client", files: /^node\//, reason: "tests/stores.test.ts: the same for every store, and what SQLite has besides" },
  {
    folder: "client",
    files: /^sync\/(client-runner|commit-queue|sync-loop)\.ts$/,
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
