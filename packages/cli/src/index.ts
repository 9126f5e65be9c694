/**
 * The `patrix` command.
 *
 * @packageDocumentation
 */
export type { Terminal } from "./command-line/terminal.ts";
export { CliError, type CliErrorCode } from "./errors.ts";
export { CLI_VERSION, runCli } from "./run-cli.ts";
export { checkPayload, type CheckOptions } from "./validate/check-payload.ts";
export type { Report } from "./validate/report.ts";
