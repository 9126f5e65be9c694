import { isJsonObject, type Issue, type JsonObject, type ParseOptions, type ParseResult } from "@patrix/api";
import * as z from "zod/mini";
import type { ContentOf, EventDefinition, EventKind, EventTypeOf } from "./define.ts";
import type { BasicEvent } from "../envelopes/basic-event.ts";
import type { ClientEventWithoutRoomId } from "../envelopes/client-event.ts";
import type { Edu } from "../envelopes/edu.ts";
import type { StrippedStateEvent } from "../envelopes/stripped-state-event.ts";
import type { ToDeviceEvent } from "../envelopes/to-device-event.ts";
import type { CheckResult, InvalidEvent, ValidEvent, ValidRedactedEvent } from "./check-result.ts";
import type {
  AnyBasicEvent,
  AnyEdu,
  AnyStrippedStateEvent,
  AnyToDeviceEvent,
  BasicEventKind,
  RedactedRoomEvent,
  RoomEvent,
} from "./typed-events.ts";

/** The outcome of {@link EventRegistry.check}. */
export type RoomEventResult = ValidEvent<RoomEvent> | ValidRedactedEvent<RedactedRoomEvent> | InvalidEvent<ClientEventWithoutRoomId>;

/** The parts of an event that a check looks at. */
interface Checkable {
  readonly type: string;
  readonly content: JsonObject;
  readonly state_key?: string | undefined;
}

interface Outcome<E> {
  readonly event: E;
  readonly issues: readonly Issue[];
  readonly ignored: readonly Issue[];
}

/** Checks contents by kind and type of event. Immutable: {@link EventRegistry.extend} makes a new one. */
export class EventRegistry {
  readonly #definitions: ReadonlyMap<string, EventDefinition>;
  readonly #prefixes: readonly EventDefinition[];

  /** Takes definitions; of several for one kind and type, the last counts. */
  constructor(definitions: Iterable<EventDefinition>) {
    this.#definitions = new Map([...definitions].map((definition) => [keyOf(definition.kind, definition.type), definition]));
    this.#prefixes = [...this.#definitions.values()].filter((definition) => definition.prefix);
  }

