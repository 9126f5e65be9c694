// What it costs to import a client, before it does anything.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What an import took. */
export interface ImportCost {
  readonly ms: number;
  /** How far the process grew. */
  readonly rssMiB: number;
}

/** Imports a package in a process of its own, as somebody who depends on it does. */
export function importCost(client: "ours" | "matrix-js-sdk", isBuilt: boolean): ImportCost {
  const [name, folder] = client === "ours" ? ["@patrix/client", "."] : ["matrix-js-sdk", "../../conformance/outside"];
  const script = `
    const rss = process.memoryUsage.rss(), begin = performance.now();
    await import(${JSON.stringify(name)});
    const ms = performance.now() - begin;
    process.stdout.write(JSON.stringify({ ms, rssMiB: (process.memoryUsage.rss() - rss) / 2 ** 20 }));`;
  const conditions = isBuilt ? [] : ["-C", "@patrix/source"];
  const text = execFileSync(process.execPath, [...conditions, "--input-type=module", "-e", script], {
    cwd: fileURLToPath(new URL(folder, import.meta.url)),
    encoding: "utf8",
  });
  return JSON.parse(text) as ImportCost;
}
