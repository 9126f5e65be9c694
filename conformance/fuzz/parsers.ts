import { encodeCanonicalJson, parseStrictJson } from "@patrix/canonical-json";
import * as identifiers from "@patrix/identifiers";
import { htmlToPlainText, removeReplyFallback, sanitizeHtml } from "@patrix/html";
import { compileGlob, compileMemberCount } from "@patrix/push-rules";
import { readAuthorization } from "@patrix/federation";
import { getRoomVersionRules } from "@patrix/room-versions";
import { checkPduFormat, fromFederation, redact, verifyJson } from "@patrix/signatures";
import { knownEvents } from "@patrix/events";
import type { Finding, FuzzReport } from "./finding.ts";
import { mutateJson, mutateText, oddValues } from "./mutate-json.ts";
import type { Random } from "./random.ts";

/** A function that takes whatever comes, and what it may be fed with to begin with. */
interface Parser {
  readonly name: string;
  readonly seeds: readonly unknown[];
  readonly run: (input: unknown) => unknown;
}

const rules = getRoomVersionRules("11");
const pdu = {
  type: "m.room.message",
  content: { body: "hello", msgtype: "m.text" },
  sender: "@alice:example.org",
  room_id: "!room:example.org",
  origin_server_ts: 1_700_000_000_000,
  depth: 5,
  prev_events: ["$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
  auth_events: ["$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
  hashes: { sha256: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU" },
  signatures: { "example.org": { "ed25519:1": "xxx" } },
};
const links = [
  "@alice:example.org",
  "!room:example.org",
  "#alias:example.org",
  "$event",
  "https://matrix.to/#/@a:b?via=c",
  "matrix:r/a:b?via=c",
  "mxc://a/b",
];
const htmls = [
  '<p onclick="x">a<b>c</b></p>',
  "<mx-reply><blockquote>x</blockquote></mx-reply>y",
  "<a href='javascript:x'>x</a>",
  "<svg><style>",
  "<div>".repeat(200),
];

const text = (run: (input: string) => unknown) => (input: unknown) => run(typeof input === "string" ? input : JSON.stringify(input));
const needsRules = (run: (input: object, known: NonNullable<typeof rules>) => unknown) => (input: unknown) =>
  rules && typeof input === "object" && input !== null ? run(input, rules) : undefined;

/** Every function whose name says that it reads an identifier or tells whether something is one. */
const ofIdentifiers: Parser[] = Object.entries<unknown>(identifiers).flatMap(([name, run]) =>
  typeof run === "function" && /^(is|parse)[A-Z]/.test(name)
    ? [{ name: `identifiers ${name}`, seeds: links, run: run as Parser["run"] }]
    : [],
);

const parsers: readonly Parser[] = [
  ...ofIdentifiers,
  {
    name: "canonical-json parse",
    seeds: [JSON.stringify(pdu), "[1,2.0,1e3]", '{"a":1,"a":2}'],
    run: text((input) => parseStrictJson(input)),
  },
  { name: "canonical-json encode", seeds: [pdu], run: (input) => encodeCanonicalJson(input) },
  { name: "html sanitize", seeds: htmls, run: text((input) => sanitizeHtml(input)) },
  { name: "html plain text", seeds: htmls, run: text((input) => htmlToPlainText(input)) },
  { name: "html reply fallback", seeds: htmls, run: text((input) => removeReplyFallback(input)) },
  { name: "push-rules glob", seeds: ["a*b?c", "???*", "[ab]"], run: text((input) => compileGlob(input, "whole")("some text to match")) },
  { name: "push-rules member count", seeds: ["==2", ">=10", "2"], run: text((input) => compileMemberCount(input)) },
  {
    name: "federation X-Matrix",
    seeds: ['X-Matrix origin="a.org",destination="b.org",key="ed25519:1",sig="x"'],
    run: text((input) => readAuthorization([input])),
  },
  { name: "signatures PDU format", seeds: [pdu], run: needsRules((input, known) => checkPduFormat(input, known)) },
  { name: "signatures name PDU", seeds: [pdu], run: needsRules((input, known) => fromFederation({ ...input }, known)) },
  { name: "signatures redact", seeds: [pdu], run: needsRules((input, known) => redact({ ...input }, known)) },
  {
    name: "signatures verify JSON",
    seeds: [pdu],
    run: (input) => verifyJson(input as Parameters<typeof verifyJson>[0], "example.org", []),
  },
  { name: "events m.room.message", seeds: [pdu.content], run: (input) => knownEvents().checkContent("message", "m.room.message", input) },
  {
    name: "events m.room.member",
    seeds: [{ membership: "join" }],
    run: (input) => knownEvents().checkContent("state", "m.room.member", input),
  },
  {
    name: "events m.room.power_levels",
    seeds: [{ users: { "@a:b": 50 } }],
    run: (input) => knownEvents().checkContent("state", "m.room.power_levels", input),
  },
];

/** Feeds every parser with `rounds` inputs. Errors that a package documents are fine; anything else is a finding. */
export function fuzzParsers(random: Random, until: () => boolean): FuzzReport {
  const outcomes = new Map<string, number>();
  const findings: Finding[] = [];
  let inputs = 0;
  const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  while (!until()) {
    const { name, run, seeds } = random.pick(parsers);
    const input = mutated(random, random.pick([...seeds, ...oddValues]));
    inputs++;
    const found = feed(name, run, input);
    count(`${name}: ${found === undefined ? "taken or refused" : "finding"}`);
    if (found) findings.push(found);
  }
  return {
    inputs,
    findings,
    outcomes,
    neverMet: parsers.map(({ name }) => name).filter((name) => !outcomes.has(`${name}: taken or refused`)),
  };
}

/** Feeds a parser with an input that once failed. */
export function replayParser(target: string, input: unknown): Finding | undefined {
  const parser = parsers.find(({ name }) => name === target);
  return parser && feed(parser.name, parser.run, input);
}

function feed(name: string, run: Parser["run"], input: unknown): Finding | undefined {
  try {
    run(input);
  } catch (error) {
    // Every documented error of a package has a stable code; engines' own do not.
    if (
      error instanceof Error &&
      "code" in error &&
      typeof error.code === "string" &&
      error.name.endsWith("Error") &&
      !(error instanceof TypeError)
    )
      return undefined;
    return { target: name, input, what: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  if ("polluted" in {}) return { target: name, input, what: "Object.prototype was changed" };
  return undefined;
}

function mutated(random: Random, seed: unknown): unknown {
  if (random.chance(0.1)) return seed;
  return typeof seed === "string" ? mutateText(random, seed) : mutateJson(random, seed);
}
