// The two ways in which states are resolved: on this thread, and in one of its own however small the conflict is.
import { Resolutions } from "../src/rooms/state/resolutions.ts";
import { StateResolver } from "../src/rooms/state/resolve.ts";
import type { ComposedRooms } from "./composed-rooms.ts";

export interface Resolvers extends AsyncDisposable {
  readonly resolver: StateResolver;
  readonly inThread: StateResolver;
}

export function resolversOf({ core, rooms }: ComposedRooms): Resolvers {
  const resolutions = new Resolutions(core.clock, { largeFrom: 0 });
  return {
    resolver: new StateResolver(rooms),
    inThread: new StateResolver({ core, events: rooms.events, resolutions }),
    [Symbol.asyncDispose]: () => resolutions[Symbol.asyncDispose](),
  };
}
