// A day that people of our homeserver and of Synapse spend in shared rooms. Left out with one line where Synapse cannot be had.
import { describeDay } from "./describe-day.ts";
import { synapse } from "./synapse.ts";

await describeDay(synapse, "12");
