import { escapeHtml, htmlToPlainText, sanitizeHtml } from "@patrix/html";
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { IRC } from "./irc-codes.ts";
import { ircToHtml } from "./irc-to-html.ts";
import { htmlToLines, messageToLines, relayName, splitLine } from "./message-to-lines.ts";

// oxlint-disable-next-line no-control-regex -- these are what is looked for
const CONTROLS = /[\u0000-\u001F\u007F]/;
const { bold, italic, color, hexColor, monospace, reset, reverse, underline } = IRC;

describe("a line of IRC", () => {
  test.each([
    ["plain <b>text</b> & more", "plain <b>text</b> & more", undefined],
    [`a ${bold}b <i> ${bold}c`, "a b <i> c", "a <strong>b &lt;i&gt; </strong>c"],
    [`${bold}${italic}x${reset}y`, "xy", "<em><strong>x</strong></em>y"],
    [`${color}4red${color} no`, "red no", '<span data-mx-color="#ff0000">red</span> no'],
    [`${color}4,2on blue${color}5other`, "on blueother", null],
    [`${hexColor}AABBCCx${hexColor}y`, "xy", '<span data-mx-color="#aabbcc">x</span>y'],
    [`${color}4,2a${reverse}b`, "ab", null],
    [`${monospace}code${monospace} ${underline}u`, "code u", "<code>code</code> <u>u</u>"],
    [`${bold}${bold}nothing`, "nothing", undefined],
    [`bell\u0007 and null\u0000`, "bell and null", undefined],
    [`${color}12`, "", undefined],
    [`${color}99x`, "x", undefined],
  ])("%j is read as %j", (line, text, html) => {
    const read = ircToHtml(line);
    expect(read.text).toBe(text);
    if (html !== null) expect(read.html).toBe(html);
    // Clients show all of it.
    expect(sanitizeHtml(read.html ?? "")).toBe(read.html ?? "");
  });

  it("shows whatever it says and nothing else, whatever it is made of", () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom(...Object.values(IRC), "<", "&", '"', "1", ",", "AABBCC"));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const { text, html } = ircToHtml(pieces.join(""));
        expect(text.replaceAll(/[\t\n]/g, "")).not.toMatch(CONTROLS);
        if (html !== undefined) expect(htmlToPlainText(html)).toBe(htmlToPlainText(escapeHtml(text)));
      }),
    );
  });
});

const encryptedFile = {
  v: "v2",
  url: "mxc://a.b/c",
  key: { kty: "oct", key_ops: ["encrypt", "decrypt"], alg: "A256CTR", k: "aWF6-32KGYaC3A_FEUCk1Bt0JA37zP0wrStgmdCaW-0", ext: true },
  iv: "w+sE15fzSc0AAAAAAAAAAA",
  hashes: { sha256: "fdSLu/YkRx3Wyh3KQabP3rd6+SFiKg5lsJZQHtkSAYA" },
};

describe("a message", () => {
  const html = (formatted: string): object => ({
    msgtype: "m.text",
    body: "b",
    format: "org.matrix.custom.html",
    formatted_body: formatted,
  });
  test.each([
    ["its text, line by line", { msgtype: "m.text", body: "one\n\n two\r\nthree" }, ["one", " two", "three"]],
    ["what an answer adds", { msgtype: "m.text", body: "> <@a:b> old\n\nnew" }, ["new"]],
    ["the new version of an edit", { body: "* a", "m.new_content": { msgtype: "m.text", body: "b" } }, ["b"]],
    ["the name of a file", { msgtype: "m.image", body: "cat.png", url: "mxc://a.b/c" }, ["cat.png <https://files/mxc://a.b/c>"]],
    [
      "the caption of a file",
      { msgtype: "m.image", body: "my cat", filename: "cat.png", url: "mxc://a.b/c" },
      ["cat.png <https://files/mxc://a.b/c>", "my cat"],
    ],
    ["the name of a file that nobody can decrypt", { msgtype: "m.file", body: "x.pdf", file: { url: "mxc://a.b/c" } }, ["x.pdf"]],
    ["the name of an encrypted file", { msgtype: "m.file", body: "x.pdf", file: encryptedFile }, ["x.pdf <https://decrypted/mxc://a.b/c>"]],
    [
      "an encrypted sticker, whose address is there twice",
      { body: "cat", url: encryptedFile.url, file: encryptedFile, info: {} },
      ["cat <https://decrypted/mxc://a.b/c>"],
    ],
    ["nothing of a request to be verified", { msgtype: "m.key.verification.request", body: "@a:b is requesting" }, []],
    ["nothing of a message without text", { msgtype: "m.text" }, []],
    ["formatted text with its codes", html(`<b>a</b> <code>c</code>`), [`${bold}a${bold} ${monospace}c${monospace}`]],
    ["formatted text over several lines", html("<b>a<br>b</b>c"), [`${bold}a${bold}`, `${bold}b${bold}c`]],
    ["links with where they lead", html('<a href="https://x.org/?a=b">x</a>'), ["x <https://x.org/?a=b>"]],
    ["people by their names", html('<a href="https://matrix.to/#/@a:b">Ann</a>: hi'), ["Ann: hi"]],
    ["no code that somebody has typed", html("&#2;a\u0003 <b>c</b>&#13;&#10;QUIT"), [`a ${bold}c${bold} QUIT`]],
  ])("is written as %s", (_, content, lines) => {
    const written = messageToLines(
      { ...content },
      { marks: "irc", fileUrl: ({ url, encrypted }) => `https://${encrypted ? "decrypted" : "files"}/${url}` },
    );
    expect(written).toEqual(lines);
  });

  it("is words alone where codes are not wanted", () => {
    expect(htmlToLines("<b>a</b> <a href='javascript:x()'>b</a><script>c</script>")).toEqual(["a b"]);
  });

  it("ends no line and writes no code, whatever it is made of", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.boolean(), (text, isHtml) => {
        const content = isHtml ? html(text) : { msgtype: "m.text", body: text };
        for (const line of messageToLines({ ...content })) expect(line.replaceAll("\t", "")).not.toMatch(CONTROLS);
      }),
    );
  });
});

describe("splitLine", () => {
  test.each([
    ["one two three", 8, ["one two", "three"]],
    ["abcdefgh", 4, ["abcd", "efgh"]],
    ["ééé", 4, ["éé", "é"]],
    ["😀😀", 4, ["😀", "😀"]],
    ["", 4, []],
  ])("cuts %j at %i bytes", (line, maxBytes, pieces) => {
    expect(splitLine(line, maxBytes)).toEqual(pieces);
  });

  it("loses no word and passes no limit", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 4, max: 40 }), (line, maxBytes) => {
        const pieces = splitLine(line, maxBytes);
        for (const piece of pieces) expect(new TextEncoder().encode(piece).length).toBeLessThanOrEqual(maxBytes);
        expect(pieces.join("").replaceAll(/\s/gu, "")).toBe(line.replaceAll(/\s/gu, ""));
      }),
    );
  });
});

test("a name before what a bot says is one short line", () => {
  expect(relayName("Al\u0002ice\r\nQUIT")).toBe("Alice QUIT");
  expect(relayName("x".repeat(40))).toBe(`${"x".repeat(31)}…`);
});
