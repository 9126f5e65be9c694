/** The part of JSON Schema that the specification and the models use. */
export interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  patternProperties?: Record<string, JsonSchema>;
  propertyNames?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  /** Values that an open enum names; the models put them into their metadata. */
  known?: string[];
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  maxLength?: number;
}

/** Lists where two schemas differ, one line each, in both directions. */
export function compareSchemas(spec: JsonSchema, ours: JsonSchema, at: string): string[] {
  const types = [typesOf(spec), typesOf(ours)];
  if (types[0] !== types[1]) return [`${at}: type ${types[0]} is ${types[1]}`];
  const differences = [
    ...compareValues(spec, ours, at),
    ...comparePattern(spec.pattern, ours.pattern, at),
    ...compareLimits(spec, ours, at),
    ...compareProperties(spec, ours, at),
    ...compareNested(spec.items, ours.items, `${at}/[]`),
    ...compareNested(entriesOf(spec), entriesOf(ours), `${at}/*`),
    ...comparePattern(keyPattern(spec), keyPattern(ours), `${at}/(keys)`),
  ];
  return [...differences, ...compareMembers(spec, ours, at)];
}

function typesOf(schema: JsonSchema): string {
  const members = membersOf(schema).filter((member) => member.type !== undefined);
  const own = schema.type === undefined ? [] : [schema.type].flat();
  const types = own.length > 0 || members.length === 0 ? own : members.map((member) => typesOf(member));
  const withConst = types.length === 0 && typeof schema.const === "string" ? ["string"] : types;
  return [...new Set(withConst)].toSorted().join("|");
}

function membersOf(schema: JsonSchema): JsonSchema[] {
  return schema.anyOf ?? schema.oneOf ?? [];
}

function compareMembers(spec: JsonSchema, ours: JsonSchema, at: string): string[] {
  const [a, b] = [membersOf(spec), membersOf(ours)];
  return a.length === b.length ? a.flatMap((member, i) => compareSchemas(member, b[i] ?? {}, `${at}/(${i})`)) : [];
}

function compareValues(spec: JsonSchema, ours: JsonSchema, at: string): string[] {
  const expected = (spec.enum ?? []).map(String).toSorted().join(" ");
  const actual = (ours.const === undefined ? (ours.known ?? ours.enum ?? []) : [ours.const]).map(String).toSorted().join(" ");
  return expected === actual ? [] : [`${at}: values [${expected}] are [${actual}]`];
}

/** Patterns count by what they ask of the beginning: the sigil. */
function comparePattern(spec: string | undefined, ours: string | undefined, at: string): string[] {
  const [expected, actual] = [sigil(spec), sigil(ours)];
  return expected === actual ? [] : [`${at}: pattern ${expected || "none"} is ${actual || "none"}`];
}

function sigil(pattern: string | undefined): string {
  if (pattern === undefined || pattern === "^$") return pattern ?? "";
  const found = /^\^\\?([@!#$]|mxc:|geo:)/.exec(pattern);
  return found?.[1] ?? (pattern === "." ? "" : pattern);
}

function compareLimits(spec: JsonSchema, ours: JsonSchema, at: string): string[] {
  const limits = ["minItems", "maxItems", "maxLength"] as const;
  return limits.filter((limit) => spec[limit] !== ours[limit]).map((limit) => `${at}: ${limit} ${spec[limit]} is ${ours[limit]}`);
}

function compareProperties(spec: JsonSchema, ours: JsonSchema, at: string): string[] {
  const names = new Set([...Object.keys(spec.properties ?? {}), ...(spec.required ?? []), ...Object.keys(ours.properties ?? {})]);
  return [...names].flatMap((name) => {
    const expected = spec.properties?.[name] ?? (spec.required?.includes(name) ? {} : undefined);
    const actual = ours.properties?.[name];
    const here = `${at}/${name}`;
    if (expected === undefined) return [`${here}: not in the specification`];
    if (actual === undefined) return [`${here}: not in the model`];
    const required = [spec, ours].map((schema) => (schema.required?.includes(name) ? "required" : "optional"));
    const optionality = required[0] === required[1] ? [] : [`${here}: ${required[0]} is ${required[1]}`];
    return [...optionality, ...compareSchemas(expected, actual, here)];
  });
}

function compareNested(spec: JsonSchema | undefined, ours: JsonSchema | undefined, at: string): string[] {
  if (!spec && !ours) return [];
  return spec && ours ? compareSchemas(spec, ours, at) : [`${at}: ${spec ? "not in the model" : "not in the specification"}`];
}

/** What the values of a map are like. */
function entriesOf(schema: JsonSchema): JsonSchema | undefined {
  const byPattern = Object.values(schema.patternProperties ?? {})[0];
  if (byPattern) return byPattern;
  const rest = schema.additionalProperties;
  return typeof rest === "object" && Object.keys(rest).length > 0 ? rest : undefined;
}

function keyPattern(schema: JsonSchema): string | undefined {
  const pattern = Object.keys(schema.patternProperties ?? {})[0] ?? schema.propertyNames?.pattern;
  return pattern === "" ? undefined : pattern;
}
