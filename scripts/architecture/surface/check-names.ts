import { basename } from "node:path";
import type { Finding } from "../finding.ts";
import type { Module } from "./read-module.ts";

/** Says which files are not named as what they export: the endpoint, or in other files one of the exports, in kebab-case. */
export function checkNames(folder: string, modules: readonly Module[]): Finding[] {
  return modules.flatMap(({ path, exports, endpoints }) => {
    const file = basename(path, ".ts");
    // The names of proposals begin with their number, and hold whatever the proposal declares.
    if (file === "errors" || path.startsWith("unstable/")) return [];
    const where = `packages/${folder}/src/${path}`;
    if (endpoints.length > 1) return [{ rule: "one-endpoint-a-file", where, message: "give each endpoint a file of its own" }];
    const wanted = (endpoints.length > 0 ? endpoints : exports).map(({ name }) => name);
    if (wanted.some((name) => name.toLowerCase() === file.replaceAll("-", ""))) return [];
    return [{ rule: "file-named-as-export", where, message: `name it as what it exports (${wanted.join(", ")}), in kebab-case` }];
  });
}
