import type { ExplainedEvent, Explanation } from "./explanation.ts";

interface Node {
  readonly name: string;
  readonly event: ExplainedEvent;
  readonly lines: readonly string[];
  readonly look: "allowed" | "rejected" | "conflicted";
}

/** Draws the full conflicted set of a resolution and its `auth_events` as a Graphviz digraph; rejected events are red and name their rule. */
export function toDot(explanation: Explanation): string {
  const nodes = nodesOf(explanation);
  const colours = { allowed: "darkgreen", rejected: "red", conflicted: "gray" };
  return [
    "digraph {",
    "  rankdir=BT;",
    "  node [shape=box];",
    ...[...nodes.values()].map(({ name, lines, look }) => `  ${name} [label="${lines.map(dotText).join("\\n")}", color=${colours[look]}];`),
    ...edgesOf(nodes).map(([from, to]) => `  ${from} -> ${to};`),
    "}",
    "",
  ].join("\n");
}

/** Draws the full conflicted set of a resolution and its `auth_events` as a Mermaid flow chart; rejected events are red and name their rule. */
export function toMermaid(explanation: Explanation): string {
  const nodes = nodesOf(explanation);
  return [
    "flowchart BT",
    "  classDef allowed stroke:#060",
    "  classDef rejected stroke:#c00",
    "  classDef conflicted stroke:#888",
    ...[...nodes.values()].map(({ name, lines, look }) => `  ${name}["${lines.map(mermaidText).join("<br/>")}"]:::${look}`),
    ...edgesOf(nodes).map(([from, to]) => `  ${from} --> ${to}`),
    "",
  ].join("\n");
}

function nodesOf(explanation: Explanation): ReadonlyMap<string, Node> {
  const outcomes = new Map(explanation.checks.map(({ eventId, outcome }) => [eventId, outcome]));
  const places = new Map([...explanation.powerEvents, ...explanation.otherEvents].map(({ eventId }, index) => [eventId, index + 1]));
  return new Map(
    explanation.events.map((event, index) => {
      const outcome = outcomes.get(event.eventId);
      const lines = [
        `${places.get(event.eventId) ?? 0}. ${event.eventId}`,
        `${event.type} ${event.stateKey ?? ""}`.trimEnd(),
        `by ${event.sender}`,
        ...(outcome?.outcome === "rejected" ? [`${outcome.rule}: ${outcome.reason}`] : []),
      ];
      return [event.eventId, { name: `e${index}`, event, lines, look: outcome?.outcome ?? "conflicted" }];
    }),
  );
}

function edgesOf(nodes: ReadonlyMap<string, Node>): [string, string][] {
  return [...nodes.values()].flatMap(({ name, event }) =>
    event.authEvents.flatMap((id): [string, string][] => {
      const target = nodes.get(id);
      return target === undefined ? [] : [[name, target.name]];
    }),
  );
}

function dotText(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll(/[\r\n]/g, " ");
}

/** Mermaid reads entities in quotes, and has no other escape. */
function mermaidText(text: string): string {
  return text.replaceAll(/[^\w .:@$!,'-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);
}
