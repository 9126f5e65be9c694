// What a caller reads after a mistake: the compiler names the type that was meant, not the machinery behind it.
import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const FOLDER = join(ROOT, "node_modules", ".cache", `type-messages-${process.pid}`);

interface Mistake {
  readonly line: string;
  /** What the message must have in it. */
  readonly names: readonly string[];
}

const mistakes: Readonly<Record<string, Mistake>> = {
  "a room alias as room ID": {
    line: 'joinRoomById.request({ path: { roomId: "#a:b" } }, options);',
    names: ['"#a:b"', "`!${string}`"],
  },
  "a missing path variable": {
    line: "joinRoomById.request({ path: {} }, options);",
    names: ["roomId", "RoomPath"],
  },
  "a missing path": { line: "joinRoomById.request({}, options);", names: ["path", "JoinRoomByIdRequest"] },
  "a misspelt member of the body": {
    line: 'createRoom.request({ body: { nmae: "a" } }, options);',
    names: ["nmae", "CreateRoomBody"],
  },
  "a member of the wrong type": { line: "createRoom.request({ body: { name: 1 } }, options);", names: ["number", "string"] },
  "a response without a required member": { line: "createRoom.response({});", names: ["room_id", "RoomIdBody"] },
  "a localpart as user ID": {
    line: 'inviteUser.request({ path: { roomId: "!a" }, body: { user_id: "alice" } }, options);',
    names: ['"alice"', "`@${string}:${string}`"],
  },
  "content without a required member": { line: "const member: RoomMemberContent = {};", names: ["membership", "RoomMemberContent"] },
};

const head = [
  'import { createRoom, inviteUser, joinRoomById } from "@patrix/client-api";',
  'import type { RoomMemberContent } from "@patrix/events";',
  'const options = { baseUrl: "https://example.org" };',
];
const messages = new Map<string, string>();

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "package.json"), '{"type":"module"}');
  writeFileSync(join(FOLDER, "mistakes.ts"), `${[...head, ...Object.values(mistakes).map(({ line }) => line)].join("\n")}\nexport {};\n`);
  const compilerOptions = {
    composite: false,
    incremental: false,
    noEmit: true,
    emitDeclarationOnly: false,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    rootDir: ROOT,
  };
  const config = { extends: join(ROOT, "tsconfig.base.json"), compilerOptions, include: ["mistakes.ts"], exclude: [] };
  writeFileSync(join(FOLDER, "tsconfig.json"), JSON.stringify(config));
  const output = await new Promise<string>((resolve) => {
    execFile(join(ROOT, "node_modules", ".bin", "tsc"), ["-p", FOLDER, "--pretty", "false"], (_, stdout) => resolve(stdout));
  });
  for (const block of output.split(/^(?=\S*mistakes\.ts\()/m)) {
    const line = Number(/mistakes\.ts\((\d+),/.exec(block)?.[1]);
    const [name] = Object.entries(mistakes)[line - head.length - 1] ?? [];
    if (name !== undefined) messages.set(name, block);
  }
});
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

describe("the compiler's message", () => {
  it.each(Object.keys(mistakes))("about %s names what was meant, briefly and without the machinery", (name) => {
    const message = messages.get(name) ?? "";
    for (const expected of mistakes[name]?.names ?? []) expect(message).toContain(expected);
    expect(message).not.toMatch(/Zod|\bShape<|EndpointDefinition|\.\.\. \d+ more/);
    expect(message.length).toBeLessThan(500);
  });
});
