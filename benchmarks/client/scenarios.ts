// What is measured of our client, and beside it of matrix-js-sdk, each session in a process of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure } from "../homeserver/scenario.ts";
import type { AccountSize } from "./account.ts";
import { runJob } from "./child.ts";
import type { EncryptionCosts, EncryptionJob, MessageCost } from "./encryption-process.ts";
import { importCost } from "./importing.ts";
import type { MeasuredAccount } from "./measured-session.ts";
import { multiplyStore } from "./multiply-store.ts";
import type { SessionCost, SessionJob } from "./session-process.ts";
import type { StoreCost, StoreCosts, StoreJob } from "./store-process.ts";

/** How much of everything. */
export interface ClientSizes {
  readonly account: AccountSize;
  /** How many times as many rooms our client is restarted with as well: those of its store, copied. */
  readonly times: number;
  readonly sends: number;
  /** That are encrypted and decrypted in one round. */
  readonly encrypted: number;
  readonly rounds: number;
  /** How long what goes on after the rooms are there gets to be done, in milliseconds. */
  readonly quietMs: number;
}

/** Where sessions are measured. */
export interface ClientPlace {
  readonly sizes: ClientSizes;
  /** Whether the built packages are measured, rather than the sources. */
  readonly isBuilt: boolean;
  /** Somebody who is in rooms, as a new device. For the same object it is the same user. */
  readonly account: (size: AccountSize) => Promise<MeasuredAccount>;
}

/** Figures of our client, and of what it is compared with, under the same names. */
export interface SidedFigures {
  readonly ours: readonly Figure[];
  readonly theirs: readonly Figure[];
}

/** Measures; `addRound` takes the figures of each round. */
export type ClientScenario = (place: ClientPlace, addRound: (figures: SidedFigures) => void) => Promise<void>;

const clients = ["ours", "matrix-js-sdk"] as const;
type ClientName = (typeof clients)[number];

/** Measures both clients in turn, another one first in each round. */
async function alternate<T>(round: number, measure: (client: ClientName) => Promise<T>): Promise<{ ours: T; theirs: T }> {
  const found = new Map<ClientName, T>();
  for (const client of round % 2 === 0 ? clients : clients.toReversed()) found.set(client, await measure(client));
  // Both were measured.
  return { ours: found.get("ours") as T, theirs: found.get("matrix-js-sdk") as T };
}

function sided<T>({ ours, theirs }: { ours: T; theirs: T }, figuresOf: (value: T) => readonly Figure[]): SidedFigures {
  return { ours: figuresOf(ours), theirs: figuresOf(theirs) };
}

const imports: ClientScenario = async ({ sizes, isBuilt }, addRound) => {
  for (let round = 0; round < sizes.rounds; round++) {
    const costs = await alternate(round, async (client) => importCost(client, isBuilt));
    addRound(
      sided(costs, ({ ms, rssMiB }) => [
        { name: "import", value: ms, unit: "ms" },
        { name: "import: memory", value: rssMiB, unit: "MiB" },
      ]),
    );
  }
};

const firstSync: ClientScenario = async ({ sizes, isBuilt, ...place }, addRound) => {
  const { rooms } = sizes.account;
  const account = await place.account(sizes.account);
  const what = `first sync of ${rooms} rooms`;
  const run = (client: ClientName, watches: boolean): Promise<SessionCost> =>
    runJob("session-process.ts", { client, account, rooms, quietMs: sizes.quietMs, watches } satisfies SessionJob, isBuilt);
  for (let round = 0; round < sizes.rounds; round++) {
    addRound(
      sided(await alternate(round, (client) => run(client, false)), (cost) => [
        { name: `${what}: to the room list`, value: cost.listMs, unit: "ms" },
        { name: `${what}: CPU`, value: cost.cpuMs, unit: "ms" },
        { name: `${what}: heap`, value: cost.heapMiB, unit: "MiB" },
        { name: `${what}: most memory`, value: cost.peakMiB, unit: "MiB" },
        { name: `${what}: the list and its names`, value: cost.namesMs, unit: "ms" },
      ]),
    );
    addRound(
      sided(await alternate(round, (client) => run(client, true)), (cost) => [
        { name: `${what}: longest slice`, value: cost.busyMs, unit: "ms of processor" },
        { name: `${what}: longest pause`, value: cost.pauseMs, unit: "ms" },
      ]),
    );
  }
};

const restart: ClientScenario = async ({ sizes, isBuilt, ...place }, addRound) => {
  const account = await place.account(sizes.account);
  await using folder = await temporaryFolder();
  const pathOf = (client: ClientName, times: number): string => join(folder.path, `${client}-${times}.db`);
  const run = async (client: ClientName, times: number): Promise<readonly Figure[]> => {
    const rooms = sizes.account.rooms * times;
    const store = { path: pathOf(client, times) };
    const job: SessionJob = { client, account, rooms, quietMs: sizes.quietMs, store };
    const cost = await runJob<SessionCost>("session-process.ts", job, isBuilt);
    return [
      { name: `restart with ${rooms} rooms: to the room list`, value: cost.listMs, unit: "ms" },
      { name: `restart with ${rooms} rooms: from the start of the process`, value: cost.sinceStartMs, unit: "ms" },
      { name: `restart with ${rooms} rooms: CPU`, value: cost.cpuMs, unit: "ms" },
    ];
  };
  // The first run fills the store.
  for (const client of clients) await run(client, 1);
  await multiplyStore(pathOf("ours", 1), pathOf("ours", sizes.times), sizes.times);
  for (let round = 0; round < sizes.rounds; round++) {
    addRound(await alternate(round, (client) => run(client, 1)));
    addRound({ ours: await run("ours", sizes.times), theirs: [] });
  }
};

