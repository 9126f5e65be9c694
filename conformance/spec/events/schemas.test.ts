import { existsSync, readFileSync } from "node:fs";
import type { Model } from "@patrix/api";
import * as events from "@patrix/events";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { compareSchemas, type JsonSchema } from "./compare-schemas.ts";
import { differences } from "./differences.ts";

interface EventSchema {
  id: string;
  type: string | null;
  kinds: string[];
  content: JsonSchema;
  stateKey: { schema: JsonSchema } | null;
}

const folder = new URL("../../../../shared/spec/", import.meta.url);
const missing = !existsSync(folder);
const schemas: EventSchema[] = missing ? [] : read("events.json");
const edus: Record<string, { schema: JsonSchema }> = missing ? {} : read<{ edus: never }>("federation.json").edus;
const definitions: Record<string, { schema: JsonSchema }> = missing ? {} : read("definitions.json");
const registry = events.knownEvents();
const kinds: Record<string, events.EventKind> = {
  "message-like": "message",
  "account-data-global": "global-account-data",
  "account-data-room": "room-account-data",
  presence: "ephemeral",
};

/** Models of schemas that are only a part or a variant of an event. */
const variants: Record<string, Model<unknown>> = {
  "m.key.verification.m.relates_to": events.VerificationRelation,
  "m.key.verification.start": events.CustomVerificationStart,
  "m.key.verification.start$m.reciprocate.v1": events.ReciprocateVerificationStart,
  "m.key.verification.start$m.sas.v1": events.SasVerificationStart,
  "m.room.message": events.CustomMessage,
  "m.room.message$m.audio": events.AudioMessage,
  "m.room.message$m.emote": events.EmoteMessage,
  "m.room.message$m.file": events.FileMessage,
  "m.room.message$m.image": events.ImageMessage,
  "m.room.message$m.key.verification.request": events.KeyVerificationRequestMessage,
  "m.room.message$m.location": events.LocationMessage,
  "m.room.message$m.notice": events.NoticeMessage,
  "m.room.message$m.server_notice": events.ServerNoticeMessage,
  "m.room.message$m.text": events.TextMessage,
  "m.room.message$m.video": events.VideoMessage,
};
const shared: Record<string, Model<unknown>> = {
  encrypted_file: events.EncryptedFile,
  "m.mentions": events.Mentions,
  "m.relates_to": events.RelatesTo,
  olm_payload: events.OlmPayload,
  room_key_bundle: events.RoomKeyBundle,
};

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the files are trusted
function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, folder), "utf8")) as T;
}

function toJsonSchema(schema: z.ZodMiniType): JsonSchema {
  return z.toJSONSchema(schema, { unrepresentable: "any", io: "output" }) as JsonSchema;
}

function modelsOf(schema: EventSchema): (Model<unknown> | undefined)[] {
  const variant = variants[schema.id];
  if (variant) return [variant];
  return schema.kinds.map((kind) => registry.find(kinds[kind] ?? (kind as events.EventKind), String(schema.type))?.content);
}

function compareEvent(schema: EventSchema): string[] {
  const contents = modelsOf(schema).flatMap((model) =>
    model ? compareSchemas(schema.content, toJsonSchema(model.schema), schema.id) : [`${schema.id}: no model`],
  );
  return [...new Set([...contents, ...compareStateKey(schema)])];
}

function compareStateKey(schema: EventSchema): string[] {
  if (!schema.kinds.includes("state")) return [];
  const stateKey = registry.find("state", String(schema.type))?.stateKey;
  const ours = stateKey ? toJsonSchema(stateKey) : { type: "string" };
  const asPattern = ours.const === "" ? { type: "string", pattern: "^$" } : ours;
  return compareSchemas(schema.stateKey?.schema ?? {}, asPattern, `${schema.id}(state key)`);
}

describe.skipIf(missing)("schemas of the specification (skipped without ../shared/spec)", () => {
  const lines = (): string[] => [
    ...schemas.flatMap(compareEvent),
    ...Object.entries(edus).flatMap(([type, edu]) => {
      const model = registry.find("edu", type)?.content;
      const content = edu.schema.properties?.["content"];
      return model && content ? compareSchemas(content, toJsonSchema(model.schema), `edu ${type}`) : [`edu ${type}: no model`];
    }),
    ...Object.entries(shared).flatMap(([id, model]) =>
      compareSchemas(definitions[id]?.schema ?? {}, toJsonSchema(model.schema), `definition ${id}`),
    ),
  ];

  it("agree with the models of every event type, EDU and shared definition", () => {
    const unexplained = lines().filter((line) => !differences.some((difference) => difference.lines.test(line)));
    expect(unexplained).toEqual([]);
    const declared = schemas.filter((schema) => modelsOf(schema).every(Boolean));
    expect(`${declared.length}/${schemas.length}`).toBe("79/79");
    console.log(`event schemas: ${declared.length}/${schemas.length}, EDUs: ${Object.keys(edus).length}/6`);
  });

  it("have no deliberate difference that does not occur", () => {
    const all = lines();
    expect(differences.filter((difference) => !all.some((line) => difference.lines.test(line)))).toEqual([]);
  });
});
