import { getContentAuthed } from "@patrix/client-api";
import { type EditableEvent, editFault } from "@patrix/events";
import { createAddressPolicy } from "@patrix/federation";
import { isMxcUri, parseMxcUri } from "@patrix/identifiers";
import { compileGlob } from "@patrix/push-rules";
import { describe, expect } from "vitest";
import { advisory } from "./advisory.ts";

describe("advisories about the libraries", () => {
  advisory(46, "no spelling of an inner address passes for a public one", () => {
    const isPublic = createAddressPolicy();
    const lines = [
      "0.0.0.0 127.0.0.1 127.255.255.254 10.0.0.1 172.16.0.1 192.168.0.1 169.254.169.254 100.64.0.1 192.0.0.1",
      "192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1",
      "::7f00:1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:a00:1 64:ff9b::7f00:1 2002:7f00:1:: 2001::1 fe80::1",
      "fec0::1 fc00::1 fd00::1 ff02::1 2001:db8::1 100::1 localhost 127.1 2130706433",
      "0x7f000001 017700000001 [::1] ::1%lo",
    ];
    const inner = ["", ...lines.flatMap((line) => line.split(" "))];
    for (const address of inner) expect([address, isPublic(address)]).toEqual([address, false]);
    for (const address of ["8.8.8.8", "2606:4700::1111"]) expect([address, isPublic(address)]).toEqual([address, true]);
  });

  advisory(75, "a pattern of a push rule is matched in steps that grow with the text alone", () => {
    const text = "a".repeat(60_000);
    const patterns = [
      ...[100, 1_000, 20_000, 100_000].map((length) => `${"?".repeat(length)}b`),
      ...[100, 10_000].map((length) => `*${"?".repeat(length)}b`),
      ...[10, 1_000].map((length) => `${"*a".repeat(length)}b`),
    ];
    // With quadratic matching this takes minutes, so that the test runs out of its time.
    for (const pattern of patterns) for (const scope of ["whole", "words"] as const) expect(compileGlob(pattern, scope)(text)).toBe(false);
  });

  advisory(85, "a content URI names a server and a file, and no path", () => {
    const bad = ["mxc://x/..", "mxc://x/../y", "mxc://x/a/b", "mxc://x/a%2fb", "mxc://x/a?b", "mxc://x/a#b", "mxc://x/", "mxc:///a"];
    for (const uri of bad) {
      expect([uri, isMxcUri(uri)]).toEqual([uri, false]);
      expect(() => parseMxcUri(uri)).toThrow();
    }
    expect(isMxcUri("mxc://example.org/aBc_-1")).toBe(true);
    for (const [serverName, mediaId] of [
      ["..", ".."],
      [".", "x"],
      ["x", "../../../sync"],
      ["%2e%2e", "x"],
      ["a/b", "a?b#c"],
    ] as const) {
      // What a caller passes on unread stays in its place of the path all the same.
      const { url } = getContentAuthed.request({ path: { serverName, mediaId } }, { baseUrl: "https://example.org" });
      expect(new URL(url).pathname.split("/")).toHaveLength(8);
      expect(new URL(url).pathname).toMatch(/^\/_matrix\/client\/v1\/media\/download\//);
    }
  });

  advisory(97, "an edit counts only from the sender of the message, for a message, in its room", () => {
    const content = { msgtype: "m.text", body: "x" };
    const original: EditableEvent = { event_id: "$o", type: "m.room.message", sender: "@a:x", room_id: "!r", content, origin_server_ts: 1 };
    const edit: EditableEvent = {
      ...original,
      event_id: "$e",
      origin_server_ts: 2,
      content: { ...content, "m.new_content": content, "m.relates_to": { rel_type: "m.replace", event_id: "$o" } },
    };
    expect(editFault(original, edit)).toBeUndefined();
    const faults: Partial<EditableEvent>[] = [{ sender: "@b:x" }, { type: "m.sticker" }, { state_key: "" }, { room_id: "!other" }];
    for (const fault of faults) expect(editFault(original, { ...edit, ...fault })).toBeDefined();
    expect(editFault({ ...original, content: edit.content }, edit)).toBeDefined();
  });
});