  /** Every definition. */
  get definitions(): EventDefinition[] {
    return [...this.#definitions.values()];
  }

  /** Makes a registry that knows further events, or knows them otherwise. */
  extend(...definitions: readonly EventDefinition[]): EventRegistry {
    return new EventRegistry([...this.#definitions.values(), ...definitions]);
  }

  /** Finds the definition of a kind and type. */
  find(kind: EventKind, type: string): EventDefinition | undefined {
    const exact = this.#definitions.get(keyOf(kind, type));
    return exact ?? this.#prefixes.find((definition) => definition.kind === kind && type.startsWith(definition.type));
  }

  /** Checks a content on its own. The content of an undeclared type passes if it is an object. */
  checkContent<K extends EventKind, T extends EventTypeOf<K>>(
    kind: K,
    type: T,
    content: unknown,
    options?: ParseOptions,
  ): ParseResult<ContentOf<K, T>> {
    const definition = this.find(kind, type);
    const none: ParseResult<unknown> = isJsonObject(content)
      ? { ok: true, value: content, repairs: [] }
      : { ok: false, issues: [{ pointer: "", message: "expected object" }] };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the definition was declared with this content
    return (definition ? definition.content.safeParse(content, options) : none) as ParseResult<ContentOf<K, T>>;
  }

  /**
   * Checks a room event, whose kind is told by its `state_key`. Malformed relations and mentions are ignored.
   * In lenient mode the event is a copy where its content was repaired; what is left of a redacted event is not.
   */
  check(event: ClientEventWithoutRoomId, options?: ParseOptions): RoomEventResult {
    const kind = event.state_key === undefined ? "message" : "state";
    if (event.unsigned?.redacted_because !== undefined) return this.#checkRedacted(kind, event);
    return this.#result<RoomEvent, ClientEventWithoutRoomId>(kind, event, options);
  }

  /** Checks a stripped state event. */
  checkStripped(event: StrippedStateEvent, options?: ParseOptions): CheckResult<AnyStrippedStateEvent, StrippedStateEvent> {
    return this.#result<AnyStrippedStateEvent, StrippedStateEvent>("state", event, options);
  }

  /** Checks a to-device event. */
  checkToDevice(event: ToDeviceEvent, options?: ParseOptions): CheckResult<AnyToDeviceEvent, ToDeviceEvent> {
    return this.#result<AnyToDeviceEvent, ToDeviceEvent>("to-device", event, options);
  }

  /** Checks an ephemeral event or account data. */
  checkBasic<K extends BasicEventKind>(kind: K, event: BasicEvent, options?: ParseOptions): CheckResult<AnyBasicEvent<K>, BasicEvent> {
    return this.#result<AnyBasicEvent<K>, BasicEvent>(kind, event, options);
  }

  /** Checks an EDU. */
  checkEdu(edu: Edu, options?: ParseOptions): CheckResult<AnyEdu, Edu> {
    const { event, issues, ignored } = this.#look("edu", { type: edu.edu_type, content: edu.content }, options);
    if (issues.length > 0) return { ok: false, event: edu, issues };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parse boundary
    return { ok: true, redacted: false, event: withContent(edu, event.content) as never, ignored };
  }

  #result<E, Raw extends Checkable>(kind: EventKind, raw: Raw, options: ParseOptions | undefined): CheckResult<E, Raw> {
    const { event, issues, ignored } = this.#look(kind, raw, options);
    if (issues.length > 0) return { ok: false, event: raw, issues };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parse boundary: `E` was checked
    return { ok: true, redacted: false, event: event as never, ignored };
  }

  #look<E extends Checkable>(kind: EventKind, event: E, options?: ParseOptions): Outcome<E> {
    const definition = this.find(kind, event.type);
    if (!definition) return { event, issues: [], ignored: [] };
    const issues = stateKeyIssues(definition, event);
    const result = definition.content.safeParse(event.content, withinContent(options));
    if (result.ok) return { event: withContent(event, result.value), issues, ignored: [] };
    const found = inContent(result.issues);
    const malformed = ignorableFields(definition, found);
    if (malformed.length === 0) return { event, issues: [...issues, ...found], ignored: [] };
    const content = Object.fromEntries(Object.entries(event.content).filter(([key]) => !malformed.includes(key)));
    const rest = definition.content.safeParse(content, withinContent(options));
    if (!rest.ok) return { event, issues: [...issues, ...found], ignored: [] };
    return { event: withContent(event, rest.value), issues, ignored: found };
  }

  #checkRedacted(kind: EventKind, event: ClientEventWithoutRoomId): RoomEventResult {
    const definition = this.find(kind, event.type);
    const result = definition?.content.safeParse(event.content);
    const wrong = !result || result.ok ? [] : result.issues.filter((issue) => Object.hasOwn(event.content, fieldOf(issue)));
    const issues = [...(definition ? stateKeyIssues(definition, event) : []), ...inContent(wrong)];
    if (issues.length > 0) return { ok: false, event, issues };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parse boundary: all that is left was checked
    return { ok: true, redacted: true, event: event as never };
  }
}

function keyOf(kind: EventKind, type: string): string {
  return `${kind} ${type}`;
}

/** The content field that an issue within a content is about. */
function fieldOf(issue: Issue): string {
  return (issue.pointer.split("/")[1] ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
}

/** The event itself, or a copy of it with another content. */
function withContent<E extends { readonly content: JsonObject }>(event: E, content: unknown): E {
  return content === event.content ? event : { ...event, content };
}

/** Options whose repairs are told with JSON pointers into the event. */
function withinContent(options: ParseOptions | undefined): ParseOptions | undefined {
  const onRepair = options?.onRepair;
  return onRepair ? { ...options, onRepair: (repair) => onRepair({ ...repair, pointer: `/content${repair.pointer}` }) } : options;
}

function inContent(issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({ ...issue, pointer: `/content${issue.pointer}` }));
}

/** The malformed fields, if those are all that is wrong and each may be ignored. */
function ignorableFields(definition: EventDefinition, issues: readonly Issue[]): string[] {
  const fields = issues.map((issue) => fieldOf({ ...issue, pointer: issue.pointer.slice("/content".length) }));
  return fields.every((field) => definition.ignorable?.includes(field)) ? fields : [];
}

function stateKeyIssues(definition: EventDefinition, event: Checkable): Issue[] {
  if (!definition.stateKey || z.safeParse(definition.stateKey, event.state_key).success) return [];
  return [{ pointer: "/state_key", message: `not a state key of ${definition.type}` }];
}
