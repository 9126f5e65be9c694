// Runs a homeserver in a worker thread, whose heap the test limits.
import { parentPort } from "node:worker_threads";
import { testHomeserver } from "../src/testing/index.ts";

const server = await testHomeserver();
parentPort?.once("message", () => void server[Symbol.asyncDispose]().then(() => parentPort?.close()));
parentPort?.postMessage(server.url);