const passphrase: ClientScenario = async ({ sizes, isBuilt, ...place }, addRound) => {
  const { rooms } = sizes.account;
  const account = await place.account(sizes.account);
  await using folder = await temporaryFolder();
  const secret = "correct horse battery staple";
  const run = (name: string, passphrase?: string, watches = false): Promise<SessionCost> => {
    const store = { path: join(folder.path, name), passphrase };
    return runJob(
      "session-process.ts",
      { client: "ours", account, rooms, quietMs: sizes.quietMs, watches, store } satisfies SessionJob,
      isBuilt,
    );
  };
  for (let round = 0; round < sizes.rounds; round++) {
    const [plainFirst, sealedFirst] = [await run(`plain-${round}.db`), await run(`sealed-${round}.db`, secret)];
    const [plainAgain, sealedAgain] = [await run(`plain-${round}.db`), await run(`sealed-${round}.db`, secret)];
    const [plainWatched, sealedWatched] = [
      await run(`plain-watched-${round}.db`, undefined, true),
      await run(`sealed-watched-${round}.db`, secret, true),
    ];
    const figures = (first: SessionCost, again: SessionCost, watched: SessionCost): Figure[] => [
      { name: `first sync of ${rooms} rooms into SQLite: CPU`, value: first.cpuMs, unit: "ms" },
      { name: `first sync of ${rooms} rooms into SQLite: longest slice`, value: watched.busyMs, unit: "ms of processor" },
      { name: `restart with ${rooms} rooms from that: CPU`, value: again.cpuMs, unit: "ms" },
    ];
    addRound({ ours: figures(sealedFirst, sealedAgain, sealedWatched), theirs: figures(plainFirst, plainAgain, plainWatched) });
  }
  const { rows, plain, sealed } = await runJob<StoreCosts>(
    "store-process.ts",
    { path: join(folder.path, "plain-0.db"), rounds: sizes.rounds } satisfies StoreJob,
    isBuilt,
  );
  const figures = ({ openMs, writeMs, readMs }: StoreCost): Figure[] => [
    { name: "the store alone: opening it", value: openMs, unit: "ms" },
    { name: `the store alone: writing its ${rows} rows`, value: writeMs, unit: "ms" },
    { name: `the store alone: reading its ${rows} rows`, value: readMs, unit: "ms" },
  ];
  addPairs({ ours: sealed, theirs: plain }, figures, addRound);
};

/** The size of an account in no room. */
const alone: AccountSize = { rooms: 0, others: 0, messages: 0 };

const encryption: ClientScenario = async ({ sizes, isBuilt, account }, addRound) => {
  const [bare, driven] = [await account(alone), await account(alone)];
  const job: EncryptionJob = { bare, driven, messages: sizes.encrypted, rounds: sizes.rounds };
  const costs = await runJob<EncryptionCosts>("encryption-process.ts", job, isBuilt);
  const figures = ({ encryptMs, encryptCpuMs, decryptMs, decryptCpuMs }: MessageCost): Figure[] => [
    { name: "encrypt a message", value: encryptMs, unit: "ms" },
    { name: "encrypt a message: CPU", value: encryptCpuMs, unit: "ms" },
    { name: "decrypt a message", value: decryptMs, unit: "ms" },
    { name: "decrypt a message: CPU", value: decryptCpuMs, unit: "ms" },
  ];
  addPairs({ ours: costs.driven, theirs: costs.bare }, figures, addRound);
};

function addPairs<T>(
  { ours, theirs }: { readonly ours: readonly T[]; readonly theirs: readonly T[] },
  figures: (value: T) => readonly Figure[],
  addRound: (figures: SidedFigures) => void,
): void {
  for (const [round, own] of ours.entries()) {
    const other = theirs[round];
    if (other) addRound({ ours: figures(own), theirs: figures(other) });
  }
}

const sends: ClientScenario = async ({ sizes, isBuilt, ...place }, addRound) => {
  for (let round = 0; round < sizes.rounds; round++) {
    const run = async (client: ClientName, stored: boolean): Promise<number> => {
      await using folder = await temporaryFolder();
      // With a user of its own each time, who is in no room yet.
      const account = await place.account({ ...alone });
      const store = stored ? { path: join(folder.path, "a.db") } : undefined;
      const job: SessionJob = { client, account, rooms: 0, quietMs: sizes.quietMs, sends: sizes.sends, store };
      return (await runJob<SessionCost>("session-process.ts", job, isBuilt)).sendsPerSecond;
    };
    const stored = await run("ours", true);
    const inMemory = await alternate(round, (client) => run(client, false));
    addRound(sided(inMemory, (value) => [{ name: `${sizes.sends} sends into one room at once, kept in memory`, value, unit: "/s" }]));
    addRound({ ours: [{ name: `${sizes.sends} sends into one room at once, kept in SQLite`, value: stored, unit: "/s" }], theirs: [] });
  }
};

interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "patrix-bench-client-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** A scenario, and what the figures of ours stand beside. */
export interface NamedScenario {
  readonly run: ClientScenario;
  readonly title: string;
  readonly beside: string;
}

const jsSdk = "matrix-js-sdk";

/** What is measured, in this order. */
export const scenarios: Readonly<Record<string, NamedScenario>> = {
  import: { run: imports, title: "importing it", beside: jsSdk },
  first: { run: firstSync, title: "the first sync, kept in memory", beside: jsSdk },
  restart: { run: restart, title: "a restart from SQLite, after the import", beside: jsSdk },
  passphrase: { run: passphrase, title: "a store with a passphrase", beside: "without one" },
  encryption: { run: encryption, title: "messages of an encrypted room, keys in SQLite", beside: "the bare engine" },
  sends: { run: sends, title: "sending", beside: jsSdk },
};
