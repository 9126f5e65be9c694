// Runs the checks that read sources through the TypeScript API: docstrings, casts, pure marks, class sizes, tests beside files, who goes by the machine's time.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { entryPoints, findUndocumented, workspaceRoot } from "./docs-coverage.ts";
import { report } from "./finding.ts";
import { checkMachineTime } from "./machine-time.ts";
import { MACHINE_TIME } from "./machine-time/register.ts";
import { checkSource } from "./source-rules.ts";
import { checkTestsBeside } from "./tests-beside.ts";
import { TESTED_ELSEWHERE } from "./tests-beside/register.ts";

const files = globSync("packages/*/{src,tests}/**/*.ts", { cwd: workspaceRoot });
const findings = files.flatMap((path) => checkSource(path, readFileSync(join(workspaceRoot, path), "utf8")));
const docs = findUndocumented(workspaceRoot, entryPoints(workspaceRoot));
const untested = checkTestsBeside(workspaceRoot, TESTED_ELSEWHERE);
report(
  [...findings, ...docs.findings, ...untested, ...checkMachineTime(workspaceRoot, MACHINE_TIME)],
  `${files.length} files, ${docs.exports} documented exports`,
);
