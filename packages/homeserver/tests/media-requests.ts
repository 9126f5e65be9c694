// What tests of media send and look into.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { ComposedDevices } from "./composed-devices.ts";

export async function files(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

export async function upload(server: ComposedDevices, content: Uint8Array, type: string, name?: string): Promise<string> {
  const query = name === undefined ? "" : `?filename=${encodeURIComponent(name)}`;
  const { status, body } = await server.request("POST", `/media/v3/upload${query}`, content, "A1", { "content-type": type });
  expect(status).toBe(200);
  return body.content_uri.slice("mxc://".length);
}

export const get = (server: ComposedDevices, path: string, token: string | undefined = "A1") =>
  server.request("GET", `/client/v1/media/${path}`, undefined, token);
