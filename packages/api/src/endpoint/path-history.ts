import { RequestError } from "../errors.ts";
import { compareSpecVersions, isSpecVersion, type SpecVersion } from "./spec-version.ts";

/** Where an endpoint lived over time. */
export interface PathHistory {
  /** Paths before stabilisation, with the feature flag of `/versions` that advertises each, where there is one. */
  readonly unstable?: readonly { readonly path: string; readonly feature?: string }[];
  /** Stable paths, oldest first. */
  readonly stable?: readonly { readonly since: SpecVersion; readonly path: string }[];
  /** Paths that no version has, but that older clients ask: servers mount them, and no client is told of them. */
  readonly olderClients?: readonly string[];
  /** The version that deprecated the endpoint. */
  readonly deprecated?: SpecVersion;
  /** The version that removed it. */
  readonly removed?: SpecVersion;
}

/** What a server says of itself in `/versions`. */
export interface SupportedVersions {
  readonly versions: readonly string[];
  readonly features?: Readonly<Record<string, boolean>> | undefined;
}

/** A chosen path, and why it was chosen. */
export interface SelectedPath {
  readonly path: string;
  readonly via: "version" | "feature" | "fallback";
  /** Whether the newest version that the server supports has deprecated the endpoint. */
  readonly deprecated: boolean;
}

/**
 * Picks the path to use with a server: the newest stable one that it supports, else an unstable one whose feature it
 * advertises, else an unstable one without a feature flag. Without `supported` the newest stable path is taken.
 *
 * @throws {RequestError} If the endpoint was removed (`REMOVED_ENDPOINT`) or no path fits (`UNSUPPORTED_ENDPOINT`).
 */
export function selectPath(history: PathHistory, supported?: SupportedVersions): SelectedPath {
  const { stable = [], unstable = [] } = history;
  if (!supported) {
    const path = stable.at(-1)?.path ?? unstable.at(-1)?.path;
    if (path === undefined) throw new RequestError("UNSUPPORTED_ENDPOINT", "the endpoint has no path");
    return { path, via: stable.length > 0 ? "version" : "fallback", deprecated: history.deprecated !== undefined };
  }
  const supports = (version: SpecVersion): boolean => supported.versions.some((v) => compareSpecVersions(v, version) >= 0);
  if (
    history.removed &&
    supported.versions.length > 0 &&
    supported.versions.every((v) => compareSpecVersions(v, history.removed ?? v) >= 0)
  )
    throw new RequestError("REMOVED_ENDPOINT", "the endpoint was removed in every version that the server supports");
  const deprecated = history.deprecated !== undefined && supports(history.deprecated);
  const versioned = stable.findLast((entry) => supports(entry.since));
  if (versioned) return { path: versioned.path, via: "version", deprecated };
  const flagged = unstable.findLast((entry) => entry.feature !== undefined && supported.features?.[entry.feature] === true);
  if (flagged) return { path: flagged.path, via: "feature", deprecated };
  // A server that lists no version that we know is asked on the oldest path rather than not at all.
  const bare =
    unstable.findLast((entry) => entry.feature === undefined) ?? (supported.versions.some(isSpecVersion) ? undefined : stable[0]);
  if (bare) return { path: bare.path, via: "fallback", deprecated };
  throw new RequestError("UNSUPPORTED_ENDPOINT", "the server supports no version of this endpoint");
}

/** One path that a server mounts for a history. */
export interface MountedPath {
  /** With `{name}` placeholders. */
  readonly path: string;
  readonly stability: "stable" | "unstable" | "older-clients";
}

/** Lists every path that a server mounts for a history, the newest stable one first, without repetition. */
export function allPaths({ stable = [], unstable = [], olderClients = [] }: PathHistory): readonly MountedPath[] {
  const mounted: MountedPath[] = [
    ...stable.map(({ path }) => ({ path, stability: "stable" as const })).toReversed(),
    ...unstable.map(({ path }) => ({ path, stability: "unstable" as const })),
    ...olderClients.map((path) => ({ path, stability: "older-clients" as const })),
  ];
  const seen = new Set<string>();
  return mounted.filter(({ path }) => !seen.has(path) && seen.add(path));
}
