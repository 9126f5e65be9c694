/** One violation of a rule of this repository. */
export interface Finding {
  /** Name of the rule. */
  rule: string;
  /** File relative to the root, with a line number where there is one. */
  where: string;
  /** What is wrong and what to do. */
  message: string;
}

/** One line per finding, sorted, so that two runs give the same text. */
export function formatFindings(findings: readonly Finding[]): string {
  return findings
    .map(({ rule, where, message }) => `${where}: ${rule}: ${message}`)
    .toSorted()
    .join("\n");
}

/** Prints the findings of a check that runs as its own process, and sets the exit code. */
export function report(findings: readonly Finding[], what: string): void {
  if (findings.length > 0) {
    process.stdout.write(`${formatFindings(findings)}\n${findings.length} findings\n`);
    process.exitCode = 1;
  } else {
    process.stdout.write(`${what}\n`);
  }
}
