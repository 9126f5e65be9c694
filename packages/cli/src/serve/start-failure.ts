import type { Config } from "@patrix/homeserver";
import { CliError } from "../errors.ts";

/** Turns the usual reasons why a server does not start into one line that says what to do; anything else stays as it is. */
export function startFailure(error: unknown, config: Pick<Config, "data_dir" | "database" | "listeners">): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const port =
    error instanceof Error && "port" in error ? String(error.port) : config.listeners.map((listener) => listener.port).join(", ");
  // A database on a server of its own says by itself what to do about it.
  const ofServer = config.database.url?.startsWith("postgres") && error instanceof Error ? error.message : undefined;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} is in use; stop what listens there, or take another port`,
    EADDRNOTAVAIL: `this machine has no address ${config.listeners.map(({ host }) => host).join(", ")}; change listeners`,
    DATA_IN_USE: ofServer ?? `${config.data_dir} is in use by another server; stop that one, or take another data folder`,
    NOT_WRITABLE: ofServer ?? `cannot write to ${config.data_dir}; take another data folder`,
    SCHEMA_TOO_NEW: ofServer ?? `${config.data_dir} was written by a newer version; update patrix`,
    INVALID: error instanceof Error ? error.message : "",
    WRONG_SERVER: error instanceof Error ? error.message : "",
    NOT_A_DATABASE: error instanceof Error ? error.message : "",
    UNFINISHED_COPY: error instanceof Error ? error.message : "",
    UNREACHABLE: error instanceof Error ? error.message : "",
    UNSUPPORTED: error instanceof Error ? error.message : "",
  };
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"].includes(code)) {
    const isPort = error instanceof Error && "syscall" in error && error.syscall === "listen";
    const reason = isPort
      ? `you may not listen on port ${port}; ports below 1024 need rights`
      : `cannot write to ${config.data_dir}; take another data folder`;
    return new CliError("CANNOT_START", reason, { cause: error });
  }
  const reason = reasons[code];
  return reason === undefined ? error : new CliError("CANNOT_START", reason, { cause: error });
}
