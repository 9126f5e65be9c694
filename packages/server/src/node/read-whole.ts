import type { IncomingMessage } from "node:http";
import { MatrixError, matrixError } from "@patrix/api";

/** Reads a whole body. @throws {MatrixError} `M_TOO_LARGE`, 408 for a body that does not end in time, 400 for one that is cut off. */
export function readWhole(incoming: IncomingMessage, maxBytes: number, timeoutMs: number): Promise<Buffer<ArrayBuffer>> {
  if (Number(incoming.headers["content-length"] ?? 0) > maxBytes) return Promise.reject(tooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer<ArrayBuffer>[] = [];
    let size = 0;
    const timer = setTimeout(() => fail(new MatrixError(408, "M_UNKNOWN", "the body did not arrive in time")), timeoutMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      incoming.off("data", onData);
      reject(error);
    };
    const onData = (chunk: Buffer<ArrayBuffer>): void => {
      size += chunk.length;
      if (size > maxBytes) return fail(tooLarge(maxBytes));
      chunks.push(chunk);
    };
    incoming.on("data", onData);
    incoming.once("end", () => {
      clearTimeout(timer);
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
    });
    incoming.once("error", fail);
    incoming.once("close", () => {
      if (!incoming.complete) fail(new MatrixError(400, "M_UNKNOWN", "the connection ended within the body"));
    });
  });
}

function tooLarge(maxBytes: number): MatrixError {
  return matrixError("M_TOO_LARGE", `the body is larger than ${maxBytes} bytes`);
}
