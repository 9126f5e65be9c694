import type { OlmMachine } from "@matrix-org/matrix-sdk-crypto-wasm";

/** Runs what uses the machine; what it throws is given a code. */
export type UseMachine = <T>(task: (machine: OlmMachine) => Promise<T>) => Promise<T>;
