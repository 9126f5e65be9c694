import type { ExplainedKey, PutAside, RoomExplanation, ShownEvent } from "@patrix/homeserver";
import { colour, printable, type Terminal } from "../command-line/terminal.ts";

/** How many keys in conflict, and entries of the state, are shown unless all are asked for. */
const SHOWN = 25;

interface DescribeOptions {
  readonly terminal: Terminal;
  /** Whether every step and every key is shown. */
  readonly isWhole: boolean;
}

/** Writes the explanation of a room for people, line by line. */
export function* describeRoom(room: RoomExplanation, options: DescribeOptions): Generator<string> {
  const { roomId, roomVersion, algorithm, at, branches, size, conflicts, differences } = room;
  yield `${printable(roomId)}, room version ${printable(roomVersion)}, state resolution ${algorithm}`;
  if (room.isOutside) yield "this server is not in the room, and has no state of it";
  if (at) {
    yield `before ${named(at)}`;
    yield `  it is ${outcome(at.outcome, options.terminal)}${why(at)}`;
  }
  yield `${at ? "it follows" : "ends of the graph"}: ${branches.length}`;
  for (const [i, branch] of branches.entries())
    yield `  [${i}] ${named(branch)}: ${branch.size} entries of state after it, ${branch.differing} differ`;
  yield `state: ${size} entries, ${conflicts.length === 0 ? "nothing in conflict" : `in conflict: ${conflicts.length}`}`;
  for (const conflict of some(conflicts, options)) yield* describeKey(conflict, options.terminal);
  yield* rest(conflicts, options);
  for (const key of differences) yield colour(options.terminal, "red", `stored otherwise than this resolution gives: ${printable(key)}`);
  if (room.state) yield* describeState(room.state, options);
  if (options.isWhole && room.steps) yield* describeSteps(room.steps);
  yield* describePutAside(room.putAside, options.terminal);
}

function* describeKey({ type, stateKey, winner, candidates }: ExplainedKey, terminal: Terminal): Generator<string> {
  yield `  ${printable(type)} ${printable(JSON.stringify(stateKey))}${winner === undefined ? ": no event is left" : ""}`;
  for (const candidate of candidates) {
    const from = candidate.branches.length === 0 ? "from auth events alone" : `on ${candidate.branches.map((i) => `[${i}]`).join(" ")}`;
    const rule = candidate.rule === undefined ? "" : `${candidate.rule}: `;
    yield `    ${outcome(candidate.outcome, terminal)} ${printable(candidate.eventId)} by ${printable(candidate.sender)}, ${time(candidate.sentTs)}, ${from}`;
    yield `      ${printable(rule + candidate.because)}`;
  }
}

function* describeState(state: readonly ShownEvent[], options: DescribeOptions): Generator<string> {
  yield `entries that are asked for: ${state.length}`;
  for (const event of some(state, options)) yield `  ${named(event)}\n    ${printable(JSON.stringify(event.content))}`;
  yield* rest(state, options);
}

function* describeSteps(steps: NonNullable<RoomExplanation["steps"]>): Generator<string> {
  yield `conflicted: ${printable(steps.conflicted.join(" "))}`;
  yield `auth difference: ${printable(steps.authDifference.join(" ")) || "nothing"}`;
  if (steps.algorithm === "v2.1") yield `conflicted state subgraph: ${printable(steps.conflictedSubgraph.join(" ")) || "nothing"}`;
  const orders = [
    ["in order of power", steps.powerEvents],
    [steps.algorithm === "v1" ? "in order of depth" : "in order of the mainline", steps.otherEvents],
  ] as const;
  for (const [title, events] of orders) {
    if (events.length > 0) yield `${title}:`;
    for (const { eventId, because } of events) yield `  ${printable(`${eventId}${because ? `  ${because.text}` : ""}`)}`;
  }
  yield "checks:";
  for (const { eventId, outcome: found } of steps.checks) {
    const reason = found.outcome === "rejected" ? `  ${found.rule}: ${found.reason}` : "";
    yield `  ${found.outcome} ${printable(eventId + reason)}`;
  }
}

function* describePutAside(putAside: readonly PutAside[], terminal: Terminal): Generator<string> {
  if (putAside.length === 0) return;
  yield `put aside of late: ${putAside.length}`;
  for (const event of putAside) {
    yield `  ${outcome(event.outcome, terminal)} ${named(event)}${event.isTip ? ", which nothing follows" : ""}${why(event)}`;
  }
}

function named({ eventId, type, stateKey, sender, sentTs }: ShownEvent): string {
  const key = stateKey === undefined ? "" : ` ${JSON.stringify(stateKey)}`;
  return printable(`${eventId} ${type}${key} by ${sender}, ${time(sentTs)}`);
}

function why({ rule, reason }: { readonly rule?: string | undefined; readonly reason?: string | undefined }): string {
  return reason === undefined ? "" : printable(`: ${rule === undefined ? "" : `${rule}: `}${reason}`);
}

function outcome(text: string, terminal: Terminal): string {
  return colour(
    terminal,
    text === "won" || text === "accepted" ? "green" : text === "replaced" || text === "outlier" ? "yellow" : "red",
    text,
  );
}

/** A time that another server may have made up. */
function time(ts: number): string {
  return Math.abs(ts) <= 8.64e15 ? new Date(ts).toISOString() : String(ts);
}

function some<T>(items: readonly T[], { isWhole }: DescribeOptions): readonly T[] {
  return isWhole ? items : items.slice(0, SHOWN);
}

function* rest(items: readonly unknown[], { isWhole }: DescribeOptions): Generator<string> {
  if (!isWhole && items.length > SHOWN)
    yield `  and ${items.length - SHOWN} more: --steps or --json shows all, --type and --state-key choose`;
}
