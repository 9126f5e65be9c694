import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificate } from "@patrix/federation/testing";
import { type OurServer, ourServer } from "./ours.ts";
import type { DayServer, PeerLack, PeerProgram } from "./peer.ts";
import { Person } from "./person.ts";
import { makePlace } from "./place.ts";

/** Two servers, and people at each. */
export interface Day extends AsyncDisposable {
  readonly ours: OurServer;
  readonly theirs: DayServer;
  /** At ours. */
  readonly alice: Person;
  readonly anna: Person;
  /** At the other one. */
  readonly bob: Person;
  readonly ben: Person;
  readonly folder: string;
  /** Whether a server does something that not all do. */
  does(server: DayServer, what: PeerLack): boolean;
}

/** Starts both servers, with two people at each. @param version - Of the rooms that they make where nothing else is said. */
export async function beginDay(program: PeerProgram, command: string, version: string): Promise<Day> {
  const folder = await mkdtemp(join(tmpdir(), "patrix-interop-"));
  const certificate = makeCertificate(["localhost", "127.0.0.1"]);
  // The hosts differ, so that a rule of a server ACL is for one of them.
  const ours = ourServer(await makePlace(join(folder, "ours"), "127.0.0.1", certificate), version);
  const theirs = await program.configure(command, await makePlace(join(folder, "theirs"), "localhost", certificate));
  await Promise.all([ours.start(), theirs.start()]);
  const come = (server: DayServer, name: string): Promise<Person> => Person.register(server, name, version);
  const [alice, anna] = [await come(ours, "alice"), await come(ours, "anna")];
  const [bob, ben] = [await come(theirs, "bob"), await come(theirs, "ben")];
  return {
    ours,
    theirs,
    alice,
    anna,
    bob,
    ben,
    folder,
    does: (server, what) => server === ours || !program.lacks.includes(what),
    async [Symbol.asyncDispose]() {
      await ours[Symbol.asyncDispose]();
      await theirs[Symbol.asyncDispose]();
      if (process.env["PATRIX_KEEP_INTEROP"] === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
