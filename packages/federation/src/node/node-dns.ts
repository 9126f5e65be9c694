import { lookup, Resolver } from "node:dns/promises";
import type { Dns } from "../ports/dns.ts";

/** Options of {@link nodeDns}. */
export interface NodeDnsOptions {
  /** Name servers for service records, as addresses with optional ports. Default: those of the system. */
  readonly servers?: readonly string[] | undefined;
}

const ABSENT = new Set(["ENOTFOUND", "ENODATA", "NXDOMAIN"]);

/** Looks names up with Node: hosts as every other program does, so `/etc/hosts` counts; service records at the name server. */
export function nodeDns({ servers }: NodeDnsOptions = {}): Dns {
  return {
    lookup: async (host) => orAbsent(lookup(host, { all: true, order: "verbatim" }), ({ address }) => address),
    resolveSrv: async (name, signal) => {
      const resolver = new Resolver({ timeout: 5_000, tries: 2 });
      if (servers) resolver.setServers(servers);
      const cancel = (): void => resolver.cancel();
      signal.addEventListener("abort", cancel, { once: true });
      try {
        return await orAbsent(resolver.resolveSrv(name), ({ name: target, port, priority, weight }) => ({
          target,
          port,
          priority,
          weight,
        }));
      } finally {
        signal.removeEventListener("abort", cancel);
      }
    },
  };
}

/** What does not exist is an empty list, not an error. */
async function orAbsent<A, B>(found: Promise<readonly A[]>, convert: (item: A) => B): Promise<readonly B[]> {
  try {
    return (await found).map(convert);
  } catch (error) {
    if (error instanceof Error && "code" in error && ABSENT.has(String(error.code))) return [];
    throw error;
  }
}
