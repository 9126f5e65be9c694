import { isJsonObject } from "@patrix/api";

/**
 * A module of the platform where it is Node, Bun or Deno, and no function by itself; `undefined` elsewhere. Asked for at run time, so that browsers can load what uses it.
 * Its types are the caller's to name.
 */
export function platformModule(name: string): object | undefined {
  const process: unknown = Reflect.get(globalThis, "process");
  const load: unknown = isJsonObject(process) ? process["getBuiltinModule"] : undefined;
  const found: unknown = typeof load === "function" ? Reflect.apply(load, process, [name]) : undefined;
  return typeof found === "object" && found !== null ? found : undefined;
}
