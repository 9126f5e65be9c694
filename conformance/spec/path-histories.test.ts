// The specification's data has only the newest path of each operation. Older ones follow from it, but for the few listed here.
import type { AnyEndpoint } from "@patrix/api";
import { describe, expect, it } from "vitest";
import { declarationOf, declarations } from "./declarations.ts";
import { hasSpec, operations } from "./spec-data.ts";

const endpoints: readonly AnyEndpoint[] = Object.values(declarations).flat();
const newestOf = ({ history }: AnyEndpoint): string => history.stable?.at(-1)?.path ?? "";

const VERSIONED = /^(\/_matrix\/[a-z]+)\/(r0|v\d+)(\/.*)?$/;
const PREFIX = /^(\/_matrix\/[a-z]+)\/unstable(?:\/[a-z0-9]+(?:\.[a-z0-9_]+)+)?(\/.*)$/;

/** Unstable paths that had other names than the stable ones. */
const renamed: ReadonlySet<string> = new Set([
  "/_matrix/client/unstable/org.matrix.msc3231/register/org.matrix.msc3231.login.registration_token/validity",
  "/_matrix/client/unstable/im.nheko.summary/rooms/{roomIdOrAlias}/summary",
  "/_matrix/client/unstable/im.nheko.summary/summary/{roomIdOrAlias}",
  "/transactions/{txnId}",
  "/rooms/{roomAlias}",
  "/users/{userId}",
]);

/** Whether a path is another one with the given segment in the place of its version. */
function isUnder(version: RegExp, path: string, newest: string): boolean {
  const [, root, segment = "", rest] = VERSIONED.exec(path) ?? [];
  const [, newestRoot, , newestRest] = VERSIONED.exec(newest) ?? [];
  return version.test(segment) && root === newestRoot && rest === newestRest;
}

function isUnstableForm(path: string, newest: string): boolean {
  const [, root, rest] = PREFIX.exec(path) ?? [];
  const [, newestRoot, , newestRest] = VERSIONED.exec(newest) ?? [];
  return path === newest || (root === newestRoot && rest === newestRest);
}

const numbersOf = (version: string): number[] => version.split(/\D+/).slice(1).map(Number);

describe("the paths of an endpoint over time", () => {
  it("differ in the version only, r0 for versions r0 and another for later ones", () => {
    const odd = endpoints.flatMap((endpoint) =>
      (endpoint.history.stable ?? [])
        .filter(
          ({ since, path }) =>
            VERSIONED.test(newestOf(endpoint)) && !isUnder(since.startsWith("r0") ? /^r0$/ : /^v/, path, newestOf(endpoint)),
        )
        .map(({ since, path }) => `${endpoint.id} ${since} ${path}`),
    );
    expect(odd).toEqual([]);
  });

  it("come in the order of the versions, each once", () => {
    const odd = endpoints.filter(({ history: { stable = [] } }) =>
      stable.some(({ since, path }, i) => {
        const next = stable[i + 1];
        if (!next) return false;
        const isR0 = (version: string): boolean => version.startsWith("r0");
        const [a, b] = [numbersOf(since), numbersOf(next.since)];
        const later = isR0(since) === isR0(next.since) ? a.join(".").localeCompare(b.join("."), "en", { numeric: true }) < 0 : isR0(since);
        return !later || path === next.path;
      }),
    );
    expect(odd.map(({ id }) => id)).toEqual([]);
  });

  it("are the stable ones under a prefix while they are unstable, but for those that were renamed", () => {
    const odd = endpoints.flatMap((endpoint) =>
      (endpoint.history.unstable ?? [])
        .filter(({ path }) => !isUnstableForm(path, newestOf(endpoint)) && !renamed.has(path))
        .map(({ path }) => `${endpoint.id} ${path}`),
    );
    expect(odd).toEqual([]);
    const all = new Set(endpoints.flatMap(({ history: { unstable = [] } }) => unstable.map(({ path }) => path)));
    expect([...renamed].filter((path) => !all.has(path))).toEqual([]);
  });

  it("are under r0 for older clients, where no version of the specification has that", () => {
    const older = endpoints.filter(({ history }) => history.olderClients !== undefined);
    expect(older.length).toBeGreaterThan(0);
    for (const { history, ...endpoint } of older)
      for (const path of history.olderClients ?? []) {
        expect(isUnder(/^r0$/, path, history.stable?.at(-1)?.path ?? "")).toBe(true);
        expect(
          history.stable?.map((entry) => entry.path),
          endpoint.id,
        ).not.toContain(path);
      }
  });
});

describe.skipIf(!hasSpec)("operations that are older than v1.1 (needs ../shared/spec)", () => {
  it("have a path under r0", () => {
    const old = operations.filter(({ api, addedIn, path }) => api === "client-server" && addedIn === null && /\/v3\//.test(path));
    expect(old.length).toBeGreaterThan(100);
    const without = old.filter(
      (operation) => !declarationOf(operation).history.stable?.some(({ since, path }) => since.startsWith("r0") && /\/r0\//.test(path)),
    );
    expect(without.map(({ operationId }) => operationId)).toEqual([]);
  });
});
