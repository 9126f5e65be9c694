// Where the homeserver and the federation go by the machine's time, and why. An entry that is not needed is a finding.

/** Some files that go by the time of the machine. */
export interface MachineTime {
  /** Paths from the root on. */
  readonly files: RegExp;
  /** Why what they wait for, or tell, is none of the protocol's business. */
  readonly reason: string;
}

/** The files that go by the machine's time. */
export const MACHINE_TIME: readonly MachineTime[] = [
  { files: /^packages\/homeserver\/src\/turns\.ts$/, reason: "slices of the event loop: for how long this processor computes" },
  { files: /^packages\/homeserver\/src\/store\/postgres\//, reason: "how long a database may take, which knows no other time" },
  { files: /^packages\/homeserver\/src\/media\/s3\/bucket\.ts$/, reason: "pauses between requests to a bucket, which knows no other time" },
  {
    files: /^packages\/homeserver\/src\/(outbound\/exchange|media\/preview\/fetch-preview|push\/open-push-sender)\.ts$/,
    reason: "how long a connection to the world may take; when it is tried again goes by the clock",
  },
  {
    files: /^packages\/homeserver\/src\/appservice\/(appservice-stream|entity-queries|ping-appservice|third-party-networks)\.ts$/,
    reason: "how long a connection to an application service may take; when it is tried again goes by the clock",
  },
  {
    files: /^packages\/homeserver\/src\/http\/(logger|access\/outage-guard|transport\/http-server)\.ts$/,
    reason: "what operators see beside other logs, requests that wait for a database, and the closing of connections",
  },
  {
    files: /^packages\/homeserver\/src\/compose\/(create-homeserver|back-up)\.ts$/,
    reason: "how long the end of the process may take, and when a backup was made",
  },
  { files: /^packages\/federation\/src\/node\//, reason: "the ports of this machine: its sockets, and its clock itself" },
];
