/** The oldest Node that runs the program; `engines` of the package says the same. */
const OLDEST = [24, 15] as const;

/** What to tell somebody whose Node is too old for the program; `undefined` where it is not. */
export function oldNodeMessage(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `patrix: this is Node ${version}; patrix needs ${OLDEST.join(".")} or newer\n`;
}
