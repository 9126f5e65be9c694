// Programs are built on the library: they repeat none of its names, and what none of them uses has a line that says for whom it is.
import { workspaceRoot } from "./docs-coverage.ts";
import { type Finding, report } from "./finding.ts";
import { LAYERS } from "./layers.ts";
import { findRepeated } from "./library/find-repeated.ts";
import { findUnused, type Unused } from "./library/find-unused.ts";
import { type AllowedRepetition, REPETITIONS, UNUSED, type UnusedGroup } from "./library/register.ts";
import { WorkspaceSources } from "./library/workspace-sources.ts";

const LIBRARY: readonly string[] = LAYERS.slice(0, 4).flat();
/** Programs that must not repeat the library. */
const BUILT_ON_IT: readonly string[] = ["client", "bot", "homeserver"];
/** Programs whose use counts. */
const PROGRAMS: readonly string[] = [...BUILT_ON_IT, "cli", "federation", "server"];

/** What {@link checkLibrary} forgives. */
export interface Register {
  readonly repetitions: readonly AllowedRepetition[];
  readonly unused: readonly UnusedGroup[];
}

function isIn({ folder, files, names }: UnusedGroup, { folder: of, file, name }: Unused): boolean {
  const path = file.slice(`packages/${of}/src/`.length);
  return folder === of && (files?.test(path) ?? true) && (names?.test(name) ?? true);
}

function describe({ folder, files, names }: UnusedGroup): string {
  return [folder, files?.source, names?.source].filter((part) => part !== undefined).join(" ");
}

/** Checks the workspace below a folder against a register. */
export function checkLibrary(root: string, register: Register): { readonly findings: Finding[]; readonly unused: readonly Unused[] } {
  const sources = new WorkspaceSources(root);
  const where = "scripts/architecture/library/register.ts";
  const repeated = findRepeated(sources, BUILT_ON_IT, LIBRARY);
  const unused = findUnused(sources, LIBRARY, PROGRAMS);
  const isAllowed = (folder: string, name: string) => (entry: AllowedRepetition) => entry.folder === folder && entry.name === name;
  return {
    unused,
    findings: [
      ...repeated
        .filter(({ folder, name }) => !register.repetitions.some(isAllowed(folder, name)))
        .map(({ file, line, name, of }) => ({
          rule: "repeats-the-library",
          where: `${file}:${line}`,
          message: `@patrix/${of} exports ${name}: use it, or say in ${where} how this is something else`,
        })),
      ...unused
        .filter((place) => !register.unused.some((group) => isIn(group, place)))
        .map(({ file, name }) => ({
          rule: "export-without-user",
          where: file,
          message: `no program uses ${name}: say in ${where} for whom it is`,
        })),
      ...register.repetitions
        .filter(({ folder, name }) => !repeated.some((found) => isAllowed(found.folder, found.name)({ folder, name, reason: "" })))
        .map(({ folder, name }) => ({ rule: "register-needed", where, message: `${folder} does not repeat ${name}` })),
      ...register.unused
        .filter((group) => !unused.some((place) => isIn(group, place)))
        .map((group) => ({ rule: "register-needed", where, message: `every export of ${describe(group)} has a user` })),
    ],
  };
}

if (import.meta.main) {
  const { findings, unused } = checkLibrary(workspaceRoot, { repetitions: REPETITIONS, unused: UNUSED });
  const functions = unused.filter(({ kind }) => kind === "function");
  const ofEvents = functions.filter(({ folder }) => folder === "events");
  report(
    findings,
    `${unused.length} exports of the library without a user in a program; ${functions.length} are functions, ${ofEvents.length} of events`,
  );
}
