import { ValidationError } from "@patrix/api";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { getInReplyTo, getRelation } from "../relations/relation.ts";
import { getBundledRelations } from "../relations/bundled-relations.ts";
import { applyEdit } from "../messaging/edit.ts";
import { getMentions } from "../messaging/with-mentions.ts";
import { getReceipts } from "../ephemeral/read-receipts.ts";
import { directUsersOf, withoutDirectRoom } from "../account-data/direct-rooms.ts";
import { isServerAllowed } from "../room/server-acl-evaluation.ts";
import { unstableEvents } from "../unstable/unstable-events.ts";
import { knownEvents } from "./known-events.ts";

const registry = knownEvents().extend(...unstableEvents());
const json = fc.jsonValue({ maxDepth: 4 });
/** Objects with keys that occur in contents, so that checks get beyond the first field. */
const key = fc.constantFrom(
  "body",
  "msgtype",
  "users",
  "info",
  "url",
  "m.relates_to",
  "m.mentions",
  "membership",
  "via",
  "__proto__",
  "@a:b",
);
const value = fc.oneof(json, fc.constantFrom("m.text", "m.image", "@a:b", "!r:b", "$e", 5), fc.dictionary(key, json));
const content = fc.dictionary(key, value).map((fields): object => JSON.parse(JSON.stringify(fields)) as object);
const envelope = { event_id: "$e", sender: "@a:b", origin_server_ts: 1 } as const;

describe("models", () => {
  it.each(registry.definitions.map((definition) => [`${definition.kind} ${definition.type}`, definition] as const))(
    "of %s throw nothing but ValidationError and keep what they accept as it is",
    (_, definition) => {
      fc.assert(
        fc.property(fc.oneof(json, content), (input) => {
          const before = JSON.stringify(input);
          try {
            const result = definition.content.safeParse(input);
            if (definition.content.is(input)) expect(definition.content.parse(input)).toBe(input);
            else if (result.ok) expect([definition.content.is(result.value), result.repairs.length > 0]).toEqual([true, true]);
            else definition.content.parse(input);
          } catch (error) {
            expect(error).toBeInstanceOf(ValidationError);
          }
          expect(JSON.stringify(input)).toBe(before);
        }),
        { numRuns: 40 },
      );
    },
  );
});

describe("check", () => {
  const types = registry.definitions.map((definition) => definition.type);

  it("never throws, and keeps the envelope of whatever comes", () => {
    const state = fc.option(fc.constantFrom("", "@a:b", "x"), { nil: undefined });
    fc.assert(
      fc.property(fc.constantFrom(...types), state, content, fc.boolean(), (type, stateKey, fields, redacted) => {
        const unsigned = redacted ? { redacted_because: {} } : undefined;
        const event = { ...envelope, type, state_key: stateKey, content: { ...fields }, unsigned };
        const result = registry.check(event);
        expect({ ...result.event, content: undefined }).toEqual({ ...event, content: undefined });
        if (!result.ok) expect(result.issues.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it("lets unknown keys and unknown message types through", () => {
    fc.assert(
      fc.property(fc.string(), json, fc.string(), (name, extra, body) => {
        fc.pre(!["body", "msgtype", "m.relates_to", "m.mentions", "m.new_content", "format", "formatted_body"].includes(name));
        const text = { ...envelope, type: "m.room.message", content: { msgtype: "m.text", body, [name]: extra } };
        expect(registry.check(text)).toMatchObject({ ok: true, event: text });
        const custom = { ...envelope, type: "m.room.message", content: { msgtype: `com.example.${name}`, body } };
        expect(registry.check(custom).ok).toBe(true);
      }),
    );
  });

  it("lets unknown values of enums through", () => {
    fc.assert(
      fc.property(fc.string(), (unknown) => {
        for (const [type, field] of [
          ["m.room.join_rules", "join_rule"],
          ["m.room.history_visibility", "history_visibility"],
          ["m.room.guest_access", "guest_access"],
          ["m.room.encryption", "algorithm"],
        ] as const) {
          const event = { ...envelope, type, state_key: "", content: { [field]: unknown } };
          expect(registry.check(event).ok).toBe(true);
        }
      }),
    );
  });
});

describe("readers of unchecked contents", () => {
  const edited = { event_id: "$o", type: "m.room.message", sender: "@a:b", origin_server_ts: 1 };

  it("throw nothing, whatever the content", () => {
    fc.assert(
      fc.property(content, content, (fields, other) => {
        getRelation(fields);
        getInReplyTo(fields);
        getMentions(fields);
        getBundledRelations(fields);
        getReceipts(fields as never);
        directUsersOf(fields as never, "!r:b");
        withoutDirectRoom(fields as never, "!r:b");
        isServerAllowed(fields, "example.org");
        applyEdit({ ...edited, content: { ...fields } }, { ...edited, event_id: "$e", content: { ...other } });
      }),
      { numRuns: 300 },
    );
  });
});
