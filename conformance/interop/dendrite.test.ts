// A day that people of our homeserver and of Dendrite spend in shared rooms. Left out with one line where Dendrite cannot be had.
import { dendrite } from "./dendrite.ts";
import { describeDay } from "./describe-day.ts";

await describeDay(dendrite, "10");
