// Runs a homeserver in a worker thread, whose heap the test limits.
import { parentPort as port } from "node:worker_threads";
import { testHomeserver } from "../src/testing/index.ts";

const server = await testHomeserver();
port?.once("message", () => void server[Symbol.asyncDispose]().then(() => port?.close()));
port?.postMessage(server.url);
