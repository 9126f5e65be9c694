/** An event type with a way to check its content; any library with `parse` will do. */
export interface EventDef<T extends string, C> {
  readonly type: T;
  readonly content: {
    /** Gives the typed content. @throws If the content does not match. */
    parse(value: unknown): C;
  };
}

/**
 * Defines an event type of your own.
 *
 * @example
 * const Ping = defineEvent("com.example.ping", z.object({ n: z.number() }));
 * client.on(Ping, (event) => event.content.n);
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineEvent<T extends string, C>(type: T, content: EventDef<T, C>["content"]): EventDef<T, C> {
  return { type, content };
}
