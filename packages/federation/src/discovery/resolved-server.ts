/**
 * The step of server discovery that decided.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#resolving-server-names}
 */
export type DiscoveryStep = "1" | "2" | "3" | "3.1" | "3.2" | "3.3" | "3.4" | "3.5" | "4" | "5" | "6";

/** A host to connect to. */
export interface ServerTarget {
  /** The name that was looked up, or the address itself. */
  readonly host: string;
  readonly port: number;
  /** Checked IP addresses; not empty. */
  readonly addresses: readonly string[];
}

/** What one step of the discovery came to. */
export interface DiscoveryTrace {
  readonly step: DiscoveryStep;
  /** For logs. */
  readonly outcome: string;
}

/** How a server is reached. */
export interface ResolvedServer {
  readonly serverName: string;
  /** Where to connect, the best first; not empty. */
  readonly targets: readonly ServerTarget[];
  /** Value of the `Host` header. */
  readonly hostHeader: string;
  /** DNS name or IP address that the certificate must be valid for. */
  readonly certificateName: string;
  /** The step that decided. */
  readonly step: DiscoveryStep;
  /** Every step that was tried, in order. */
  readonly trace: readonly DiscoveryTrace[];
  /** When to resolve again, in milliseconds since the epoch. */
  readonly expiresAtTs: number;
}
