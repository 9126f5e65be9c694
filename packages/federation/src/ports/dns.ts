/** A service record. */
export interface SrvRecord {
  /** Host name; `.` says that the service is not offered. */
  readonly target: string;
  readonly port: number;
  /** Lower ones first. */
  readonly priority: number;
  /** Share of the requests among records of the same priority. */
  readonly weight: number;
}

/** Name lookups as a port. Both give an empty list for what does not exist, and reject only where the lookup itself failed. */
export interface Dns {
  /** The IPv4 and IPv6 addresses of a host, aliases followed. */
  lookup(host: string, signal: AbortSignal): Promise<readonly string[]>;
  /** The service records of a name such as `_matrix-fed._tcp.example.org`. */
  resolveSrv(name: string, signal: AbortSignal): Promise<readonly SrvRecord[]>;
}
