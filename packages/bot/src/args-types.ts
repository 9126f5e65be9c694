import type { RoomAlias, RoomId, UserId } from "@patrix/identifiers";

/** What arguments may be, by the name of the type in a spec. */
export interface ArgTypes {
  /** A word, or several in double quotes. */
  string: string;
  /** A whole number. */
  int: number;
  number: number;
  /** Milliseconds, written as `90s`, `1h30m` or `2d`. */
  duration: number;
  user: UserId;
  /** A room ID or alias, or a link to one. */
  room: RoomId | RoomAlias;
  /** `yes`, `no`, `on`, `off`, `true` or `false`. */
  bool: boolean;
}

type Arg<S extends string, Optional extends boolean> = S extends `...${infer N}`
  ? { [K in N]: Optional extends true ? string | undefined : string }
  : S extends `${infer N}:${infer T}`
    ? T extends keyof ArgTypes
      ? { [K in N]: Optional extends true ? ArgTypes[T] | undefined : ArgTypes[T] }
      : never
    : { [K in S]: Optional extends true ? string | undefined : string };

type Flat<T> = { [K in keyof T]: T[K] } & {};

/** The arguments that a spec describes: `"<when:duration> [who:user] <...text>"` gives `{ when: number; who: UserId | undefined; text: string }`. */
export type Args<S extends string> = string extends S
  ? Record<string, unknown>
  : S extends `${string}<${infer A}>${infer R}`
    ? S extends `${infer P}[${infer B}]${infer Q}`
      ? P extends `${string}<${string}`
        ? Flat<Arg<A, false> & Args<R>>
        : Flat<Arg<B, true> & Args<Q>>
      : Flat<Arg<A, false> & Args<R>>
    : S extends `${string}[${infer B}]${infer Q}`
      ? Flat<Arg<B, true> & Args<Q>>
      : {};
