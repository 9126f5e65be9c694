import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { workspaceRoot } from "./docs-coverage.ts";

/** What is mutated, and the tests that should notice. */
export interface MutationArea {
  readonly sources: string;
  /** Arguments of `vitest run` for the widest stage. */
  readonly tests: readonly string[];
  /** Default: `code`. */
  readonly kind?: "code" | "table";
  /** The tests of `tests` alone count, not those beside the source. */
  readonly alone?: boolean;
}

/** Tests that run one after the other until one notices. */
export interface MutationStage {
  readonly name: "beside" | "folder" | "area";
  /** Arguments of `vitest run`. */
  readonly tests: readonly string[];
}

const UNIT = ["--project", "unit", "--project", "conformance"];
const SERVER_TESTS = "packages/homeserver/tests";

/**
 * @param tests - Tests of the server by their names, others by their paths.
 * @param also - Other folders whose tests go through this one.
 */
const server = (folder: string, tests: readonly string[], also: readonly string[] = []): MutationArea => ({
  sources: `packages/homeserver/src/${folder}/**/*.ts`,
  tests: [
    "--project",
    "unit",
    "--project",
    "integration",
    ...[folder, ...also].map((name) => `packages/homeserver/src/${name}/`),
    ...tests.map((name) => (name.includes("/") ? name : `${SERVER_TESTS}/${name}.test.ts`)),
  ],
});

const RULE_TESTS = ["--project", "conformance", "room-versions", "state-res", "push-rules", "signatures"];
const RULES = [
  "state-res/src/authorization/rules/*",
  "room-versions/src/redaction/redact-content",
  "room-versions/src/redaction/redacts-of",
  "room-versions/src/power-levels/read-level",
];
const RULE_TABLES = [
  "room-versions/src/versions/*",
  "room-versions/src/power-levels/default-power-levels",
  "push-rules/src/predefined-rules",
];

const ROOM_TESTS = ["places", "room-rules", "forks", "user-data"];
const ACCOUNT_TESTS = [
  "account-lock",
  "revocation",
  "uia",
  "user-data",
  "refresh",
  "guest-upgrade",
  "erasure",
  "limits",
  "faults",
  "bad-input",
];
const E2EE_TESTS = ["user-data", "to-device-queue", "revocation", "limits", "limits-below-http", "faults", "stored-text"];

const HTTP_TESTS = [
  ...ACCOUNT_TESTS,
  "http",
  "to-device-queue",
  "directory",
  "places",
  "room-rules",
  "deployed-clients",
  "guarded",
  "other-servers",
  "state-slices",
  "stored-text",
  "packages/cli/tests/limits.test.ts",
];

/** What `pnpm mutate` changes, by the name of the area. */
export const MUTATION_AREAS: Readonly<Record<string, MutationArea>> = {
  sync: server("sync", [...ROOM_TESTS, "stored-text", "sync-bounds", "sync-model"]),
  rooms: server("rooms", [...ROOM_TESTS, "history", "directory", "faults", "limits", "limits-below-http"]),
  log: server("log", [...ROOM_TESTS, "store-failure", "daily-limits", "limits"]),
  accounts: server("accounts", ACCOUNT_TESTS),
  e2ee: server("e2ee", E2EE_TESTS),
  http: server("http", HTTP_TESTS, ["e2ee", "media", "directory", "push"]),
  base: {
    sources: "packages/client/src/base/**/*.ts",
    tests: ["--project", "unit", "--project", "integration", "packages/client/"],
  },
  outbox: {
    sources: "packages/client/src/outbox/**/*.ts",
    tests: ["--project", "integration", ...["faults", "rate-limits", "stopping"].map((name) => `packages/client/tests/${name}.test.ts`)],
  },
  federation: {
    sources: "packages/federation/src/**/*.ts",
    tests: ["--project", "unit", "--project", "integration", "packages/federation/"],
  },
  appservice: {
    sources: "packages/appservice/src/**/*.ts",
    tests: ["--project", "unit", "--project", "integration", "packages/appservice/"],
  },
  bot: { sources: "packages/bot/src/**/*.ts", tests: ["--project", "conformance", "--project", "integration", "packages/bot/"] },
  // What room versions, authorization, redaction and push rules say, noticed by `pnpm conformance` alone.
  rules: { sources: `packages/{${RULES.join(",")}}.ts`, tests: RULE_TESTS, alone: true },
  "rule-tables": { sources: `packages/{${RULE_TABLES.join(",")}}.ts`, tests: RULE_TESTS, kind: "table", alone: true },
};

/** The stages of a source: the test beside it, the tests of its folder, those of its area. */
export function stagesOf(area: MutationArea, path: string): readonly MutationStage[] {
  const last: MutationStage = { name: "area", tests: area.tests };
  if (area.alone) return [last];
  const beside = [".test.ts", "-spec.test.ts"].map((suffix) => path.replace(/\.ts$/, suffix));
  const found = beside.filter((file) => existsSync(join(workspaceRoot, file)));
  return [
    ...(found.length > 0 ? [{ name: "beside", tests: [...UNIT, ...found] } as const] : []),
    { name: "folder", tests: [...UNIT, `${dirname(path)}/`] },
    last,
  ];
}
