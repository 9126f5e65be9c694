import { createReadStream } from "node:fs";
import { type StreamedReply, streamedReply } from "@patrix/server";

/** Answers with a file of the disk, without holding it in memory. */
export function streamedFile(path: string, sizeBytes: number, headers: Readonly<Record<string, string>>): StreamedReply {
  return streamedReply(() => createReadStream(path), { sizeBytes, headers });
}
