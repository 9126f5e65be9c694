// Rules about names and text of files, whatever their language.
import type { Finding } from "../architecture/finding.ts";

/** Longest source file, in lines. */
export const FILE_LINES = 500;

/** Version of the specification that every link names. */
export const SPEC_VERSION = "v1.19";

const VAGUE_NAMES = new Set(["utils", "util", "helpers", "helper", "common", "misc", "manager", "service", "controller"]);

// The one-letter classes keep this file from breaking its own rule.
const MACHINE_PATHS = /\/[w]ork\/(main|shared)\b|\/[r]oot\/|\/[t]mp\/pn\b|C:\\+[U]sers\\|\/[U]sers\/\w/;
const REGISTRY_HOST = /https?:\/\/[\w.-]*([r]egistry|[a]rtifactory|[n]exus)\.[\w.-]+/;

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function checkName(path: string): string | undefined {
  const file = path.split("/").at(-1) ?? "";
  const stem = file.replace(/(\.(test|test-d|config|base|setup|d))?\.(ts|mjs|js)$/, "");
  if (!/\.(ts|mjs|js)$/.test(file)) return undefined;
  if (stem.split(/[-.]/).some((word) => VAGUE_NAMES.has(word))) return "name the file after what it holds, in the specification's term";
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem) ? undefined : "write file names in kebab-case";
}

/** Checks one file by its path relative to the root and its text. */
export function checkText(path: string, text: string): Finding[] {
  const findings: Finding[] = [];
  const add = (rule: string, index: number | undefined, message: string): void => {
    findings.push({ rule, where: index === undefined ? path : `${path}:${lineOf(text, index)}`, message });
  };
  const nameProblem = checkName(path);
  if (nameProblem !== undefined) add("file-name", undefined, nameProblem);
  const lines = text.split("\n").length - 1;
  if (/\.(ts|mjs|js)$/.test(path) && lines > FILE_LINES) add("file-budget", undefined, `${lines} lines; at most ${FILE_LINES}`);
  for (const match of text.matchAll(/https:\/\/spec\.matrix\.org\/(?!v1\.19\/|\$\{)\S{0,30}/g)) {
    add("spec-link", match.index, `pin the link to ${SPEC_VERSION}: ${match[0]}`);
  }
  for (const match of text.matchAll(/https:\/\/matrix\.org\/docs\/spec\S{0,30}/g))
    add("spec-link", match.index, `link to spec.matrix.org/${SPEC_VERSION}`);
  const machinePath = MACHINE_PATHS.exec(text);
  if (machinePath !== null) add("machine-path", machinePath.index, `${machinePath[0]} exists on one machine only`);
  const host = REGISTRY_HOST.exec(text);
  if (host !== null) add("registry-host", host.index, "packages come from whatever registry the user has set");
  return findings;
}
