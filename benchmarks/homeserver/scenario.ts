// What a scenario is given, and what it gives.
import type { PopulationSize } from "./population.ts";
import type { ServerUnderTest } from "./server-process.ts";

/** A figure with its unit. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** How much of everything. */
export interface Sizes {
  readonly population: PopulationSize;
  readonly connections: number;
  readonly readers: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly paced: { readonly population: PopulationSize; readonly rate: number; readonly seconds: number };
  /** A room whose members all read. */
  readonly pushing: { readonly members: number; readonly rate: number; readonly seconds: number };
  readonly rooms: number;
  readonly messages: number;
  /** How many messages are searched. */
  readonly searched: number;
  readonly repeats: number;
}

/** A scenario. */
export type Scenario = (server: ServerUnderTest, sizes: Sizes) => Promise<Figure[]>;
