import { existsSync, readFileSync } from "node:fs";
import { type JsonObject, ValidationError } from "@patrix/api";
import { BasicEvent, ClientEvent, Edu, knownEvents, Pdu, PresenceEvent, StrippedStateEvent, ToDeviceEvent } from "@patrix/events";
import { describe, expect, it } from "vitest";

interface ManifestEntry {
  file: string;
  type: string | null;
  kind: string;
}

const examples = new URL("../../../../shared/spec/examples/", import.meta.url);
const missing = !existsSync(examples);
const manifest: { events: ManifestEntry[] } = missing ? { events: [] } : read("manifest.json");
const registry = knownEvents();

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the files are trusted
function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file.replaceAll("$", "%24"), examples), "utf8")) as T;
}

/** Reads an example as its kind says; throws where anything in it is refused or ignored. */
function accept(kind: string, example: unknown): unknown {
  if (kind === "message-like" || kind === "state") return accepted(registry.check(ClientEvent.parse(example)));
  if (kind === "to-device") return acceptToDevice(example);
  if (kind === "pdu") return Pdu.parse(example);
  if (kind === "edu") return accepted(registry.checkEdu(Edu.parse(example)));
  if (kind === "presence") return accepted(registry.checkBasic("ephemeral", PresenceEvent.parse(example) as never));
  if (kind === "ephemeral") return accepted(registry.checkBasic("ephemeral", BasicEvent.parse(example)));
  if (kind === "account-data-global") return accepted(registry.checkBasic("global-account-data", BasicEvent.parse(example)));
  if (kind === "account-data-room") return accepted(registry.checkBasic("room-account-data", BasicEvent.parse(example)));
  if (kind === "stripped-state-list")
    return (example as unknown[]).map((event) => accepted(registry.checkStripped(StrippedStateEvent.parse(event))));
  throw new Error(`unknown kind ${kind}`);
}

/** The examples of to-device events leave out the sender. */
function acceptToDevice(example: unknown): unknown {
  const { event } = registryResult({ sender: "@alice:example.org", ...(example as JsonObject) });
  return Object.hasOwn(example as JsonObject, "sender") ? event : BasicEvent.parse(example);
}

function registryResult(event: unknown): { event: unknown } {
  return { event: accepted(registry.checkToDevice(ToDeviceEvent.parse(event))) };
}

function accepted(
  result:
    | { ok: true; event: unknown; ignored?: readonly unknown[] }
    | { ok: false; issues: readonly { pointer: string; message: string }[] },
): unknown {
  if (!result.ok) throw new ValidationError(result.issues);
  expect(result.ignored ?? []).toEqual([]);
  return result.event;
}

describe.skipIf(missing)("examples of the specification (skipped without ../shared/spec)", () => {
  it.each(manifest.events)("accepts $file and keeps it as it is", ({ kind, file }) => {
    const example: unknown = read(file);
    const before = structuredClone(example);
    expect(accept(kind, example)).toEqual(before);
  });

  it("covers all of them", () => {
    expect(manifest.events.length).toBeGreaterThanOrEqual(70);
  });
});
